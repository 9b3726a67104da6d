"""names: uses of a library that no name shows: getattr with a variable, imports by a call, patches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.names.bindings import is_field
from adapter.names.chains import Chains, Use
from adapter.plan import SiteKind

DYNAMIC = "<dynamic>"
_WORDS = (b"getattr", b"import_module", b"__import__", b"importorskip", b"sys.modules", b"patch", b"setattr")
_SEARCH = re.compile(rb"\b(?:getattr|import_module|__import__|importorskip|modules|patch|setattr)\b")
_PATCHES = (b"patch", b"setattr")


def dynamic_uses(chains: Chains) -> Iterator[str]:
    """Keep `getattr(wandb, name)`, `import_module("wandb")`, `sys.modules["wandb"]`, `patch("train.wandb")`.

    Gives the names that their values go to. `getattr(wandb, "log")` is a use of `wandb.log`.
    """
    words = chains.evaluator.words
    if not any(word in words.data for word in _WORDS):
        return
    for match in _SEARCH.finditer(words.data):
        name = words.root.descendant_for_byte_range(*match.span())
        if name is None or name.type != "identifier" or name.parent is None:
            continue
        function = name.parent if name.parent.type == "attribute" else name
        outer = function.parent
        if outer is None:
            continue
        if outer.type == "subscript":
            _module_table(chains, function, outer)
        elif outer.type == "call" and is_field(outer, "function", function):
            if name.text in _PATCHES:
                _patch(chains, outer)
            else:
                yield from _call(chains, function, outer)


def _module_table(chains: Chains, table: Node, subscript: Node) -> None:
    """`sys.modules["wandb"]`."""
    evaluator, root = chains.evaluator, chains.evaluator.vocabulary.root
    if evaluator.value(table).name != "sys.modules":
        return
    named = {evaluator.text(child).strip("\"'") for child in subscript.named_children[1:]}
    if root in named:
        chains.add(Use(SiteKind.SUBSCRIPT_READ, f"{root}.{DYNAMIC}", "", DYNAMIC, subscript, table))


def _patch(chains: Chains, call: Node) -> None:
    """`mock.patch("train.wandb")`, `monkeypatch.setattr("train.wandb.log", fake)`: a path in a text."""
    evaluator, root = chains.evaluator, chains.evaluator.vocabulary.root
    arguments = call.child_by_field_name("arguments")
    target = next(iter(arguments.named_children), None) if arguments is not None else None
    if target is None or target.type != "string":
        return
    named = evaluator.text(target).strip("\"'").split(".")
    if root in named:
        chains.add(Use(SiteKind.CALL, f"{root}.{DYNAMIC}", "", DYNAMIC, call, None, call))


def _call(chains: Chains, function: Node, call: Node) -> Iterator[str]:
    evaluator, root = chains.evaluator, chains.evaluator.vocabulary.root
    value = evaluator.value(call)
    if not value.of_library or evaluator.value(function).of_library:
        return
    if evaluator.text(function) != "getattr":
        chains.add(Use(SiteKind.CALL, f"{root}.{DYNAMIC}", "", DYNAMIC, call, None, call))
        yield from chains.walk(call, value)
        return
    arguments = call.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    if len(given) < 2:
        return
    base = evaluator.value(given[0])
    chains.covered.add(given[0].id)
    name = evaluator.text(given[1]).strip("\"'")
    if value.name.endswith(DYNAMIC):
        chains.add(Use(SiteKind.CALL, value.name, value.owner, DYNAMIC, call, given[0], call))
    elif base.of_library:
        yield from chains.walk(call, value, evaluator.member(base, name), given[0])
