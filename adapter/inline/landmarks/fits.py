"""inline: what trains: calls of a framework's `fit` or `train`, and loops of code that trains by itself."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.frameworks import FitCall
from adapter.inline.landmarks.kinds import arguments_of, base_name, full_name, has_role
from adapter.inline.landmarks.model import Fit, Loop
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.trained_names import trained_name, within
from adapter.inline.script import Script

_STEPS = frozenset({"backward", "apply_gradients"})
_FITTING = frozenset({"fit", "fit_generator", "partial_fit"})
_OWN_LOOPS = re.compile(rb"\b(torch|accelerate|tensorflow|keras)\b")


def find_fits(script: Script, loops: list[Loop]) -> list[Fit]:
    """Everything that trains, in source order.

    A loop that trains stands for all training in it; where a function is called in a loop, the loop is
    the one around the call. Loops that make the model anew each turn (folds, trials) are no such loops.
    """
    found = _framework_fits(script, loops)
    taken = {fit.node.start_byte for fit in found}
    for fit in _loop_fits(script, loops):
        if fit.node.start_byte not in taken:
            taken.add(fit.node.start_byte)
            found.append(fit)
    return sorted(found, key=lambda fit: fit.node.start_byte)


def bound_name(script: Script, call: Node) -> str:
    """The name or attribute that the value of a call is assigned to, "" without one."""
    parent = call.parent
    if parent is None or parent.type != "assignment" or parent.child_by_field_name("right") != call:
        return ""
    left = parent.child_by_field_name("left")
    return script.text(left) if left is not None and left.type in ("identifier", "attribute") else ""


# Calls of frameworks.


def _framework_fits(script: Script, loops: list[Loop]) -> list[Fit]:
    found = []
    for call in script.calls:
        function = call.child_by_field_name("function")
        if function is None:
            continue
        name = full_name(script, function)
        known = script.frameworks.fit(name) if name else _spelled(script, function)
        if known is not None and not _inside_definition(script, call, known[1]):
            found.append(_framework_fit(script, loops, call, *known))
    return found


def _spelled(script: Script, function: Node) -> tuple[str, FitCall] | None:
    """A call `x.fit(...)` on a parameter of which nothing is known, in a file of one framework with `fit`."""
    member = function.child_by_field_name("attribute") if function.type == "attribute" else None
    receiver = function.child_by_field_name("object")
    if member is None or receiver is None or script.text(member) not in _FITTING:
        return None
    if receiver.type != "identifier" or script.definition(receiver) is not None:
        return None
    if re.search(
        r"scaler|encoder|vectori|tokeni|imputer|transform|^(pca|le|ohe|enc|sc|ss)$", script.text(receiver)
    ):
        return None
    imported = {script.frameworks.framework_of(each.target) for each in script.names.imports}
    for framework in ("sklearn", "keras", "xgboost", "lightgbm"):
        if framework in imported:
            return script.frameworks.fit(f"{framework}.?().{script.text(member)}")
    return None


def _inside_definition(script: Script, call: Node, fit: FitCall) -> bool:
    """Whether a call stands in a class that is an estimator itself: `self.estimator_.fit` in its `fit`."""
    around = script.enclosing(call, frozenset({"class_definition"}))
    return around is not None and base_name(script, around).startswith(("sklearn.base.", "keras."))


def _framework_fit(script: Script, loops: list[Loop], call: Node, framework: str, known: FitCall) -> Fit:
    function = call.child_by_field_name("function")
    receiver = function.child_by_field_name("object") if function is not None else None
    given = arguments_of(script, call, known.arguments)
    result = bound_name(script, call)
    words = {name: script.text(node) for name, node in given.items()}
    words["receiver"] = script.text(receiver) if receiver is not None else ""
    words["result"] = result
    model = known.model
    for name, text in words.items():
        model = model.replace("{" + name + "}", text)
    if "{" in model:
        model = ""
    if receiver is not None and receiver.type == "call" and known.model.startswith("{receiver}"):
        # `model = Ridge().fit(X, y)`: the object has no name but that of the result
        model = result if known.result == "model" else ""
    keeps = known.keeps
    if receiver is not None and _of_comprehension(script, call, receiver):
        # `[c.fit(X, y) for c in models]`: the name is gone behind it
        model, keeps = "", False
    data = tuple(words[name] for name in known.data if name in words)
    return Fit(
        call,
        framework,
        model,
        script.statement(call),
        data,
        result,
        _loop_around(script, loops, call),
        keeps,
    )


def _of_comprehension(script: Script, call: Node, receiver: Node) -> bool:
    """Whether what a call is made on gets its name from a comprehension around it."""
    root = re.split(r"[.\[(]", script.text(receiver))[0]
    node = call.parent
    while node is not None and not node.type.endswith(("statement", "definition")):
        for clause in node.named_children:
            left = clause.child_by_field_name("left") if clause.type == "for_in_clause" else None
            if left is not None and re.search(rf"\b{re.escape(root)}\b", script.text(left)):
                return True
        node = node.parent
    return False


def _loop_around(script: Script, loops: list[Loop], node: Node) -> Loop | None:
    around = script.loop_of(node)
    while around is not None:
        found = next((loop for loop in loops if loop.node == around), None)
        if found is not None:
            return found
        around = script.loop_of(around)
    return None


# Code that trains by itself.


def _loop_fits(script: Script, loops: list[Loop]) -> list[Fit]:
    if _OWN_LOOPS.search(script.source.data) is None:
        return []
    found: dict[int, Fit] = {}
    for call in script.calls:
        function = call.child_by_field_name("function")
        member = function.child_by_field_name("attribute") if function is not None else None
        if member is None or script.text(member) not in _STEPS or _in_module(script, call):
            continue
        node = _training(script, call, set())
        loop = next((loop for loop in loops if loop.node == node), None)
        framework = "keras" if script.text(member) == "apply_gradients" else "pytorch"
        model = trained_name(script, call, node)
        found.setdefault(node.start_byte, Fit(node, framework, model, script.statement(node), loop=loop))
    return list(found.values())


def _in_module(script: Script, call: Node) -> bool:
    """Whether a call stands in a class that a framework trains: a Lightning module, a Keras model."""
    around = script.enclosing(call, frozenset({"class_definition"}))
    return around is not None and base_name(script, around).startswith(("lightning.", "keras."))


def _training(script: Script, node: Node, seen: set[int]) -> Node:
    """The outermost loop that trains by a node, following the function around it to where it is called."""
    best, around = node, script.loop_of(node)
    while around is not None and not _makes_model(script, around):
        best, around = around, script.loop_of(around)
    function = script.function_of(node)
    if around is not None or function is None or function.start_byte in seen:
        return best
    seen.add(function.start_byte)
    handed = [call for call in script.calls if reach_of(script).handed_over(call) == function]
    for call in [*reach_of(script).callers(function), *handed]:
        if within(call, function):
            continue
        outer = _training(script, call, seen)
        if outer != call:
            return outer
    return best


def _makes_model(script: Script, loop: Node) -> bool:
    """Whether a loop makes an optimiser or a model anew each turn, by itself or by what it calls."""
    return any(_makes(script, call, 0) for call in reach_of(script).calls_in(loop))


def _makes(script: Script, call: Node, depth: int) -> bool:
    name = script.called(call)
    is_class = name.rpartition(".")[2][:1].isupper() and "()" not in name
    if is_class and has_role(script, name, "optimiser"):
        return True
    function = reach_of(script).function_called(call)
    if function is None or depth > 2:
        return False
    body = function.child_by_field_name("body")
    return body is not None and any(
        _makes(script, inner, depth + 1) for inner in reach_of(script).calls_in(body)
    )
