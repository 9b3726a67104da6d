"""inline: where a program begins."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.model import EntryPoint
from adapter.inline.landmarks.reach import Reach, reach_of
from adapter.inline.landmarks.words import Entry
from adapter.inline.script import Script
from adapter.translate.context import statements_in

_GUARD = re.compile(r"^\(?\s*(__name__\s*==\s*[\"']__main__[\"']|[\"']__main__[\"']\s*==\s*__name__)\s*\)?$")
_PREPARING = frozenset(
    {
        "import_statement",
        "import_from_statement",
        "future_import_statement",
        "function_definition",
        "class_definition",
        "decorated_definition",
    }
)


def find_entry(script: Script) -> EntryPoint | None:
    """Where the program begins; None for a file without statements."""
    statements = statements_in(script.root)
    if not statements:
        return None
    reach = reach_of(script)
    running = [node for node in statements if node.type not in _PREPARING and not _is_docstring(node)]
    training = [node for node in running if reach.trains(node)]
    if script.source.cells is not None:
        return _flat(Entry.NOTEBOOK, running, statements)
    guard = next((node for node in running if _is_guard(script, node)), None)
    if guard is not None and training in ([], [guard]):
        return _guarded(script, reach, guard)
    if len(training) == 1:
        call = _call_of(reach, training[0])
        if call is not None and training[0].end_byte == running[-1].end_byte:
            return EntryPoint(training[0], Entry.CALL, call[0], call[1], training[0], training[0])
    if training:
        return _flat(Entry.FLAT, running, statements)
    return EntryPoint(statements[0], Entry.LIBRARY)


def _flat(form: Entry, running: list[Node], statements: list[Node]) -> EntryPoint:
    first = running[0] if running else statements[0]
    return EntryPoint(first, form, first=first, last=statements[-1])


def _guarded(script: Script, reach: Reach, guard: Node) -> EntryPoint:
    body = guard.child_by_field_name("consequence")
    inside = statements_in(body) if body is not None else []
    if not inside:
        return EntryPoint(guard, Entry.GUARD)
    training = [node for node in inside if reach.trains(node)]
    calls = [call for node in training or inside if (call := _call_of(reach, node)) is not None]
    call = calls[-1] if calls and len(training) <= 1 else None
    if call is None:
        return EntryPoint(guard, Entry.GUARD, first=inside[0], last=inside[-1])
    return EntryPoint(guard, Entry.GUARD, call[0], call[1], inside[0], inside[-1])


def _call_of(reach: Reach, statement: Node) -> tuple[Node, Node] | None:
    """The call of a function of the file by a statement, and the function: `main()`, `fire.Fire(main)`."""
    if statement.type != "expression_statement":
        return None
    for call in reach.calls_in(statement):
        function = reach.function_called(call) or reach.handed_over(call)
        name = function.child_by_field_name("name") if function is not None else None
        if function is not None and name is not None and name.text != b"__init__":
            return call, function
    return None


def _is_guard(script: Script, node: Node) -> bool:
    condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
    return condition is not None and _GUARD.match(script.text(condition)) is not None


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and node.named_children[0].type in (
        "string",
        "concatenated_string",
    )
