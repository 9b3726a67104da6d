"""searches: the function that a search calls once for each trial."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.import_model import IMPORTS
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.syntax import (
    SCOPES,
    body_of,
    bound_once,
    called,
    enclosing,
    is_inside,
    keywords_of,
    literal_text,
    loop_around,
    pairs_of,
    parameter_name,
    parameters_of,
    text_of,
    walk,
    walk_own,
)

_PARTIAL = re.compile(r"^(functools\.)?partial$")
_NUMBERS = frozenset({"float", "int", "abs", "round", "sum", "min", "max", "len", "pow"})
_BROAD = re.compile(r"^except\s*(:|\(?\s*(Base)?Exception\b)")


@dataclass(frozen=True, slots=True)
class Objective:
    """The function, the parameter that takes the drawn values, and the place that names it at the search."""

    function: Node
    parameter: Node
    place: Node

    @property
    def name(self) -> str:
        """The name of the function; an empty text for a lambda."""
        name = self.function.child_by_field_name("name")
        return text_of(name) if name is not None else ""

    @property
    def drawn(self) -> str:
        """The name of the parameter that takes the drawn values."""
        return parameter_name(self.parameter) or ""


def find_objective(desk: Desk, node: Node) -> Objective:
    """The objective that an expression stands for.

    Raises:
        NoPathError: it is not defined in this file, or takes its values in a way that is not understood.
    """
    function, position = _resolve(desk, node)
    parameters = parameters_of(function)
    if position >= len(parameters) or parameter_name(parameters[position]) is None:
        raise desk.refusal(f"the objective {text_of(node)} does not take its values as one parameter")
    return Objective(function, parameters[position], node)


def _resolve(desk: Desk, node: Node) -> tuple[Node, int]:
    """The function, and the position of the parameter that is still open."""
    if node.type == "lambda":
        return node, 0
    if node.type == "call" and _PARTIAL.match(called(node)):
        arguments = node.child_by_field_name("arguments")
        given = [child for child in arguments.named_children if child.type != "comment"] if arguments else []
        if not given:
            raise desk.refusal("the objective is not in sight")
        function, position = _resolve(desk, given[0])
        return function, position + sum(child.type != "keyword_argument" for child in given[1:])
    if node.type == "attribute":
        method = _method(node)
        if method is not None:
            return method, 1
    if node.type == "identifier":
        binding = bound_once(desk.names, node)
        if binding is not None and binding.type in ("function_definition", "lambda"):
            return binding, 0
        if binding is not None and binding.type == "call" and _PARTIAL.match(called(binding)):
            return _resolve(desk, binding)
        made = _called_object(desk, binding) if binding is not None else None
        if made is not None:
            return made, 1
    made = _called_object(desk, node)
    if made is not None:
        return made, 1
    raise desk.refusal(f"the objective {text_of(node)} is not defined in this file", GapReason.DYNAMIC)


def _called_object(desk: Desk, node: Node) -> Node | None:
    """The `__call__` of the class of this file that a call makes an object of."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    made = (
        bound_once(desk.names, function) if function is not None and function.type == "identifier" else None
    )
    body = made.child_by_field_name("body") if made is not None and made.type == "class_definition" else None
    for child in body.named_children if body is not None else ():
        name = child.child_by_field_name("name")
        if child.type == "function_definition" and name is not None and text_of(name) == "__call__":
            return child
    return None


def _method(node: Node) -> Node | None:
    """The method of the class around that `self.name` means."""
    owner, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    outer = enclosing(node, frozenset({"class_definition"}))
    body = outer.child_by_field_name("body") if outer is not None else None
    if body is None or owner is None or name is None or text_of(owner) != "self":
        return None
    for child in body.named_children:
        named = child.child_by_field_name("name")
        if child.type == "function_definition" and named is not None and text_of(named) == text_of(name):
            return child
    return None


def returns_of(function: Node) -> list[Node]:
    """The return statements that belong to a function itself."""
    return [node for node in walk_own(function) if node.type == "return_statement"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an objective returns: a value that counts, the word for its status, and notes beside it."""

    value: Node | None
    status: Node | None
    notes: tuple[tuple[str, Node], ...]


def outcome_of(desk: Desk, node: Node, metric: str = "loss") -> Outcome | None:
    """A dict with the value that counts under `metric` taken apart; None for any other expression."""
    keywords = keywords_of(node) if called(node) == "dict" else None
    pairs: list[tuple[str, Node]]
    if keywords is not None:
        pairs = list(keywords.items())
    else:
        found = pairs_of(node)
        if found is None:
            return None
        pairs = []
        for key, value in found:
            name = literal_text(key)
            if name is None:
                raise desk.refusal(f"the result has a key that is no plain text: {text_of(key)}")
            pairs.append((name, value))
    known = dict(pairs)
    has_status = metric == "loss"
    notes = tuple(
        (name, value) for name, value in pairs if name != metric and not (has_status and name == "status")
    )
    return Outcome(known.get(metric), known.get("status") if has_status else None, notes)


class ObjectiveWriter:
    """Rewrites a function of drawn values as a function of a trial."""

    def __init__(self, desk: Desk, objective: Objective) -> None:
        self._desk, self.objective, self._metric = desk, objective, "loss"
        self.trial = desk.local_name("trial", body_anchor(objective.function))

    def is_called_elsewhere(self) -> bool:
        """Whether more than the search knows the function."""
        return bool(self.other_uses())

    def other_uses(self) -> list[Node]:
        """The places that name the function besides the search."""
        function, desk = self.objective.function, self._desk
        name = function.child_by_field_name("name")
        if name is None:
            return []
        if _is_method(function) and text_of(name) == "__call__":
            return []
        if _is_method(function):
            return [
                use
                for use in _attributes(desk.source.tree.root_node, text_of(name))
                if not is_inside(use, self.objective.place)
            ]
        places = desk.names.occurrences(text_of(name), desk.names.scope_of(name_scope(function)))
        others = [place for place in places if place != name and not is_inside(place, self.objective.place)]
        return [place for place in others if _may_mean(desk, place, function)]

    def take_trial(self, *, beside: bool = False) -> None:
        """Puts the trial in the place of the parameter, or in front of it."""
        desk, parameter = self._desk, self.objective.parameter
        if beside:
            desk.insert(parameter.start_byte, f"{self.trial}, ")
        elif parameter.type == "identifier":
            desk.replace(parameter, self.trial)
        else:
            desk.replace(parameter, f"{self.trial}: optuna.Trial")
            desk.roots.add("optuna")

    def draw(self, lines: list[str]) -> None:
        """Puts statements in front of the body."""
        statements = body_of(self.objective.function)
        body = self.objective.function.child_by_field_name("body")
        if (
            not statements
            or body is None
            or statements[0].start_point[0] == self.objective.function.start_point[0]
        ):
            raise self._desk.refusal("the objective stands on one line", GapReason.POSITION)
        indent = self._desk.source.line_indent(statements[0].start_byte)
        text = "".join(line.replace("\n", f"\n{indent}") + f"\n{indent}" for line in lines)
        self._desk.insert(statements[0].start_byte, text)

    # What it returns.

    def return_values(self, metric: str = "loss") -> bool:
        """Has the function return a number; tells whether it needs the trial for what stands beside it.

        `metric` is the key of the number where the function returns a dict.

        Raises:
            NoPathError: what it returns is not seen, or is no number.
        """
        needs_trial = False
        self._metric = metric
        returns = returns_of(self.objective.function)
        if not returns:
            raise self._desk.refusal("the objective returns nothing")
        for statement in returns:
            values = statement.named_children
            if len(values) != 1:
                raise self._desk.refusal("the objective returns nothing or several values")
            needs_trial |= self._return(statement, values[0])
        return needs_trial

    def _return(self, statement: Node, value: Node) -> bool:
        desk = self._desk
        outcome = outcome_of(desk, value, self._metric)
        if outcome is not None:
            return self._return_outcome(statement, outcome)
        if value.type == "identifier":
            binding = bound_once(desk.names, value)
            made = outcome_of(desk, binding, self._metric) if binding is not None else None
            if made is not None and binding is not None:
                return self._return_named(statement, value, binding, made)
        what = kind_returned(desk, value)
        if what == "dict":
            self._unpack(statement, value)
            return True
        if what != "number":
            raise desk.refusal(f"what {text_of(value)} returns is not seen in this file", GapReason.DYNAMIC)
        return False

    def _return_outcome(self, statement: Node, outcome: Outcome) -> bool:
        lines, needs_trial = self._told(statement, outcome)
        self._desk.replace(statement, self._joined(statement, lines))
        return needs_trial

    def _told(self, statement: Node, outcome: Outcome) -> tuple[list[str], bool]:
        """The statements that tell the trial a result, the last of which returns or raises."""
        desk = self._desk
        lines = [
            desk.lower("tuning.note", {"trial": self.trial, "name": f'"{name}"', "value": desk.text(value)})
            for name, value in outcome.notes
        ]
        if self._failed(outcome):
            self._refuse_caught(statement)
            lines.append(f"raise {desk.lower('tuning.pruned', {})}")
        elif outcome.value is None:
            raise desk.refusal("the result of the objective has no loss")
        else:
            lines.append(f"return {desk.text(outcome.value)}")
        return lines, bool(outcome.notes)

    def _failed(self, outcome: Outcome) -> bool:
        if outcome.status is None:
            return False
        known = self._desk.sites.concept(outcome.status)
        if known in ("tuning.succeeded", "tuning.failed"):
            return known == "tuning.failed"
        word = literal_text(outcome.status)
        if word in ("ok", "fail"):
            return word == "fail"
        raise self._desk.refusal(f"the status {text_of(outcome.status)} is not known before the program runs")

    def _refuse_caught(self, statement: Node) -> None:
        """A trial is given up by an exception, which must not be caught on its way."""
        inner, outer = statement, statement.parent
        while outer is not None and outer.type not in SCOPES:
            if outer.type == "try_statement" and inner == outer.child_by_field_name("body"):
                clauses = [child for child in outer.named_children if child.type == "except_clause"]
                if any(_BROAD.match(text_of(clause)) for clause in clauses):
                    raise self._desk.refusal("a failed trial is told inside of a try that catches all")
            inner, outer = outer, outer.parent

    def _return_named(self, statement: Node, value: Node, binding: Node, made: Outcome) -> bool:
        """`result = {...}; return result`: told where it is returned, when nothing else reads it."""
        desk = self._desk
        places = desk.names.occurrences(text_of(value), desk.names.scope_of(value))
        assignment = binding.parent
        previous = statement.prev_named_sibling
        left = assignment.child_by_field_name("left") if assignment is not None else None
        follows = assignment is not None and previous is not None and is_inside(assignment, previous)
        if left is not None and len(places) == 2 and follows and previous is not None:
            lines, needs_trial = self._told(statement, made)
            text = self._joined(statement, lines)
            desk.remove(previous)
            desk.replace(statement, text)
            return needs_trial
        for use in desk.sites.within(binding):
            known = desk.route.source.search.get("known_texts", {}).get(use.api)
            if known is not None:
                desk.replace(use.node, known)
        if made.notes or len(places) > 2 or self._failed(made):
            self._unpack(statement, value)
            return True
        desk.replace(statement, f'return {text_of(value)}["{self._metric}"]')
        return False

    def _unpack(self, statement: Node, value: Node) -> None:
        """Tells the trial a result that is put together elsewhere."""
        desk = self._desk
        name = text_of(value)
        lines = []
        if value.type != "identifier":
            name = desk.local_name("result", statement)
            lines.append(f"{name} = {desk.text(value)}")
        note = desk.lower("tuning.note", {"trial": self.trial, "name": "name", "value": "value"})
        lines += [f"for name, value in {name}.items():", f"    {note}"]
        lines.append(f'return {name}["{self._metric}"]')
        desk.replace(statement, self._joined(statement, lines))

    def _joined(self, statement: Node, lines: list[str]) -> str:
        indent = self._desk.source.line_indent(statement.start_byte)
        return f"\n{indent}".join(lines)


def _may_mean(desk: Desk, place: Node, function: Node) -> bool:
    """Whether a place that spells a function's name may mean this function, not a later one."""
    if place.parent is not None and place.parent.type == "function_definition":
        return False
    meant = bound_once(desk.names, place)
    return meant is None or meant == function


def body_anchor(function: Node) -> Node:
    """A node within a function, for questions about the names that mean something there."""
    statements = body_of(function) if function.type == "function_definition" else []
    body = function.child_by_field_name("body")
    return statements[0] if statements else body if body is not None else function


def name_scope(function: Node) -> Node:
    """A node in the scope in which a function's name is bound."""
    return function.parent if function.parent is not None else function


def _is_method(function: Node) -> bool:
    outer = enclosing(function, SCOPES)
    return outer is not None and outer.type == "class_definition"


def _attributes(root: Node, name: str) -> list[Node]:
    found = []
    for node in walk(root):
        if node.type == "attribute":
            member = node.child_by_field_name("attribute")
            if member is not None and text_of(member) == name:
                found.append(node)
    return found


def kind_returned(desk: Desk, value: Node, depth: int = 0) -> str:
    """What an expression is, as far as the file shows: "number", "dict" or "unknown"."""
    if depth > 4 or value.type in ("none", "string", "tuple", "list", "expression_list"):
        return "unknown"
    if value.type in ("dictionary", "dictionary_comprehension") or called(value) == "dict":
        return "dict"
    if value.type == "call":
        return _kind_called(desk, value, depth)
    if value.type == "identifier":
        return _kind_named(desk, value, depth)
    if value.type == "conditional_expression":
        return _same(kind_returned(desk, value.named_children[at], depth + 1) for at in (0, 2))
    return "number"


def _kind_called(desk: Desk, value: Node, depth: int) -> str:
    """What a call gives: by the function where it is of this file, a number where it is of a package."""
    function = value.child_by_field_name("function")
    if function is None or function.type != "identifier":
        return "number"
    binding = bound_once(desk.names, function)
    if binding is not None and binding.type == "function_definition":
        return _same(
            kind_returned(desk, each.named_children[0], depth + 1)
            if each.named_child_count == 1
            else "unknown"
            for each in returns_of(binding)
        )
    if binding is not None and enclosing(binding, IMPORTS) is not None:
        return "number" if desk.is_from_package(text_of(function)) else "unknown"
    return "number" if text_of(function) in _NUMBERS else "unknown"


def _kind_named(desk: Desk, value: Node, depth: int) -> str:
    bindings = desk.names.bindings(value)
    if not bindings or any(is_parameter(each) for each in bindings):
        return "unknown"
    if len(bindings) == 1 and bindings[0].type == "call":
        return kind_returned(desk, bindings[0], depth + 1)
    if any(each.type == "dictionary" or called(each) == "dict" for each in bindings):
        return "dict" if len(bindings) == 1 else "unknown"
    return "number"


def _same(kinds: Iterable[str]) -> str:
    """The kind that all have."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else "unknown"


def is_parameter(binding: Node) -> bool:
    """Whether a name gets its value from a caller."""
    parent = binding.parent
    return parent is not None and (parent.type.endswith("parameter") or parent.type.endswith("parameters"))


def parameter_place(parameter: Node) -> Node:
    """The identifier that a parameter binds."""
    if parameter.type == "identifier":
        return parameter
    name = parameter.child_by_field_name("name")
    return name if name is not None else parameter.named_children[0]


def passed_parameter(desk: Desk, argument: Node) -> tuple[Node, Node] | None:
    """The function of this file that an argument is handed to, and the parameter that takes it."""
    holder = argument.parent
    keyword = holder if holder is not None and holder.type == "keyword_argument" else None
    arguments = keyword.parent if keyword is not None else holder
    call = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    if function is None or arguments is None:
        return None
    method = _method(function) if function.type == "attribute" else None
    definition = bound_once(desk.names, function) if function.type == "identifier" else method
    if definition is None or definition.type != "function_definition":
        return None
    parameters = parameters_of(definition)[1 if method is not None else 0 :]
    if keyword is not None:
        name = keyword.child_by_field_name("name")
        wanted = text_of(name) if name is not None else ""
        found = next((each for each in parameters if parameter_name(each) == wanted), None)
    else:
        position = [child for child in arguments.named_children if child.type != "comment"].index(argument)
        found = parameters[position] if position < len(parameters) else None
    return None if found is None or parameter_name(found) is None else (definition, found)


def is_in_loop(node: Node, outside: Node | None = None) -> bool:
    """Whether a node runs more than once each time that its function does."""
    return loop_around(node, outside) is not None
