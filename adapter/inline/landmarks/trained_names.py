"""inline: what the model is called that a loop trains by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.kinds import argument_for, has_role
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.script import Script

_GENERATOR = re.compile(
    r"^(self\.)?(net_?g|g|gen|generator|g_?net|generator_?model|model_?g)$", re.IGNORECASE
)


def trained_name(script: Script, step: Node, training: Node) -> str:
    """The expression, at a loop that trains, of the model whose parameters the optimisers there change."""
    home = script.function_of(training)
    names = [name for name in _with_parameters(script) if _reaches(script, name, home)]
    if names:
        texts = [script.text(name) for name in names]
        # of the two models of a GAN, the one that is used later
        return next((text for text in texts if _GENERATOR.match(text)), texts[0])
    return _given_on_the_way(script, step, training) or _own_model(script, step)


def _own_model(script: Script, step: Node) -> str:
    """The attribute `self.model`, or one like it, that the class of a step calls."""
    around = script.enclosing(step, frozenset({"class_definition"}))
    called = (
        re.findall(r"\bself\.(?:model|net|network|module)(?=\()", script.text(around))
        if around is not None
        else []
    )
    return str(called[0]) if called else ""


def _with_parameters(script: Script) -> list[Node]:
    """The expressions whose `.parameters()` an optimiser is made with, in source order."""
    found = []
    for call in script.calls:
        name = script.called(call)
        if not name or "()" in name or not has_role(script, name, "optimiser"):
            continue
        arguments = call.child_by_field_name("arguments")
        for inner in _with_values(script, arguments):
            function = inner.child_by_field_name("function") if inner.type == "call" else None
            member = function.child_by_field_name("attribute") if function is not None else None
            if function is None or member is None:
                continue
            if script.text(member) in ("parameters", "named_parameters", "trainable_parameters"):
                holder = function.child_by_field_name("object")
                if holder is not None:
                    found.append(holder)
    return found


def _with_values(script: Script, arguments: Node | None) -> Iterator[Node]:
    """The nodes of an optimiser's arguments, and of what the names among them were given."""
    for inner in script.walk(arguments) if arguments is not None else ():
        yield inner
        if inner.type == "identifier" and inner.parent == arguments:
            for value in script.names.bindings(inner):
                if value.type in ("binary_operator", "list", "call"):
                    yield from script.walk(value)


def _reaches(script: Script, name: Node, home: Node | None) -> bool:
    """Whether an expression means the same at its own place and in the function of the training loop."""
    own = script.function_of(name)
    if own == home or own is None:
        return True
    if script.text(name).startswith("self.") and home is not None:
        classes = frozenset({"class_definition"})
        return script.enclosing(name, classes) == script.enclosing(home, classes)
    return False


def _given_on_the_way(script: Script, step: Node, training: Node) -> str:
    """A model that the function which steps gets as a parameter, as the loop's own function names it."""
    function = script.function_of(step)
    home = script.function_of(training)
    name = _model_parameter(script, function)
    while function is not None and name and function != home:
        calls = reach_of(script).callers(function)
        call = next((call for call in calls if within(call, training)), next(iter(calls), None))
        if call is None:
            return ""
        given = argument_for(script, function, name, call)
        if given is None or given.type not in ("identifier", "attribute"):
            return ""
        name, function = script.text(given), script.function_of(call)
    return name


def _model_parameter(script: Script, function: Node | None) -> str:
    """The parameter of a function that is called like a model and switched to training, "" without one."""
    parameters = function.child_by_field_name("parameters") if function is not None else None
    if function is None or parameters is None:
        return ""
    text = script.text(function)
    names: list[str] = re.findall(r"\w+", script.text(parameters))
    for name in names:
        switched = re.search(rf"\b{name}\.(train|parameters|zero_grad|state_dict|module)\(", text)
        if switched and not re.search(rf"\b{name}\.step\(", text):
            return name
    return next((name for name in names if name in ("model", "net", "network")), "")


def within(inner: Node, outer: Node) -> bool:
    """Whether a node lies in another one."""
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte
