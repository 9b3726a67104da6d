"""inline: a source as a LibCST tree that is reshaped in one go, addressed by the nodes of the other tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar, cast

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
from tree_sitter import Node

from adapter.inline.study.syntax import (
    Statement,
    behind,
    further,
    is_mark,
    lead,
    line_break,
    marks,
    on_lines,
    one_a_line,
    part,
    parted,
    with_lead,
)
from adapter.source.text import Source

Edit: TypeAlias = Callable[[cst.CSTNode], cst.CSTNode]
Made: TypeAlias = Callable[[Statement], list[Statement]]
Found = TypeVar("Found", bound=cst.CSTNode)


class MissingError(LookupError):
    """A node of the one tree has no counterpart in the other."""


@dataclass(slots=True)
class _Edits:
    """What is to be done to which node."""

    edits: dict[cst.CSTNode, list[Edit]] = field(default_factory=dict)
    before: dict[cst.CSTNode, list[Statement]] = field(default_factory=dict)
    after: dict[cst.CSTNode, list[Statement]] = field(default_factory=dict)
    bodies: dict[cst.CSTNode, Callable[[Made], Sequence[Statement]]] = field(default_factory=dict)
    split: dict[cst.CSTNode, Callable[[Statement, Made], Sequence[Statement]]] = field(default_factory=dict)
    spaced: set[cst.CSTNode] = field(default_factory=set)
    long: set[cst.CSTNode] = field(default_factory=set)


class Tree:
    """Collects edits of a source and makes them all at once.

    Nodes are found by their places; edits of inner nodes are made before those of outer ones.
    """

    def __init__(self, source: Source) -> None:
        wrapper = MetadataWrapper(cst.parse_module(source.data.decode("utf-8")))
        self.module = wrapper.module
        self._starts: dict[int, list[tuple[int, cst.CSTNode]]] = {}
        for node, span in wrapper.resolve(ByteSpanPositionProvider).items():
            self._starts.setdefault(span.start, []).append((span.length, node))
        self._all = _Edits()

    def statement(self, node: Node) -> Statement:
        """The statement that begins where a statement of the other tree does.

        Raises:
            MissingError: none does.
        """
        if node.type == "decorated_definition":
            node = node.child_by_field_name("definition") or node
        kinds = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
        found = [each for _, each in self._starts.get(node.start_byte, ()) if isinstance(each, kinds)]
        if not found:
            raise MissingError(node.type)
        return found[0]

    def expression(self, node: Node, kind: type[Found]) -> Found:
        """The node of a kind at exactly the place of a node of the other tree.

        Raises:
            MissingError: there is none.
        """
        length = node.end_byte - node.start_byte
        for size, each in self._starts.get(node.start_byte, ()):
            if isinstance(each, kind) and size == length:
                return each
        raise MissingError(node.type)

    def edit(self, node: cst.CSTNode, edit: Edit) -> None:
        """Lets a node be edited, after what is inside of it."""
        self._all.edits.setdefault(node, []).append(edit)

    def replace(self, node: Node, text: str) -> None:
        """Gives an expression another text."""
        new = cst.parse_expression(text, self.module.config_for_parsing)
        self.edit(self._value(node), lambda _: new)

    def _value(self, node: Node) -> cst.CSTNode:
        length = node.end_byte - node.start_byte
        for size, each in self._starts.get(node.start_byte, ()):
            if isinstance(each, cst.BaseExpression) and size == length:
                return each
        raise MissingError(node.type)

    def call(self, node: Node) -> cst.CSTNode:
        """The call at the place of a call of the other tree.

        Raises:
            MissingError: there is none.
        """
        return self.expression(node, cst.Call)

    def break_long(self, node: Node, limit: int) -> None:
        """Gives each argument of a call a line of its own, where its line would be too long otherwise."""
        call = self.call(node)
        if call in self._all.long or b"\n" in (node.text or b""):
            return
        self._all.long.add(call)

        def broken(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Call)
            length = node.start_point.column + len(self.module.code_for_node(updated))
            return one_a_line(updated) if length > limit else updated

        self.edit(call, broken)

    def break_long_header(self, node: Node, limit: int) -> None:
        """Gives each parameter of a function a line of its own, where its line would be too long."""
        column = node.start_point.column

        def broken(function: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(function, cst.FunctionDef)
            given = function.params
            simple = not (given.star_kwarg or given.kwonly_params or given.posonly_params)
            bare = function.with_changes(
                decorators=(), leading_lines=(), body=cst.SimpleStatementSuite([cst.Pass()])
            )
            header = self.module.code_for_node(bare).removesuffix(" pass\n")
            if "\n" in header or column + len(header) <= limit or not simple or not given.params:
                return function
            params = given.with_changes(params=on_lines(given.params))
            return function.with_changes(whitespace_before_params=line_break("    "), params=params)

        self.edit(self.statement(node), broken)

    def remove(self, node: Node) -> None:
        """Leaves a statement out; comments before it go to what follows."""
        self._all.split[self.statement(node)] = lambda _, __: []

    def assign(self, node: Node, name: str, access: str) -> None:
        """Binds a name to what an expression statement gives, or to a part of that such as `[1]`."""
        target = cst.AssignTarget(cst.Name(name))

        def bound(statement: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(statement, cst.SimpleStatementLine)
            value = further(part(statement, access), len(f"{name} = "))
            return statement.with_changes(body=[cst.Assign([target], value), *statement.body[1:]])

        self.edit(self.statement(node), bound)

    def give(self, node: Node, access: str) -> None:
        """Lets an expression statement be returned, or a part of what it gives such as `[1]`."""

        def returned(statement: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(statement, cst.SimpleStatementLine)
            value = further(part(statement, access), len("return "))
            return statement.with_changes(body=[cst.Return(value), *statement.body[1:]])

        self.edit(self.statement(node), returned)

    def wrap(self, node: Node, header: str) -> None:
        """Puts a statement below a header such as `if trial is None:`."""
        shell = self.parsed(f"{header}\n    pass\n")[0]
        assert isinstance(shell, cst.If)

        def below(statement: cst.CSTNode) -> cst.CSTNode:
            inner = with_lead(cast("Statement", statement), 0, comments=False)
            block = shell.body.with_changes(body=[inner])
            return shell.with_changes(body=block, leading_lines=lead(cast("Statement", statement)))

        self.edit(self.statement(node), below)

    def before(self, node: Node, text: str, *, spaced: bool = False) -> None:
        """Puts statements before one; `spaced` with a blank line between, where there was one before."""
        statement = self.statement(node)
        self._all.before.setdefault(statement, []).extend(self.parsed(text))
        if spaced:
            self._all.spaced.add(statement)

    def definitions_before(self, node: Node, text: str) -> None:
        """Puts functions before a statement of the module (which may be split already)."""
        statement = self.statement(node)
        found = [with_lead(each, 2) for each in self.parsed(text)]
        previous = self._all.split.get(statement)

        def spaced(updated: Statement, made: Made) -> Sequence[Statement]:
            rest = list(previous(updated, made)) if previous is not None else [updated]
            above = marks(rest[0])
            own = [line for line in lead(rest[0]) if not is_mark(line)]
            behind_found = with_lead(rest[0].with_changes(leading_lines=own), 2)
            return [behind(above, found[0]), *found[1:], behind_found, *rest[1:]]

        self._all.split[statement] = spaced

    def decorate(self, node: Node, text: str) -> None:
        """Adds a decorator below the others of a function."""
        decorator = cst.Decorator(cst.parse_expression(text))

        def decorated(function: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(function, cst.FunctionDef)
            return function.with_changes(decorators=[*function.decorators, decorator])

        self.edit(self.statement(node), decorated)

    def after(self, node: Node, text: str) -> None:
        """Puts statements behind one; what was put first stays first."""
        self._all.after.setdefault(self.statement(node), []).extend(self.parsed(text))

    def parsed(self, text: str) -> list[Statement]:
        """Statements from a text, in the indentation of the module."""
        found = cst.parse_module(text, self.module.config_for_parsing)
        first = found.body[0]
        if found.header:
            first = first.with_changes(leading_lines=[*found.header, *first.leading_lines])
        return [first, *found.body[1:]]

    def body(self, node: cst.CSTNode, make: Callable[[Made], Sequence[Statement]]) -> None:
        """Lets the statements of a block (an IndentedBlock or the module) be laid out anew."""
        self._all.bodies[node] = make

    def split(self, node: Node, make: Callable[[Statement, Made], Sequence[Statement]]) -> None:
        """Lets several statements stand for one."""
        self._all.split[self.statement(node)] = make

    def code(self) -> str:
        """The text with all edits made."""
        visitor = _Visitor(self._all)
        return self.module.visit(visitor).code


class _Visitor(cst.CSTTransformer):
    def __init__(self, edits: _Edits) -> None:
        super().__init__()
        self._all = edits
        self._made: dict[cst.CSTNode, list[Statement]] = {}
        self._removed: set[cst.CSTNode] = set()

    def made(self, statement: Statement) -> list[Statement]:
        return self._made[statement]

    def _with_comments(self, block: cst.IndentedBlock | cst.Module, updated: cst.CSTNode) -> cst.CSTNode:
        """The statements of a block; comments before those that were left out go to what follows."""
        if not self._removed.intersection(block.body):
            return updated
        body: list[Statement] = []
        left: list[cst.EmptyLine] = []
        for each in block.body:
            if each in self._removed:
                left += lead(each)
                continue
            first, *rest = self._made[each]
            own = [line for line in lead(first) if line.comment is not None] if left else lead(first)
            body += [first.with_changes(leading_lines=[*left, *own]), *rest]
            left = []
        return updated.with_changes(body=body)

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> object:  # type: ignore[override]
        updated = updated_node
        if original_node in self._all.bodies:
            updated = updated.with_changes(body=list(self._all.bodies[original_node](self.made)))
        elif isinstance(original_node, (cst.IndentedBlock, cst.Module)) and self._removed:
            updated = self._with_comments(original_node, updated)
        for edit in self._all.edits.get(original_node, ()):
            updated = edit(updated)
        if not isinstance(original_node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
            return updated
        found: list[Statement] = [cast("Statement", updated)]
        if original_node in self._all.split:
            found = list(self._all.split[original_node](found[0], self.made))
        put_before = self._all.before.get(original_node, [])
        if put_before:
            blank, rest = parted(found[0])
            first = put_before[0].with_changes(leading_lines=[*blank, *lead(put_before[0])])
            kept = [*blank[:1], *rest] if original_node in self._all.spaced else rest
            found = [first, *put_before[1:], found[0].with_changes(leading_lines=kept), *found[1:]]
        found += self._all.after.get(original_node, [])
        self._made[original_node] = found
        if not found:
            self._removed.add(original_node)
            return cst.RemovalSentinel.REMOVE
        return found[0] if len(found) == 1 else cst.FlattenSentinel(found)
