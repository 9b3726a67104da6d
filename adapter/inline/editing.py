"""inline: edits that put statements before, after and around others, or arguments into calls."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.context import is_inline_suite, shares_its_line
from adapter.translate.import_model import line_end, line_start
from adapter.translate.layouts import line_limit
from adapter.translate.place import PlaceError

_LEAVING = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})
_INDENT = re.compile(rb"[ \t]*")
_BLANK = re.compile(r"\n[ \t]+(?=\n)\n")


class Editor:
    """Collects edits of one source; several may meet at the same place and keep their order.

    Lines are given without the indentation of the place; further lines of one text are given with it
    (as `ConceptWriter` renders them). All places are nodes of the untouched source.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._before: dict[int, list[str]] = {}
        self._after: dict[int, list[tuple[int, str]]] = {}
        self._wrapped: list[tuple[Node, Node, str]] = []
        self._others: list[Change] = []
        self._opened: set[int] = set()

    def indent_of(self, statement: Node) -> str:
        """The indentation of a statement: that of the untouched source, or of the line that it was given."""
        deeper = self.unit() if statement.start_byte in self._opened else ""
        return self._source.line_indent(statement.start_byte) + deeper

    def unit(self) -> str:
        """One step of indentation, as the source has it."""
        waiting = [self._source.tree.root_node]
        while waiting:
            node = waiting.pop(0)
            if (
                node.type == "block"
                and node.parent is not None
                and node.start_point.row > node.parent.start_point.row
            ):
                outer, inner = self.indent_of(node.parent), self.indent_of(node)
                step = inner.removeprefix(outer)
                if step == "\t" or step in ("  ", "    "):
                    return step
            waiting.extend(node.named_children)
        return "    "

    def before(self, statement: Node, lines: Sequence[str]) -> None:
        """Puts statements before one.

        Raises:
            PlaceError: the statement shares its line with another one.
        """
        self._check_own_line(statement)
        self._before.setdefault(statement.start_byte, []).extend(lines)

    def first(self, statement: Node, lines: Sequence[str]) -> None:
        """Puts statements before one, and before what is put there otherwise.

        Raises:
            PlaceError: the statement shares its line with another one.
        """
        self._check_own_line(statement)
        self._before.setdefault(statement.start_byte, [])[:0] = lines

    def open(self, statement: Node) -> None:
        """Gives a statement that stands behind a colon a line of its own, so that others can go beside it."""
        if statement.start_byte in self._opened or not is_inline_suite(self._source, statement):
            return
        self._opened.add(statement.start_byte)
        start = statement.start_byte
        begin = len(self._source.data[:start].rstrip(b" \t"))
        self._others.append(Change(Span(begin, start), f"\n{self.indent_of(statement)}"))

    def after(self, statement: Node, lines: Sequence[str]) -> None:
        """Puts statements behind one; what was put first stays first.

        Raises:
            PlaceError: the statement shares its line with another one, or nothing is reached behind it.
        """
        self._check_own_line(statement)
        if statement.type in _LEAVING:
            line = self._source.position(statement.start_byte)[0]
            raise PlaceError(f"nothing that stands behind line {line} in its block is reached")
        self._after.setdefault(statement.end_byte, []).extend(
            (statement.start_byte, f"{self.indent_of(statement)}{line}" if line else "") for line in lines
        )

    def wrap(self, first: Node, last: Node, header: str) -> None:
        """Puts the statements from `first` to `last`, of one block, below a header such as `with run():`.

        Raises:
            PlaceError: one of the two shares its line with another statement.
        """
        self._check_own_line(first)
        self._check_own_line(last)
        self._wrapped.append((first, last, header))

    def argument(self, call: Node, text: str) -> None:
        """Adds an argument behind the others of a call."""
        arguments = call.child_by_field_name("arguments")
        assert arguments is not None
        self._append(arguments, text)

    def append(self, brackets: Node, text: str) -> None:
        """Adds an item behind the others within brackets, such as the parameters of a function."""
        self._append(brackets, text)

    def insert(self, node: Node, text: str) -> None:
        """Puts a text in front of a node."""
        self._others.append(Change(Span(node.start_byte, node.start_byte), text))

    def element(self, collection: Node, text: str) -> None:
        """Adds an element behind the others of a list or tuple display, or an entry to a dict display."""
        self._append(collection, text)

    def replace(self, node: Node, text: str) -> None:
        """Gives a node another text."""
        self._others.append(Change(Span(node.start_byte, node.end_byte), text))

    def _check_own_line(self, statement: Node) -> None:
        if statement.start_byte in self._opened:
            return
        if is_inline_suite(self._source, statement) or shares_its_line(self._source, statement):
            line = self._source.position(statement.start_byte)[0]
            raise PlaceError(f"the statement in line {line} shares its line with another one")

    def _append(self, brackets: Node, text: str) -> None:
        items = [child for child in brackets.named_children if child.type != "comment"]
        if not items:
            at = brackets.end_byte - 1
            self._others.append(Change(Span(at, at), text))
            return
        last = items[-1]
        data = self._source.data
        tail = data[last.end_byte : brackets.end_byte - 1]
        comma = next(
            (child for child in brackets.children if child.type == "," and child.start_byte >= last.end_byte),
            None,
        )
        if b"\n" not in tail:
            at, lead = (comma.end_byte, " ") if comma is not None else (last.end_byte, ", ")
            if len(items) > 1 and self._begins_line(last):
                lead = f"{lead.rstrip()}\n{self._source.line_indent(last.start_byte)}"
            elif self._overflows(brackets, text):
                column = self._source.position(items[0].start_byte)[1] - 1
                lead = f"{lead.rstrip()}\n{' ' * column}"
            self._others.append(Change(Span(at, at), f"{lead}{text}"))
            return
        indent = self._source.line_indent(last.start_byte)
        if comma is None:
            self._others.append(Change(Span(last.end_byte, last.end_byte), ","))
        at = line_end(data, (comma or last).end_byte)
        self._others.append(Change(Span(at, at), f"\n{indent}{text},"))

    def _begins_line(self, node: Node) -> bool:
        data = self._source.data
        return not data[line_start(data, node.start_byte) : node.start_byte].strip()

    def _overflows(self, brackets: Node, text: str) -> bool:
        """Whether an item makes the last line of a call too long, and may go below the first one."""
        data = self._source.data
        start = line_start(data, brackets.end_byte)
        width = len(data[start : line_end(data, brackets.end_byte)].decode("utf-8", "replace"))
        tabs = b"\t" in data[line_start(data, brackets.start_byte) : brackets.start_byte]
        return not tabs and width + len(text) + 2 > max(line_limit(data), 100)

    def changes(self) -> list[Change]:
        """All edits as changes that do not overlap."""
        found: list[Change] = []
        for first, last, header in self._wrapped:
            found += self._wrapping(first, last, header)
        found += [Change(each.span, self._shifted(each.text, each.span.start)) for each in self._others]
        for offset, lines in self._before.items():
            opened = self.unit() if offset in self._opened else ""
            indent = self._source.line_indent(offset) + opened + self._deeper(offset)
            text = "".join(f"{self._shifted(line, offset)}\n{indent}" for line in lines)
            found.append(Change(Span(offset, offset), _BLANK.sub("\n\n", text)))
        for offset, placed in self._after.items():
            at = line_end(self._source.data, offset)
            text = "".join(
                f"\n{self._deeper(start)}{self._shifted(line, start)}" if line else "\n"
                for start, line in placed
            )
            found.append(Change(Span(at, at), text))
        return _merged(found)

    def _deeper(self, offset: int) -> str:
        """The indentation that wrapping adds at an offset."""
        around = sum(1 for first, last, _ in self._wrapped if first.start_byte <= offset < last.end_byte)
        return self.unit() * around

    def _shifted(self, text: str, offset: int) -> str:
        deeper = self._deeper(offset)
        return text.replace("\n", f"\n{deeper}") if deeper else text

    def _wrapping(self, first: Node, last: Node, header: str) -> list[Change]:
        data, unit = self._source.data, self.unit()
        start = line_start(data, first.start_byte)
        indent = self.indent_of(first)
        found = [Change(Span(start, start), f"{indent}{header}\n")]
        inside = _string_lines(first, last)
        position = start
        while position < last.end_byte:
            end = line_end(data, position)
            if data[position:end].strip() and position not in inside:
                found.append(Change(Span(position, position), unit))
            position = max(data.find(b"\n", end), end) + 1
        return found


def _string_lines(first: Node, last: Node) -> set[int]:
    """Offsets at which lines begin that lie inside a string: they must not be moved."""
    found: set[int] = set()
    node: Node | None = first
    stack: list[Node] = []
    while node is not None:
        stack.append(node)
        if node == last:
            break
        node = node.next_named_sibling
    while stack:
        current = stack.pop()
        if current.type == "string":
            text, at = current.text or b"", current.start_byte
            found.update(at + match.end() for match in re.finditer(rb"\n", text))
        else:
            stack.extend(current.named_children)
    return found


def _merged(changes: list[Change]) -> list[Change]:
    """Insertions at the same place become one, in the order in which they came."""
    found: dict[Span, Change] = {}
    for change in changes:
        known = found.get(change.span)
        found[change.span] = change if known is None else Change(change.span, known.text + change.text)
    return sorted(found.values(), key=lambda change: change.span)


__all__ = ["Editor", "PlaceError"]
