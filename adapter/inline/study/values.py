"""inline: hyper-parameters on their way from a trial to the code that uses them."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from tree_sitter import Node

from adapter.inline.landmarks.literals import called_text, parameter_names
from adapter.inline.landmarks.model import ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.study.calls import calls_between
from adapter.inline.study.names import bound_by
from adapter.inline.study.shape import Form, Shape
from adapter.inline.study.space import Tuned
from adapter.inline.study.syntax import with_arguments, with_parameters
from adapter.inline.study.tree import Tree
from adapter.inline.study.writing import Writing
from adapter.translate.context import statements_in

HANDED = frozenset({Source.KEYWORD, Source.FUNCTION})


@dataclass(slots=True)
class Values:
    """How the parameters of a trial are set.

    `lines` stand in the objective, `shared` are names that it declares global, `arguments` are given to
    the training by keyword; `parameters` are what a new training function takes for them. `command` are
    values in place of those that a command was given.
    """

    lines: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def is_handed(each: ParameterSet) -> bool:
    """Whether the values of a set reach their place as arguments, having no name of the module."""
    return each.source in HANDED or (each.source is Source.CONSTANT and each.scope is not None)


def can_be_handed(script: Script, shape: Shape, each: ParameterSet, tuned: Tuned) -> bool:
    """Whether an argument can be handed from the training function to the place of a value."""
    home = _home(script, each, tuned)
    top = shape.base if shape.form is Form.TAIL else shape.function
    if home is None:
        return shape.form is Form.REGION and _within(tuned.parameter.node, shape.plain)
    if top is not None and home.id == top.id:
        return shape.form is Form.CALL or _within(tuned.parameter.node, [*shape.moved, *shape.plain])
    if each.source is Source.CONSTANT and _pairs(tuned.parameter.node):
        return False
    return calls_between(script, top, home) is not None


def _home(script: Script, each: ParameterSet, tuned: Tuned) -> Node | None:
    return each.scope if each.source is Source.FUNCTION else script.function_of(tuned.parameter.node)


def _within(node: Node, statements: Sequence[Node]) -> bool:
    return any(each.start_byte <= node.start_byte < each.end_byte for each in statements)


def _pairs(left: Node) -> bool:
    return left.parent is not None and left.parent.type == "pattern_list"


class Setter:
    """Writes how each parameter gets its value of the trial."""

    def __init__(self, script: Script, tree: Tree, writing: Writing, shape: Shape, trial: str) -> None:
        self._script, self._tree, self._writing, self._shape, self._trial = (
            script,
            tree,
            writing,
            shape,
            trial,
        )
        self.values = Values()
        self._bound = _bound_names(script)
        self._handed: dict[int, list[str]] = {}
        self._passed: dict[int, list[str]] = {}
        self._last: dict[int, list[str]] = {}
        self._later: dict[int, list[str]] = {}
        self._nodes: dict[int, Node] = {}

    def set(self, each: ParameterSet, tuned: Sequence[Tuned]) -> None:
        """Lets a trial choose parameters of one set."""
        if each.source in (Source.CLICK, Source.TYPER):
            self.values.command += [
                f"{item.parameter.name}={self._writing.suggestion(item, self._trial)}" for item in tuned
            ]
        elif is_handed(each):
            for item in tuned:
                self._hand(each, item)
        elif is_constructed(self._script, self._shape, each):
            self._constructed(each, tuned)
        elif each.holder and _is_frozen(self._script, each):
            self._replaced(each, tuned)
        else:
            self._assigned(each, tuned)

    def _assigned(self, each: ParameterSet, tuned: Sequence[Tuned]) -> None:
        """Assignments to the object that holds the parameters, or to names of the module."""
        if not each.holder:
            self.values.shared += [item.parameter.read for item in tuned]
        elif self._is_local(each):
            self.values.lines.append(f"{each.holder} = {self._copied(each)}")
        for item in tuned:
            read = item.parameter.read
            self.values.lines += self._line(f"{read} = ", item)

    def _constructed(self, each: ParameterSet, tuned: Sequence[Tuned]) -> None:
        """An object of its own for each trial."""
        assert each.made is not None
        names = {item.parameter.name for item in tuned}
        arguments = each.made.child_by_field_name("arguments")
        given = (
            [child for child in arguments.named_children if child.type != "comment"]
            if arguments is not None
            else []
        )
        kept = [
            self._script.text(child)
            for child in given
            if child.type != "keyword_argument"
            or self._script.text(child).partition("=")[0].strip() not in names
        ]
        new = [f"{item.parameter.name}={self._writing.suggestion(item, self._trial)}" for item in tuned]
        self.values.lines += self._writing.call(called_text(each.made), [*kept, *new], f"{each.holder} = ")

    def _replaced(self, each: ParameterSet, tuned: Sequence[Tuned]) -> None:
        if not self._is_local(each):
            self.values.shared.append(each.holder)
        name = "replace" if b"from dataclasses import" in self._script.source.data else "dataclasses.replace"
        self._writing.imports.append(
            "from dataclasses import replace" if name == "replace" else "import dataclasses"
        )
        given = [f"{item.parameter.name}={self._writing.suggestion(item, self._trial)}" for item in tuned]
        self.values.lines += self._writing.call(name, [each.holder, *given], f"{each.holder} = ")

    def _line(self, lead: str, item: Tuned) -> list[str]:
        suggestion = self._writing.suggestion(item, self._trial)
        if len(lead) + len(suggestion) + 4 <= self._writing.limit:
            return [lead + suggestion]
        function, _, rest = suggestion.partition("(")
        return [f"{lead}{function}(", f"    {rest[:-1]}", ")"]

    def _is_local(self, each: ParameterSet) -> bool:
        return self._shape.base is not None and (each.scope is not None or each is self._shape.hoisted)

    def _copied(self, each: ParameterSet) -> str:
        nested = any("." in parameter.name for parameter in each.parameters)
        if each.source is Source.DICT and each.mapping == each.holder:
            if not nested:
                return f"dict({each.holder})"
            self._writing.imports.append("import copy")
            return f"copy.deepcopy({each.holder})"
        self._writing.imports.append("import copy")
        return f"copy.copy({each.holder})"

    def _hand(self, each: ParameterSet, item: Tuned) -> None:
        """An argument of the training function, handed on to the place of the value."""
        script, shape = self._script, self._shape
        home = _home(script, each, item)
        top = shape.base if shape.form is Form.TAIL else shape.function
        default = item.parameter.default
        assert default is not None
        text = script.text(default)
        name = item.parameter.name if each.source is Source.FUNCTION else self._name(item)
        edges = (
            []
            if home is None or (top is not None and home.id == top.id)
            else calls_between(script, top, home)
        )
        for edge in edges or ():
            self._passed.setdefault(edge.call.id, []).append(f"{name}={name}")
            known = each.source is Source.FUNCTION and edge.function.id == (
                home.id if home is not None else -1
            )
            if not known:
                self._handed.setdefault(edge.function.id, []).append(f"{name}={text}")
            self._nodes |= {edge.call.id: edge.call, edge.function.id: edge.function}
        own = each.source is Source.FUNCTION and top is not None and home is not None and home.id == top.id
        if not own:
            self.values.parameters.append(f"{name}={text}")
        self.values.arguments.append(f"{name}={self._writing.suggestion(item, self._trial)}")
        self._take(each, item, default, name)

    def _name(self, item: Tuned) -> str:
        name = item.name if not keyword.iskeyword(item.name) else f"{item.name}_"
        if item.parameter.source is Source.CONSTANT:
            return item.parameter.read
        return self._writing.free(name, f"{name}_value") if name in self._bound else name

    def _take(self, each: ParameterSet, item: Tuned, default: Node, name: str) -> None:
        """Lets the place of the value use the argument."""
        if each.source is Source.FUNCTION:
            return
        if each.source is Source.CONSTANT:
            self._tree.remove(self._script.statement(item.parameter.node))
        else:
            self._tree.replace(default, name)
            if each.node.type == "call":
                self._tree.break_long(each.node, self._writing.limit)

    def hand_on(self, function: Node, parameter: str) -> None:
        """Gives a function a further parameter, behind those for values."""
        self._nodes[function.id] = function
        self._last.setdefault(function.id, []).append(parameter)

    def pass_on(self, call: Node, argument: str) -> None:
        """Gives a call a further argument, behind those for values."""
        self._nodes[call.id] = call
        self._later.setdefault(call.id, []).append(argument)

    def finish(self) -> None:
        """Makes the edits of functions and calls, one for each."""
        for key in dict.fromkeys([*self._handed, *self._last]):
            texts = list(dict.fromkeys([*self._handed.get(key, ()), *self._last.get(key, ())]))
            self._tree.edit(self._tree.statement(self._nodes[key]), partial(with_parameters, texts=texts))
            self._tree.break_long_header(self._nodes[key], self._writing.limit)
        for key in dict.fromkeys([*self._passed, *self._later]):
            texts = list(dict.fromkeys([*self._passed.get(key, ()), *self._later.get(key, ())]))
            self._tree.edit(self._tree.call(self._nodes[key]), partial(with_arguments, texts=texts))
            self._tree.break_long(self._nodes[key], self._writing.limit)


def _bound_names(script: Script) -> set[str]:
    """Every name that something of the file binds, parameters included."""
    found = {name.strip("*") for function in script.functions for name in parameter_names(function)}
    for node in script.walk(script.root):
        if node.type in ("module", "block"):
            found |= {name for statement in statements_in(node) for name in bound_by(statement)}
    return found


def is_constructed(script: Script, shape: Shape, each: ParameterSet) -> bool:
    """Whether a trial makes the object of a set for itself: `Config()` in the call that trains."""
    if each is not shape.hoisted or each.source is not Source.DATACLASS or each.made is None:
        return False
    name = each.node.child_by_field_name("name")
    return (
        name is not None
        and name.text is not None
        and called_text(each.made).split(".")[-1] == name.text.decode()
    )


def _is_frozen(script: Script, each: ParameterSet) -> bool:
    """Whether the object cannot be assigned to: a frozen dataclass or a named tuple."""
    if each.source is not Source.DATACLASS:
        return False
    around = each.node.parent
    text = each.node.text or b""
    if around is not None and around.type == "decorated_definition":
        text = around.text or b""
    head = text.split(b":", 1)[0]
    return b"frozen=True" in head or b"NamedTuple" in head
