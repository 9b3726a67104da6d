"""searches: what a function asks its trial for, collected as a space that can be given beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.lift import NoPathError
from adapter.translate.numbers import number
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import parameter_place, passed_parameter
from adapter.translate.searches.syntax import (
    COMPREHENSIONS,
    SCOPES,
    bound_once,
    called,
    enclosing,
    is_inside,
    literal,
    literal_text,
    loop_around,
    parameter_name,
    text_of,
    walk,
)

SUGGESTED = frozenset({"tuning.suggest_float", "tuning.suggest_int", "tuning.suggest_categorical"})
_CONDITIONS = frozenset({"if_statement", "conditional_expression", "match_statement", "boolean_operator"})


@dataclass(slots=True)
class Asked:
    """One value of the space: its name as code, concept and arguments, and the loop that asks for several."""

    name: str
    concept: str
    arguments: dict[str, str]
    loop: str = ""
    is_conditional: bool = False


@dataclass
class Collector:
    """Follows the trial of an objective through the functions of a file.

    `params` is the name that takes the trial's place. `told` are the calls by which the objective says
    something beside its value; `reported` those that report a value on the way.
    """

    desk: Desk
    params: str
    at: Node
    asked: dict[str, Asked] = field(default_factory=dict)
    told: list[Node] = field(default_factory=list)
    reported: list[Node] = field(default_factory=list)
    asked_to_stop: list[Node] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def follow(self, function: Node, parameter: Node) -> None:
        """Takes in all that a function does with its trial, and renames the parameter.

        Raises:
            NoPathError: the trial goes where it is not followed, or a range is not known beforehand.
        """
        if parameter.id in self._seen:
            return
        self._seen.add(parameter.id)
        desk, name = self.desk, parameter_name(parameter) or ""
        body = function.child_by_field_name("body")
        scope = desk.names.scope_of(body if body is not None else function)
        place = parameter_place(parameter)
        for use in desk.names.occurrences(name, scope):
            if use.id != place.id:
                self._use(use)
        desk.replace(parameter, self.params)

    def _use(self, use: Node) -> None:
        desk, parent = self.desk, use.parent
        if parent is not None and parent.type == "attribute" and parent.parent is not None:
            call = parent.parent if parent.parent.type == "call" else parent
            concept = desk.sites.is_trial_call(call)
            if concept in SUGGESTED:
                self._suggested(call)
                return
            if concept in ("tuning.note", "tuning.report", "tuning.should_prune"):
                {"tuning.note": self.told, "tuning.report": self.reported}.get(
                    concept, self.asked_to_stop
                ).append(call)
                return
            raise self._refusal(
                call, f"{text_of(parent)} has no counterpart for a trial that is given its values"
            )
        passed = passed_parameter(desk, use)
        if passed is None:
            raise self._refusal(
                use, f"the trial goes to {text_of(parent)[:50] if parent is not None else '?'}"
            )
        function, parameter = passed
        self.follow(function, parameter)
        desk.replace(use, self.params)

    def _refusal(self, node: Node, detail: str) -> NoPathError:
        return self.desk.refusal(f"line {self.desk.line_of(node)}: {detail}", GapReason.NO_EDGE)

    def _suggested(self, call: Node) -> None:
        desk = self.desk
        bound = desk.sites.bound[call.id]
        arguments = {name: arg.text for name, arg in desk.arguments(bound).items() if name != "trial"}
        name_node = desk.given(bound).get("name")
        if name_node is None:
            raise self._refusal(call, "the value has no name")
        for key in ("log", "step"):
            if arguments.get(key) in ("False", "None"):
                del arguments[key]
        if arguments.get("log", "True") != "True":
            raise self._refusal(call, "whether the scale is logarithmic is known only when the program runs")
        loop = self._loop(call, name_node) if literal_text(name_node) is None else ""
        for name, node in desk.given(bound).items():
            if name not in ("name", "trial"):
                self._check_known(node, call)
        asked = Asked(text_of(name_node), bound.concept or "", arguments, loop, self._is_conditional(call))
        known = self.asked.setdefault(asked.name, asked)
        if (known.concept, known.arguments) != (asked.concept, asked.arguments):
            raise self._refusal(call, f"{asked.name} is asked for with different ranges")
        known.is_conditional &= asked.is_conditional
        desk.replace(call, f"{self.params}[{text_of(name_node)}]")
        desk.claim(call, asked.concept)

    def _is_conditional(self, call: Node) -> bool:
        """Whether only some trials ask for the value."""
        child, parent = call, call.parent
        while parent is not None and parent.type not in SCOPES:
            if parent.type in _CONDITIONS and child != parent.child_by_field_name("condition"):
                return True
            child, parent = parent, parent.parent
        return False

    def _check_known(self, node: Node, call: Node) -> None:
        """All names of a range have to mean the same where the space is written."""
        desk = self.desk
        module = desk.source.tree.root_node.id
        for inner in walk(node):
            if inner.type != "identifier" or (
                inner.parent is not None
                and inner.parent.type == "attribute"
                and inner.parent.child_by_field_name("attribute") == inner
            ):
                continue
            for binding in desk.names.bindings(inner):
                scope = desk.names.scope_of(binding)
                if scope.id != module and not is_inside(self.at, scope):
                    raise self._refusal(call, f"{text_of(inner)} in its range is known only in the objective")

    # Values whose names are numbered in a loop.

    def _loop(self, call: Node, name: Node) -> str:
        """`for i in range(3)`: the loop around a numbered name, with the most rounds that it can make."""
        loop = loop_around(call) or enclosing(call, COMPREHENSIONS)
        clause = loop
        if loop is not None and loop.type != "for_statement":
            clause = next((child for child in loop.named_children if child.type == "for_in_clause"), None)
        left = clause.child_by_field_name("left") if clause is not None else None
        right = clause.child_by_field_name("right") if clause is not None else None
        if not is_filled_in(name) or left is None or left.type != "identifier" or right is None:
            raise self._refusal(call, f"the name {text_of(name)[:40]} is known only when the program runs")
        inside = {text_of(node) for node in walk(name) if node.type == "identifier"} - {"format", "str"}
        if inside != {text_of(left)}:
            raise self._refusal(call, f"the name {text_of(name)[:40]} is known only when the program runs")
        return f"for {text_of(left)} in {self._rounds(call, right)}"

    def _rounds(self, call: Node, right: Node) -> str:
        arguments = right.child_by_field_name("arguments") if right.type == "call" else None
        given = (
            [child for child in arguments.named_children if child.type != "comment"]
            if arguments is not None
            else []
        )
        if called(right) != "range" or not given:
            if right.type in ("list", "tuple") and literal(right) is not ...:
                return text_of(right)
            raise self._refusal(call, f"how often {text_of(right)[:40]} runs is not known beforehand")
        parts = [self._most(call, part) for part in given]
        return f"range({', '.join(parts)})"

    def _most(self, call: Node, part: Node) -> str:
        """The largest value of a bound: itself, or the high end of the value that is asked for."""
        desk = self.desk
        if number(text_of(part)) is not None:
            return text_of(part)
        meant = bound_once(desk.names, part) if part.type == "identifier" else part
        if meant is not None and desk.sites.concept(meant) == "tuning.suggest_int":
            high = desk.given(desk.sites.bound[meant.id]).get("high")
            if high is not None and number(text_of(high)) is not None:
                return text_of(high)
        if meant is not None and number(text_of(meant)) is not None:
            return text_of(meant)
        raise self._refusal(call, f"how large {text_of(part)} can be is not known beforehand")


def is_filled_in(name: Node) -> bool:
    """Whether a name is a text into which something is put: an f-string, `.format()` or `+ str(i)`."""
    if name.type == "call":
        function = name.child_by_field_name("function")
        holder = function.child_by_field_name("object") if function is not None else None
        return called(name).endswith(".format") and holder is not None and holder.type == "string"
    return name.type in ("string", "binary_operator")
