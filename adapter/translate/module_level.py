"""Statements for the module itself: where they go."""

from __future__ import annotations

from collections.abc import Sequence

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.context import statements_in

_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})


def after_imports(source: Source, lines: Sequence[str], used_from: int) -> Change:
    """The statements behind the imports, with the blank lines that stand there.

    Imports from the statement on that holds the offset `used_from` come too late.
    """
    text = "".join(f"{line}\n" for line in lines)
    statements = statements_in(source.tree.root_node)
    imports = [
        index
        for index, statement in enumerate(statements)
        if statement.type in _IMPORTS and statement.end_byte <= used_from
    ]
    following = imports[-1] + 1 if imports else 0
    if following >= len(statements):
        return Change(Span(len(source.data), len(source.data)), f"\n{text}")
    start = statements[following].start_byte
    start = source.data.rfind(b"\n", 0, start) + 1
    while start > 0 and (above := _line_above(source.data, start)).lstrip().startswith(b"#"):
        start -= len(above)
    at = start
    while at > 0 and not (above := _line_above(source.data, at)).strip():
        at -= len(above)
    if at < start:
        # behind the first blank line; the others then stand below
        at = source.data.find(b"\n", at) + 1
        return Change(Span(at, at), f"{text}\n")
    return Change(Span(start, start), f"\n{text}\n")


def _line_above(data: bytes, start: int) -> bytes:
    return data[data.rfind(b"\n", 0, start - 1) + 1 : start]
