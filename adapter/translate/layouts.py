"""How code around a site is laid out, so that what is written looks like it."""

from __future__ import annotations

from tree_sitter import Node

from adapter.source.text import Source
from adapter.translate.context import context_of
from adapter.translate.render import Layout

_LINE_LIMIT = 88
_LONGEST_LIMIT = 120


def line_limit(data: bytes) -> int:
    """The longest line that a file allows itself, within what people use."""
    lengths = (len(line) for line in data.splitlines())
    return max((n for n in lengths if _LINE_LIMIT < n <= _LONGEST_LIMIT), default=_LINE_LIMIT)


def layout_of(source: Source, node: Node, limit: int) -> Layout:
    """The layout for what takes the place of a node."""
    data = source.data
    begin = data.rfind(b"\n", 0, node.start_byte) + 1
    end = data.find(b"\n", node.end_byte)
    end = len(data) if end < 0 else end
    indent = source.line_indent(context_of(node).statement.start_byte)
    first_end = data.find(b"\n", node.start_byte)
    width = (first_end if 0 <= first_end < node.end_byte else end) - begin
    arguments = node.child_by_field_name("arguments") if node.type == "call" else None
    inside = data[arguments.start_byte + 1 : arguments.end_byte - 1] if arguments is not None else b""
    exploded = inside.lstrip(b" \t\r").startswith(b"\n")
    return Layout(
        indent=indent,
        unit="\t" if indent.startswith("\t") else "    ",
        limit=max(limit, width),
        exploded=exploded,
        before=max(node.start_byte - begin - len(indent), 0),
        after=len(data[node.end_byte : end].split(b"#")[0].rstrip()),
        trailing_comma=not exploded or inside.rstrip().endswith(b","),
    )
