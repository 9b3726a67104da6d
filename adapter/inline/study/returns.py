"""inline: a reported value brought back through calls to the code that runs a trial."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.model import Reported
from adapter.inline.landmarks.words import LoopKind
from adapter.inline.outcome import Work
from adapter.inline.study.calls import Edge
from adapter.inline.study.names import bound_by
from adapter.inline.study.returned import existing_return, name_for, returns_of, same
from adapter.inline.study.shape import ShapeError, is_generator
from adapter.inline.study.tree import Tree
from adapter.inline.study.writing import in_quotes
from adapter.translate.context import statements_in

_CONDITIONAL = frozenset({"if_statement", "elif_clause", "else_clause", "except_clause", "case_clause"})


@dataclass(frozen=True, slots=True)
class Carried:
    """A value at some level of calls: an expression that is good behind a statement.

    Without `expression` the function at this level returns it already; `access` then says which part of
    what it returns: "", "[1]" or '["acc"]'.
    """

    expression: str
    statement: Node
    access: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is there once per epoch: behind a statement of a function, None for the trial's own."""

    function: Node | None
    statement: Node
    expression: str
    step: str


class Returns:
    """Brings values up along the calls of a way, with the edits that this takes.

    `last` is the statement with which the code of a trial ends: its value is given back at once.
    """

    def __init__(self, work: Work, tree: Tree, edges: Sequence[Edge], last: Node, quote: str) -> None:
        self._quote = quote
        self._work, self._tree, self._edges, self._last = work, tree, list(edges), last
        self._script = work.script
        self._carried: dict[tuple[int, int], Carried] = {}
        self._returned: dict[int, tuple[str, str]] = {}
        self._bound: set[int] = set()
        self._names: dict[int, str] = {}

    def spot(self, reported: Reported) -> Spot | None:
        """Where a value that is reported once per epoch can be told to a trial; None where it cannot."""
        for depth in range(len(self._depths(reported)), -1, -1):
            function = self._edges[depth - 1].function if depth else None
            statement = self._statement_at(reported, depth)
            counter = self._epoch_counter(statement)
            if counter:
                carried = self.at(reported, depth)
                if not carried.expression or self._is_swallowed(carried.statement):
                    return None
                return Spot(function, self._out_of_conditions(carried), carried.expression, counter)
        return None

    def top(self, reported: Reported) -> Carried:
        """A value in the code that a trial runs.

        Raises:
            ShapeError: it cannot be brought there.
        """
        return self.at(reported, 0)

    def _depths(self, reported: Reported) -> Sequence[Edge]:
        """The calls below the trial's own code down to the function that reports a value."""
        function = self._script.function_of(reported.statement)
        for index, edge in enumerate(self._edges):
            if function is not None and edge.function.id == function.id:
                return self._edges[: index + 1]
        return []

    def _statement_at(self, reported: Reported, depth: int) -> Node:
        edges = self._depths(reported)
        return reported.statement if depth == len(edges) else self._script.statement(edges[depth].call)

    def at(self, reported: Reported, depth: int) -> Carried:
        """A value at a level of calls: 0 is the trial's own code."""
        key = (reported.node.start_byte, depth)
        if key not in self._carried:
            edges = self._depths(reported)
            if depth == len(edges):
                self._carried[key] = Carried(self._expression(reported), reported.statement)
            else:
                inner = self.at(reported, depth + 1)
                self._carried[key] = self._up(edges[depth], inner, name_for(reported))
        return self._carried[key]

    def _expression(self, reported: Reported) -> str:
        whole = reported.statement.named_children[:1] == [reported.value]
        if reported.bind and whole:
            if reported.node.start_byte not in self._bound:
                self._bound.add(reported.node.start_byte)
                self._tree.assign(reported.statement, reported.bind, "")
            return in_quotes(reported.text, self._quote)
        if reported.bind and reported.node.start_byte not in self._bound:
            self._bound.add(reported.node.start_byte)
            self._tree.before(reported.statement, f"{reported.bind} = {self._script.text(reported.value)}\n")
            self._tree.replace(reported.value, reported.bind)
        return reported.bind or in_quotes(reported.text, self._quote)

    def _out_of_conditions(self, carried: Carried) -> Node:
        """The statement behind which a value is told: outside of `if`s that only decide whether to print."""
        statement = carried.statement
        names = set(re.findall(r"[A-Za-z_]\w*", carried.expression))
        while (block := statement.parent) is not None and block.parent is not None:
            around = block.parent
            if around.type == "else_clause":
                around = around.parent or around
            if around.type != "if_statement" or any(names & bound_by(each) for each in statements_in(block)):
                return statement
            statement = around
        return statement

    def _epoch_counter(self, statement: Node) -> str:
        loop = self._script.loop_of(statement)
        while loop is not None:
            for each in self._work.landmarks.loops:
                if each.node.id == loop.id and each.kind is LoopKind.EPOCH:
                    return each.counter
                if each.node.id == loop.id and each.kind is LoopKind.BATCH:
                    return ""
            loop = self._script.loop_of(loop)
        return ""

    def _is_swallowed(self, statement: Node) -> bool:
        """Whether an exception raised behind a statement would be caught before it leaves the function."""
        around = statement.parent
        while around is not None and around.type not in ("function_definition", "module"):
            if around.type == "try_statement":
                for clause in around.named_children:
                    text = (
                        self._script.text(clause).partition(":")[0] if clause.type == "except_clause" else "-"
                    )
                    if text.strip() == "except" or "Exception" in text:
                        return True
            around = around.parent
        return False

    def condition(self, carried: Carried) -> Node | None:
        """The condition under which alone the names of a value are bound, None where they always are."""
        names = set(re.findall(r"[A-Za-z_]\w*", carried.expression))
        node = carried.statement
        while (block := node.parent) is not None and block.type not in ("function_definition", "module"):
            around = block.parent
            if block.type == "block" and around is not None and around.type in _CONDITIONAL:
                bound = names & set().union(*(bound_by(each) for each in statements_in(block)))
                if bound and not self._is_bound_before(around, bound):
                    return around
            node = block
        return None

    def _is_bound_before(self, node: Node, names: set[str]) -> bool:
        """Whether statements before a node, or before what is around it, bind all of some names."""
        found: set[str] = set()
        while node.parent is not None and node.type not in ("function_definition", "module"):
            earlier = node.prev_named_sibling
            while earlier is not None:
                found |= bound_by(earlier)
                earlier = earlier.prev_named_sibling
            node = node.parent
        return names <= found

    def _up(self, edge: Edge, inner: Carried, name: str) -> Carried:
        access = inner.access
        condition = self.condition(inner) if inner.expression else None
        if condition is not None:
            line = self._script.line(condition)
            raise ShapeError(
                condition, f"{inner.expression} is only there under the condition in line {line}"
            )
        if inner.expression:
            access = self._returns(edge, inner.expression, name)
        return self._received(edge, access, name)

    def _returns(self, edge: Edge, expression: str, name: str) -> str:
        """Lets a function return a value; which part of what it returns the value is."""
        known = self._returned.get(edge.function.id)
        if known is not None and known[0] == expression:
            return known[1]
        access = existing_return(self._work, edge.function, expression)
        if access is None:
            access = self._new_return(edge, expression, name)
        self._returned[edge.function.id] = (expression, access)
        return access

    def _new_return(self, edge: Edge, expression: str, name: str) -> str:
        function = edge.function
        given = returns_of(self._work, function)
        line = self._work.script.line(function)
        if is_generator(self._script, function):
            raise ShapeError(function, f"the generator in line {line} cannot return {expression}")
        if not any(node.named_children for node in given):
            if given:
                raise ShapeError(given[0], f"the function in line {line} returns early, without {expression}")
            body = function.child_by_field_name("body")
            assert body is not None
            named = self._name_of(statements_in(body), expression)
            self._tree.after(statements_in(body)[-1], f"return {named or expression}\n")
            return ""
        values = [node.named_children[0] for node in given if node.named_children]
        if len(values) != 1 or len(given) != 1:
            raise ShapeError(
                function, f"the function in line {line} returns in several places, never {expression}"
            )
        return self._extended(edge, values[0], expression, name)

    def _name_of(self, statements: Sequence[Node], expression: str) -> str:
        """The name that some statements give an expression, "" without one."""
        for statement in reversed(statements):
            inner = statement.named_children[0] if statement.type == "expression_statement" else None
            right = (
                inner.child_by_field_name("right")
                if inner is not None and inner.type == "assignment"
                else None
            )
            left = inner.child_by_field_name("left") if inner is not None else None
            if right is None or left is None or left.type != "identifier":
                continue
            if same(self._script.text(right), expression):
                return self._script.text(left)
        return ""

    def _extended(self, edge: Edge, value: Node, expression: str, name: str) -> str:
        """Adds a value to what a function returns, and a name for it where that is called."""
        call = edge.call.parent
        left = call.child_by_field_name("left") if call is not None and call.type == "assignment" else None
        count = len(value.named_children) if value.type == "expression_list" else 1
        if left is None or value.type == "tuple" or (left.type == "pattern_list") is not (count > 1):
            line = self._script.line(edge.call)
            raise ShapeError(
                edge.call, f"what the call in line {line} gives is used in a way that leaves no room"
            )
        if left.type == "identifier" or (left.type == "pattern_list" and len(left.named_children) == count):
            self._tree.replace(value, f"{self._script.text(value)}, {expression}")
            self._tree.replace(left, f"{self._script.text(left)}, {name}")
            self._names[edge.call.id] = name
            return f"[{count}]"
        raise ShapeError(edge.call, "what the call gives is taken apart in a way that leaves no room")

    def _received(self, edge: Edge, access: str, name: str) -> Carried:
        """Gives the value of a call a name, where it has none."""
        statement = self._script.statement(edge.call)
        if edge.call.id in self._names:
            return Carried(self._names[edge.call.id], statement)
        parent = edge.call.parent
        if parent is not None and parent.type == "await":
            parent = parent.parent
        if parent is not None and parent.type == "return_statement":
            return Carried("", statement, access)
        if parent is not None and parent.type == "expression_statement" and statement == self._last:
            self._tree.give(statement, access)
            return Carried("", statement)
        if parent is not None and parent.type == "expression_statement":
            self._tree.assign(statement, name, access)
            return Carried(name, statement)
        left = (
            parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
        )
        if left is not None and left.type in ("identifier", "attribute"):
            return Carried(f"{self._script.text(left)}{access}", statement)
        if (
            left is not None
            and left.type in ("pattern_list", "tuple_pattern")
            and access.strip("[]").isdigit()
        ):
            index = int(access.strip("[]"))
            if index < len(left.named_children):
                target = left.named_children[index]
                if self._script.text(target) != "_":
                    return Carried(self._script.text(target), statement)
                self._tree.replace(target, name)
                return Carried(name, statement)
        line = self._script.line(edge.call)
        raise ShapeError(
            edge.call, f"the value of the call in line {line} is used at once, so it cannot be kept"
        )
