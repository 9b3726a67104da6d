"""searches: blank lines around functions that are written among other statements."""

from __future__ import annotations

from tree_sitter import Node

from adapter.translate.searches.desk import Desk


def above(desk: Desk, statement: Node, wanted: int) -> str:
    """The line ends that are missing above a statement for that many blank lines."""
    data = desk.source.data
    before = data[: data.rfind(b"\n", 0, statement.start_byte) + 1]
    if not before.strip():
        return ""
    last = before.rstrip(b" \t\r\n")
    line = last[last.rfind(b"\n") + 1 :].strip()
    if line.startswith((b"#", b"@")) or line.endswith(b":"):
        return ""
    return "\n" * max(wanted - before[len(last) :].count(b"\n") + 1, 0)


def below(desk: Desk, statement: Node, wanted: int) -> str:
    """The line ends that are missing below a statement."""
    rest = desk.source.data[statement.end_byte :]
    if not rest.strip():
        return ""
    lines = rest[: len(rest) - len(rest.lstrip(b" \t\r\n"))].count(b"\n") - 1
    return "\n" * max(wanted - max(lines, 0), 0)


def define(desk: Desk, statement: Node, name: str, parameter: str, lines: list[str]) -> None:
    """Puts a function in front of a statement, or of the guard of the main program around it."""
    guard = _guard(desk, statement)
    statement = guard if guard is not None else statement
    indent = desk.source.line_indent(statement.start_byte)
    inner = f"\n{indent}    "
    body = inner.join(line.replace("\n", inner) for line in lines)
    gap = above(desk, statement, 1 if indent else 2)
    behind = "\n\n" if indent else "\n\n\n"
    start = desk.source.data.rfind(b"\n", 0, statement.start_byte) + 1
    desk.insert(start, f"{gap}{indent}def {name}({parameter}):{inner}{body}{behind}")


def _guard(desk: Desk, statement: Node) -> Node | None:
    """The `if __name__ == "__main__":` of the module that a statement stands directly in."""
    block = statement.parent
    guard = block.parent if block is not None else None
    if guard is None or guard.type != "if_statement" or guard.parent is None or guard.parent.type != "module":
        return None
    condition = guard.child_by_field_name("condition")
    return guard if condition is not None and "__name__" in desk.source.node_text(condition) else None
