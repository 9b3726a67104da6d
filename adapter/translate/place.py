"""Placing: rendered statements and values go where the site stood, as changes to the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tree_sitter import Node

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.context import (
    Context,
    context_of,
    is_inline_suite,
    shares_its_line,
    starts_its_line,
    statements_in,
    whole_lines,
)
from adapter.translate.cuts import joined_cuts
from adapter.translate.import_model import line_end
from adapter.translate.list_items import leave
from adapter.translate.render import Rendered

UNIT = "    "


class PlaceError(Exception):
    """What is to be written does not fit where the site stands; the message says why."""


class Placer:
    """Puts rendered lines in the place of sites of one source.

    `removed` collects the statements that go away as a whole; `removals` turns them into changes at
    the end, when it is known whether a block loses all that it has. `unbound` are the names that lose
    their value with such a statement.
    """

    def __init__(self, source: Source, fresh_name: Callable[[str, Node], str]) -> None:
        self._source = source
        self._fresh_name = fresh_name
        self.removed: list[Node] = []
        self.unbound: list[Node] = []
        self.left_lists: dict[int, Node] = {}

    def place(self, node: Node, rendered: list[Rendered], comments: list[str]) -> list[Change]:
        """The changes that put rendered lines in the place of a node.

        Raises:
            PlaceError: statements where only an expression can stand, or no value where one is needed.
        """
        context = context_of(node)
        if context.alone:
            return self._as_statement(context.statement, rendered, comments)
        return self._as_expression(node, context, rendered, comments)

    def _as_statement(self, statement: Node, rendered: list[Rendered], comments: list[str]) -> list[Change]:
        lines = [*comments, *(line.text for line in rendered if not (line.bare and line.is_value))]
        if not lines:
            self.removed.append(statement)
            return []
        return self._statements(statement, lines)

    def _statements(self, statement: Node, lines: list[str]) -> list[Change]:
        span = Span(statement.start_byte, statement.end_byte)
        if len(lines) == 1 and not lines[0].startswith("#"):
            return [Change(span, lines[0])]
        if is_inline_suite(self._source, statement):
            return [self._broken_suite(statement, lines)]
        if shares_its_line(self._source, statement):
            return [Change(span, "; ".join(line for line in lines if not line.startswith("#")))]
        indent = f"\n{self.indent_of(statement)}"
        end = line_end(self._source.data, span.end)
        if self._source.data[span.end : end].strip() and len(lines) > 1 and not lines[0].startswith("#"):
            # A comment behind the statement stays behind the first line.
            return [
                Change(span, lines[0]),
                Change(Span(end, end), "".join(indent + line for line in lines[1:])),
            ]
        return [Change(span, indent.join(lines))]

    def _broken_suite(self, statement: Node, lines: list[str]) -> Change:
        """`if x: statement` gets a body of its own lines."""
        data = self._source.data
        start = statement.start_byte
        while data[start - 1 : start] in (b" ", b"\t"):
            start -= 1
        indent = self._source.line_indent(statement.start_byte) + UNIT
        body = "".join(
            f"\n{indent}{line}".replace("\n", f"\n{UNIT}") if "\n" in line else f"\n{indent}{line}"
            for line in lines
        )
        return Change(Span(start, statement.end_byte), body)

    def _as_expression(
        self, node: Node, context: Context, rendered: list[Rendered], comments: list[str]
    ) -> list[Change]:
        at = next((index for index, line in enumerate(rendered) if line.is_value), None)
        if at is None:
            return self._without_value(node, context, rendered)
        if self._is_own_name(node, context, rendered[at].text) and not any(line.behind for line in rendered):
            return self._as_statement(context.statement, [*rendered[:at], *rendered[at + 1 :]], comments)
        before = [line.text for line in rendered[:at]]
        after = [line.text for line in rendered[at + 1 :] if not line.behind]
        behind = [line.text for line in rendered[at + 1 :] if line.behind]
        changes = [self._value(node, context, rendered[at].text)]
        if before or after or behind:
            self._check_room(context)
        if (before or comments) and context.obstacle is None:
            changes.append(self._before(context.statement, [*comments, *before]))
        if after:
            changes += self._after(node, context, after, rendered[at].text, changes)
        if behind:
            changes.append(self._behind(context, behind))
        return changes

    def _is_own_name(self, node: Node, context: Context, text: str) -> bool:
        """Whether `name = name` would be left."""
        holder = node.parent
        left = holder.child_by_field_name("left") if holder is not None else None
        is_lone = holder is not None and holder.parent == context.statement
        return is_lone and left is not None and self._source.node_text(left) == text

    def _behind(self, context: Context, lines: list[str]) -> Change:
        """Lines behind a `with` block."""
        statement = context.statement
        if context.with_item is None or statement.type != "with_statement":
            raise PlaceError("something follows when it is done, and no with block tells where that is")
        bound = re.search(r"\bas\s+(\w+)\s*$", self._source.node_text(context.with_item))
        if bound is not None and any(re.search(rf"\b{bound[1]}\b", line) for line in lines):
            raise PlaceError(f"{bound[1]} is another thing at the end of the with block")
        at = line_end(self._source.data, statement.end_byte)
        indent = self.indent_of(statement)
        return Change(Span(at, at), "".join(f"\n{indent}{line}" for line in lines))

    def _without_value(self, node: Node, context: Context, rendered: list[Rendered]) -> list[Change]:
        """Nothing gives a value: an assignment to a name gives way, an item of a list leaves it."""
        statement = context.statement
        if node.parent is not None and node.parent.type == "list":
            return self._out_of_list(node, context, [line.text for line in rendered])
        if node.parent is not None and _is_list_of_bases(node.parent):
            return self._out_of_list(node, context, [])
        assignment = statement.named_children[0] if statement.named_child_count == 1 else None
        holder = _unless_none(node)
        if assignment is not None and assignment.type == "assignment" and holder.parent == assignment:
            left = assignment.child_by_field_name("left")
            if left is not None and left.type == "identifier":
                self.unbound.append(left)
                return self._as_statement(statement, rendered, [])
        raise PlaceError("the target gives no value that could stand here")

    def _out_of_list(self, node: Node, context: Context, before: list[str]) -> list[Change]:
        """An item of a list display or a base class goes; statements go before."""
        above: list[Change] = []
        if before:
            self._check_room(context)
            above.append(self._before(context.statement, before))
        changes = leave(node, self.left_lists)
        self.left_lists[node.id] = node
        return [*changes, *above]

    def take_back(self, changes: Iterable[Change]) -> None:
        """Forgets the items of lists that stay after all, since these changes are not made."""
        spans = {change.span for change in changes}
        for item in [*self.left_lists.values()]:
            if Span(item.start_byte, item.end_byte) in spans:
                del self.left_lists[item.id]

    def _value(self, node: Node, context: Context, text: str) -> Change:
        if context.in_string is not None:
            quote = (context.in_string.text or b"").lstrip(b"rRbBfFuU")[:1].decode()
            if quote in text or "\n" in text or "\\" in text:
                raise PlaceError("the new text does not fit into the f-string around it")
        return Change(Span(node.start_byte, node.end_byte), text)

    def _check_room(self, context: Context) -> None:
        if context.obstacle is not None:
            raise PlaceError(f"several statements are needed, and this stands in a {context.obstacle}")
        if context.with_item is not None:
            items = list((context.with_item.parent or context.with_item).named_children)
            if items and items[0] != context.with_item:
                raise PlaceError("several statements are needed, and another context manager comes before")

    def _before(self, statement: Node, lines: list[str]) -> Change:
        start = statement.start_byte
        if is_inline_suite(self._source, statement):
            indent = self._source.line_indent(start) + UNIT
            data = self._source.data
            begin = start
            while data[begin - 1 : begin] in (b" ", b"\t"):
                begin -= 1
            body = "".join(f"\n{indent}{line}" for line in lines) + f"\n{indent}"
            return Change(Span(begin, start), body)
        if not starts_its_line(self._source, statement):
            return Change(
                Span(start, start), "".join(f"{line}; " for line in lines if not line.startswith("#"))
            )
        indent = self.indent_of(statement)
        return Change(Span(start, start), "".join(f"{line}\n{indent}" for line in lines))

    def _after(
        self, node: Node, context: Context, lines: list[str], value: str, changes: list[Change]
    ) -> list[Change]:
        statement = context.statement
        if context.with_item is not None and statement.type == "with_statement":
            return [self._into_body(statement, lines)]
        if statement.type == "return_statement" and statement.named_children == [node]:
            return self._around_return(node, statement, lines, value, changes)
        if statement.type != "expression_statement":
            raise PlaceError(
                f"statements are needed after it, and this stands in a {statement.type.replace('_', ' ')}"
            )
        end = statement.end_byte
        if shares_its_line(self._source, statement):
            return [Change(Span(end, end), "".join(f"; {line}" for line in lines))]
        indent = self.indent_of(statement)
        at = line_end(self._source.data, end)
        return [Change(Span(at, at), "".join(f"\n{indent}{line}" for line in lines))]

    def _into_body(self, statement: Node, lines: list[str]) -> Change:
        body = statement.child_by_field_name("body")
        if body is None or not statements_in(body):
            raise PlaceError("the with statement has no body")
        first = statements_in(body)[0]
        start = first.start_byte
        if not starts_its_line(self._source, first):
            return Change(Span(start, start), "".join(f"{line}; " for line in lines))
        indent = self.indent_of(first)
        return Change(Span(start, start), "".join(f"{line}\n{indent}" for line in lines))

    def _around_return(
        self, node: Node, statement: Node, lines: list[str], value: str, changes: list[Change]
    ) -> list[Change]:
        name = self._fresh_name("run", statement)
        changes[0] = Change(Span(node.start_byte, node.end_byte), name)
        return [self._before(statement, [f"{name} = {value}", *lines])]

    def indent_of(self, statement: Node) -> str:
        """The indentation at which a statement's neighbours stand."""
        return self._source.line_indent(statement.start_byte)

    def removals(self) -> list[Change]:
        """The changes that take removed statements away; a block left empty goes too, or gets `pass`."""
        gone = {statement.id: statement for statement in self.removed}
        changes: list[Change] = []
        for statement in sorted(gone.values(), key=lambda node: node.start_byte):
            if statement.id not in gone:
                continue
            block = statement.parent
            if (
                block is not None
                and block.type == "block"
                and all(s.id in gone for s in statements_in(block))
            ):
                changes.append(self._emptied(block))
                for other in statements_in(block):
                    gone.pop(other.id, None)
            else:
                run = self._run_of(statement, gone)
                changes.append(self._removal(statement, run[-1]))
                for each in run:
                    gone.pop(each.id)
        return joined_cuts(self._source, changes)

    def _run_of(self, statement: Node, gone: Mapping[int, Node]) -> list[Node]:
        """A removed statement and those that go from the lines right below it."""
        run = [statement]
        following = statement.next_named_sibling
        while (
            following is not None
            and following.id in gone
            and following.start_point[0] == run[-1].end_point[0] + 1
            and not shares_its_line(self._source, following)
            and not shares_its_line(self._source, run[-1])
        ):
            run.append(following)
            following = following.next_named_sibling
        return run

    def _emptied(self, block: Node) -> Change:
        owner = block.parent
        needless = owner is not None and owner.type == "if_statement" and self._needless(owner, block)
        no_branch = owner is not None and owner.type == "else_clause" and not _has_comment_below(block)
        if owner is not None and (needless or no_branch) and not shares_its_line(self._source, owner):
            return Change(whole_lines(self._source, owner), "")
        statements = statements_in(block)
        return Change(Span(statements[0].start_byte, statements[-1].end_byte), "pass")

    def _needless(self, owner: Node, block: Node) -> bool:
        """Whether an `if` without branches beside the block asks nothing that could have an effect."""
        condition = owner.child_by_field_name("condition")
        if condition is None or owner.child_by_field_name("alternative") is not None:
            return False
        if any(child.type == "comment" for child in block.named_children):
            return False
        stack = [condition]
        while stack:
            node = stack.pop()
            if node.type in ("call", "await", "named_expression", "yield"):
                return False
            stack.extend(node.named_children)
        return True

    def _removal(self, statement: Node, last: Node) -> Change:
        if not shares_its_line(self._source, statement):
            return Change(whole_lines(self._source, statement, last), "")
        data = self._source.data
        start, end = statement.start_byte, statement.end_byte
        following = data[end:].lstrip(b" \t")
        if following.startswith(b";"):
            end = len(data) - len(following) + 1
            while data[end : end + 1] in (b" ", b"\t"):
                end += 1
            return Change(Span(start, end), "")
        begin = len(data[:start].rstrip(b" \t"))
        if data[begin - 1 : begin] == b";":
            return Change(Span(begin - 1, end), "")
        return Change(Span(start, end), "pass")


def _unless_none(node: Node) -> Node:
    """`node if wanted else None` as a whole, where the condition calls nothing; else the node itself."""
    holder = node.parent
    if holder is None or holder.type != "conditional_expression" or holder.named_children[0] != node:
        return node
    condition, otherwise = holder.named_children[1:3]
    plain = condition.type in ("identifier", "attribute", "not_operator", "comparison_operator")
    return holder if otherwise.type == "none" and plain else node


def _is_list_of_bases(holder: Node) -> bool:
    owner = holder.parent
    return owner is not None and owner.type == "class_definition" and holder.type == "argument_list"


def _has_comment_below(block: Node) -> bool:
    """Whether a comment stands on a line of its own in a block."""
    owner = block.parent
    first = owner.start_point[0] if owner is not None else block.start_point[0]
    return any(child.type == "comment" and child.start_point[0] > first for child in block.named_children)
