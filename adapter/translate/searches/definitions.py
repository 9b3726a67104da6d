"""searches: where a space is drawn: within the objective, or by a function in the place of its definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.context import shares_its_line
from adapter.translate.lift import NoPathError
from adapter.translate.render import reindent
from adapter.translate.searches.best import BestReads
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import is_parameter, returns_of
from adapter.translate.searches.layout import above, below, define
from adapter.translate.searches.spaces import DIMENSIONS, Grid, SpaceWriter, Written, holds_dimension
from adapter.translate.searches.syntax import (
    as_name,
    assignment_of,
    bound_once,
    is_inside,
    reads_of,
    text_of,
    walk,
)

_SHORT = 60


@dataclass
class SpaceDefinitions:
    """The spaces of one search, each as what a trial suggests."""

    desk: Desk
    best: BestReads
    valued: set[str] = field(default_factory=set)
    """Names of choices that are told by value where the source tells their position."""
    grids: list[Grid] = field(default_factory=list)
    functions: dict[int, str] = field(default_factory=dict)
    names: list[Node] = field(default_factory=list)
    """The names of spaces that are functions now."""
    needs_function: bool = False

    def inline(self, space: Node, at: Node, trial: str) -> Written | None:
        """A space that is drawn within the objective: a single value, or a short dict that only it gets."""
        desk = self.desk
        if self.best.points or self.needs_function:
            return None
        node, assignment = space, None
        if space.type == "identifier":
            binding = bound_once(desk.names, space)
            assignment = assignment_of(binding) if binding is not None else None
            if binding is None or assignment is None or not self._is_read_once(assignment):
                return None
            node = binding
        is_single = desk.sites.concept(node) in DIMENSIONS
        is_short = "\n" not in text_of(node) and len(text_of(node)) <= _SHORT
        if not is_single and (assignment is not None or not is_short):
            return None
        if not holds_dimension(desk, node) or not self.reaches(node, at):
            return None
        written = self._written(node, trial, at)
        if assignment is not None and assignment.parent is not None:
            desk.remove(assignment.parent)
        else:
            desk.touched.append(node)
        return written

    def _is_read_once(self, assignment: Node) -> bool:
        left, value = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
        return left is not None and value is not None and len(reads_of(self.desk.names, left, value)) == 1

    def reaches(self, node: Node, at: Node) -> bool:
        """Whether all names of an expression mean the same at another place."""
        desk = self.desk
        module = desk.source.tree.root_node.id
        for inner in walk(node):
            in_keyword = inner.parent is not None and inner.parent.type == "keyword_argument"
            if inner.type != "identifier" or in_keyword:
                continue
            scopes = [desk.names.scope_of(binding) for binding in desk.names.bindings(inner)]
            if any(scope.id != module and not is_inside(at, scope) for scope in scopes):
                return False
        return True

    def drawn(self, space: Node, at: Node, statement: Node, trial: str) -> tuple[str, bool]:
        """The expression that draws a space for a trial, and whether it means something at a place.

        Raises:
            NoPathError: the space is not written out in this file, or not understood.
        """
        desk = self.desk
        if space.type == "identifier":
            binding = bound_once(desk.names, space)
            if binding is not None and is_parameter(binding):
                raise self._unseen(space, "comes from a caller")
            if binding is None or not holds_dimension(desk, binding):
                raise self._unseen(space, "is not written out in this file")
            scope = desk.names.scope_of(binding)
            is_hidden = scope.type != "module" and not is_inside(at, scope)
            if is_hidden and binding.id not in self.functions and self.reaches(binding, at):
                return f"{self._moved(space, binding, at)}({trial})", True
            name = self.function(space, binding)
            return f"{name}({trial})", scope.type == "module" or is_inside(at, scope)
        if space.type == "call" and not holds_dimension(desk, space):
            return self._from_builder(space, at, trial)
        if not holds_dimension(desk, space):
            raise self._unseen(space, "is not written out in this file")
        written = self._written(space, "trial", statement, returns=True)
        name = desk.fresh_name("suggest_space", statement)
        text = reindent(written.text, desk.source.line_indent(space.start_byte), "")
        define(desk, statement, name, "trial", [*written.lines, *_returned(text)])
        desk.touched.append(space)
        scope = desk.names.scope_of(statement)
        return f"{name}({trial})", scope.type == "module" or is_inside(at, scope)

    def _unseen(self, space: Node, why: str) -> NoPathError:
        return self.desk.refusal(f"the space {text_of(space)[:_SHORT]} {why}", GapReason.DYNAMIC)

    def _written(self, node: Node, trial: str, at: Node, *, returns: bool = False) -> Written:
        def shared(name: Node, binding: Node) -> str:
            return f"{self.function(name, binding)}({trial})"

        writer = SpaceWriter(self.desk, trial, self.best.indexed(), shared, at)
        written = writer.write(node, returns=returns)
        self.valued |= writer.valued
        self.grids += writer.grids
        return written

    def _from_builder(self, space: Node, at: Node, trial: str) -> tuple[str, bool]:
        """A space that a function of this file returns: the function takes the trial."""
        desk = self.desk
        function, arguments = space.child_by_field_name("function"), space.child_by_field_name("arguments")
        definition = bound_once(desk.names, function) if function is not None else None
        if definition is None or definition.type != "function_definition":
            raise self._unseen(space, "is not written out in this file")
        name, parameters = (
            definition.child_by_field_name("name"),
            definition.child_by_field_name("parameters"),
        )
        returns = returns_of(definition)
        if name is None or parameters is None or arguments is None or function is None:
            raise self._unseen(space, "is not written out in this file")
        if len(returns) != 1 or returns[0].named_child_count != 1:
            raise self._unseen(space, "is put together in steps")
        home = desk.names.scope_of(definition.parent or definition)
        if sum(place != name for place in desk.names.occurrences(text_of(name), home)) != 1:
            raise self._unseen(space, "is built in several places")
        written = self._written(returns[0].named_children[0], "trial", returns[0], returns=True)
        self._replace_return(returns[0], written)
        has_more = any(child.type != "comment" for child in parameters.named_children)
        desk.insert(parameters.start_byte + 1, "trial, " if has_more else "trial")
        inside = text_of(arguments)[1:-1].strip()
        desk.touched.append(space)
        visible = (home.type == "module" or is_inside(at, home)) and self.reaches(arguments, at)
        return f"{text_of(function)}({trial}{', ' if inside else ''}{inside})", visible

    def _replace_return(self, statement: Node, written: Written) -> None:
        indent = self.desk.source.line_indent(statement.start_byte)
        lines = [line.replace("\n", f"\n{indent}") for line in written.lines]
        self.desk.replace(statement, f"\n{indent}".join([*lines, *_returned(written.text)]))

    def _moved(self, name: Node, binding: Node, at: Node) -> str:
        """The function that a named space becomes, in front of the function that draws it."""
        desk = self.desk
        assignment = assignment_of(binding)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if assignment is None or left is None or assignment.parent is None:
            raise self._unseen(name, "is not made by a plain assignment")
        outer = at.parent if at.parent is not None and at.parent.type == "decorated_definition" else at
        function = desk.fresh_name(f"suggest_{as_name(text_of(left))}", outer, binding)
        self.functions[binding.id] = function
        written = self._written(binding, "trial", outer, returns=True)
        text = reindent(written.text, desk.source.line_indent(binding.start_byte), "")
        define(desk, outer, function, "trial", [*written.lines, *_returned(text)])
        desk.remove(assignment.parent)
        self.names.append(left)
        return function

    def function(self, name: Node, binding: Node) -> str:
        """The function that a named space becomes, in its place.

        Raises:
            NoPathError: the space is not made by a plain assignment, or not understood.
        """
        desk = self.desk
        if binding.id in self.functions:
            return self.functions[binding.id]
        assignment = assignment_of(binding)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if assignment is None or left is None or assignment.parent is None:
            raise self._unseen(name, "is not made by a plain assignment")
        statement = assignment.parent
        if shares_its_line(desk.source, statement):
            raise desk.refusal("the space shares its line with another statement", GapReason.POSITION)
        function = desk.fresh_name(f"suggest_{as_name(text_of(left))}", statement, binding)
        self.functions[binding.id] = function
        written = self._written(binding, "trial", statement, returns=True)
        indent = desk.source.line_indent(statement.start_byte)
        inner = f"\n{indent}    "
        lines = [line.replace("\n", inner) for line in written.lines]
        body = inner.join([*lines, *_returned(reindent(written.text, indent, f"{indent}    "))])
        gap = above(desk, statement, 0 if indent else 2)
        behind = "" if self._is_followed(statement) else below(desk, statement, 1 if indent else 2)
        desk.replace(statement, f"{gap}{indent if gap else ''}def {function}(trial):{inner}{body}{behind}")
        self.names.append(left)
        return function

    def _is_followed(self, statement: Node) -> bool:
        """Whether another space stands right below, which becomes a function with blank lines of its own."""
        following = statement.next_named_sibling
        assignment = (
            following.named_children[0] if following is not None and following.named_children else None
        )
        value = assignment.child_by_field_name("right") if assignment is not None else None
        return value is not None and any(self.desk.sites.concept(node) in DIMENSIONS for node in walk(value))

    def points(self) -> None:
        """What evaluates or draws a point of a space: the function that draws it, on a trial of its own."""
        desk = self.desk
        for bound in list(desk.sites.bound.values()):
            if bound.concept not in ("tuning.point", "tuning.draw"):
                continue
            given = desk.given(bound)
            space, values = given.get("space"), given.get("values")
            is_name = space is not None and space.type == "identifier"
            binding = bound_once(desk.names, space) if space is not None and is_name else None
            if binding is None or binding.id not in self.functions:
                continue
            arguments = {"space": self.functions[binding.id]}
            if values is not None:
                if desk.sites.within(values):
                    continue
                arguments["values"] = desk.text(values)
            desk.replace(bound.use.node, desk.lower(bound.concept, arguments))
            desk.claim(bound.use.node, "optuna.trial.FixedTrial" if values is not None else "Study.ask")

    def finish(self) -> None:
        """Makes sure that nothing reads a space any more that is a function now."""
        for name in self.names:
            self.desk.require_gone(name, "the space")


def _returned(text: str) -> Sequence[str]:
    return [f"return {text}"] if text else []
