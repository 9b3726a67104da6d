"""Beside: the target's statements next to the source's, which stay: for teams that log to both for a while.

A statement that stands there already is not put there again, so that a second run changes nothing; a run that
moves the code takes what stands beside away first.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.plan import Change, GapReason, Span
from adapter.source.text import Source
from adapter.translate.context import (
    Context,
    context_of,
    shares_its_line,
    starts_its_line,
    statements_in,
    whole_lines,
)
from adapter.translate.import_model import line_end
from adapter.translate.lift import Bound, NoPathError
from adapter.translate.place import PlaceError
from adapter.translate.render import Rendered

_AGAIN = frozenset(
    "item float int str len round vars dict list tuple sum min max abs mean format tolist numpy cpu detach"
    " get items keys values time join".split()
)


@dataclass(slots=True)
class Beside:
    """The statements of the target beside those of one source.

    `added` are those that are missing, by the id of the site; `standing` what stands there already, as the
    changes that take it away. `bases` gives for every new name the word that it was made from.
    """

    source: Source
    names: Names
    bases: dict[str, str] = field(default_factory=dict)
    added: dict[int, list[Change]] = field(default_factory=dict)
    standing: list[Change] = field(default_factory=list)

    def takes(self, node: Node) -> bool:
        """Whether a site is a statement, or gives a run to a variable or a `with` block."""
        return self._is_statement(context_of(node), node)

    def put(self, bound: Bound, rendered: Sequence[Rendered], sites: Mapping[int, Bound]) -> None:
        """Puts rendered lines beside the statement of a site.

        Raises:
            NoPathError: an argument must not be evaluated twice, or is an object of the source library.
            PlaceError: there is no room for a statement.
        """
        node = bound.use.node
        context = context_of(node)
        for argument in [*bound.nodes.values(), *(n for each in bound.rest.values() for n in each)]:
            if argument != bound.use.receiver:
                self._check_argument(argument, sites)
        statement = context.statement
        if shares_its_line(self.source, statement) or not starts_its_line(self.source, statement):
            raise PlaceError("another statement stands on its line")
        if context.with_item is not None:
            self._put_into_with(node, context, rendered)
            return
        lines = [line.text for line in rendered if not (line.bare and line.is_value)]
        self._after(node.id, statement, lines)

    def _is_statement(self, context: Context, node: Node) -> bool:
        if context.alone:
            return True
        parent = node.parent
        if context.with_item is not None:
            return context.statement.type == "with_statement" and parent in (
                context.with_item,
                context.with_item.named_children[0],
            )
        return (
            parent is not None
            and parent.type == "assignment"
            and parent.child_by_field_name("right") == node
            and parent.parent == context.statement
        )

    def _check_argument(self, argument: Node, sites: Mapping[int, Bound]) -> None:
        stack = [argument]
        while stack:
            node = stack.pop()
            if node.type in ("await", "yield", "named_expression") or (
                node.type == "call" and node.id not in sites and _called(node) not in _AGAIN
            ):
                text = (node.text or b"").decode().partition("\n")[0]
                raise NoPathError(
                    GapReason.ARGUMENTS, f"{text} would be evaluated twice; give it a name first"
                )
            if node.type == "identifier" and node.id not in sites and self._is_object(node):
                text = (node.text or b"").decode()
                raise NoPathError(GapReason.VALUE, f"{text} is an object of the library that stays")
            stack.extend(node.named_children)

    def _is_object(self, node: Node) -> bool:
        parent = node.parent
        is_base = parent is not None and parent.type == "attribute"
        return not is_base and self.names.value(node).of_library

    def _after(self, key: int, statement: Node, lines: Sequence[str]) -> None:
        following = list(_following(statement))[: len(lines)]
        if self._same(lines, following):
            self.standing += [Change(whole_lines(self.source, each), "") for each in following]
            return
        at = line_end(self.source.data, statement.end_byte)
        indent = self.source.line_indent(statement.start_byte)
        text = "".join(f"\n{indent}{line}" for line in lines)
        if text:
            self.added[key] = [Change(Span(at, at), text)]

    def _put_into_with(self, node: Node, context: Context, rendered: Sequence[Rendered]) -> None:
        item, statement = context.with_item, context.statement
        assert item is not None
        at = next((index for index, line in enumerate(rendered) if line.is_value), None)
        body = statement.child_by_field_name("body")
        if at is None or body is None or not statements_in(body):
            raise PlaceError("the target gives nothing that a with block could be entered by")
        before = [line.text for line in rendered[:at]]
        after = [line.text for line in rendered[at + 1 :] if not line.bare]
        value, first = rendered[at].text, statements_in(body)[0]
        beside = item.next_named_sibling
        if beside is not None and beside.type == "with_item" and self._same_text(value, _text(beside)):
            above = list(_preceding(statement))[: len(before)][::-1]
            within = statements_in(body)[: len(after)]
            self.standing.append(Change(Span(item.end_byte, beside.end_byte), ""))
            for each in (above, within):
                self.standing += [Change(whole_lines(self.source, one), "") for one in each]
            return
        indent, inner = (self.source.line_indent(each.start_byte) for each in (statement, first))
        changes = [Change(Span(item.end_byte, item.end_byte), f", {value}")]
        if before:
            start = statement.start_byte
            changes.append(Change(Span(start, start), "".join(f"{line}\n{indent}" for line in before)))
        if after:
            start = first.start_byte
            changes.append(Change(Span(start, start), "".join(f"{line}\n{inner}" for line in after)))
        self.added[node.id] = changes

    def find_in_module(self, lines: Iterable[str]) -> None:
        """Statements of the module that stand there already: counters, the variable of the run."""
        module = statements_in(self.source.tree.root_node)
        for line in lines:
            found = next((each for each in module if self._same_text(line, _text(each))), None)
            if found is not None:
                self.standing.append(Change(whole_lines(self.source, found), ""))

    def _same(self, lines: Sequence[str], statements: Sequence[Node]) -> bool:
        return (
            bool(lines)
            and len(lines) == len(statements)
            and all(
                self._same_text(line, _text(statement))
                for line, statement in zip(lines, statements, strict=True)
            )
        )

    def _same_text(self, line: str, text: str) -> bool:
        """Whether two texts are the same code but for its layout and for the numbers behind new names."""
        for name, base in self.bases.items():
            line = re.sub(rf"\b{re.escape(name)}\b", base, line)
            text = re.sub(rf"\b{re.escape(base)}(?:_\d+)?\b", base, text)
        return _form(line) == _form(text)


def _following(statement: Node) -> Iterator[Node]:
    node = statement.next_named_sibling
    while node is not None:
        if node.type != "comment":
            yield node
        node = node.next_named_sibling


def _preceding(statement: Node) -> Iterator[Node]:
    node = statement.prev_named_sibling
    while node is not None:
        if node.type != "comment":
            yield node
        node = node.prev_named_sibling


def _called(call: Node) -> str:
    function = call.child_by_field_name("function")
    return (function.text or b"").decode().rpartition(".")[2] if function is not None else ""


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _form(text: str) -> str:
    """Code without its layout."""
    try:
        return ast.dump(ast.parse(textwrap.dedent(text)))
    except SyntaxError:
        return re.sub(r"\s+", "", text)
