"""inline: which model of a script is registered, and after which statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from adapter.graph.store import packaged_atlas
from adapter.inline.landmarks.kinds import full_name, has_role
from adapter.inline.landmarks.model import Fit, Landmarks
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.registry.best import best_object, loaded_model, restoring
from adapter.inline.registry.found import Step, Trained, UntoldError
from adapter.inline.registry.place import assigns, last_statement
from adapter.inline.script import Script

# in these, what `fit` gives back is the model
_GIVES_ITSELF = frozenset({"sklearn", "xgboost", "lightgbm"})
_NESTED = frozenset({"function_definition", "class_definition", "lambda"})


def trained_models(script: Script, landmarks: Landmarks) -> list[Trained]:
    """The models that are registered, each with its place, in source order.

    Raises:
        UntoldError: there is no model that lasts, or none has a name.
    """
    kept = [fit for fit in landmarks.fits if fit.keeps]
    if not kept:
        first = landmarks.fits[0].node
        if any(fit.model for fit in landmarks.fits) or "cross_val" in script.text(first):
            raise UntoldError(
                first, "the model is only cross-validated and no trained one is left to register"
            )
        line = script.line(first)
        raise UntoldError(first, f"the models that are trained in line {line} have no name behind it")
    found: list[Trained] = []
    failure: UntoldError | None = None
    for fit in kept:
        try:
            found.append(_trained(script, landmarks, fit))
        except UntoldError as error:
            failure = failure or error
    if not found:
        assert failure is not None
        raise failure
    models = _chosen(script, landmarks, found)
    placed = [replace(each, after=last_statement(script, each)) for each in models]
    return sorted(placed, key=lambda each: each.after.start_byte)


def _trained(script: Script, landmarks: Landmarks, fit: Fit) -> Trained:
    if not fit.model and not _is_returned(fit.node):
        raise UntoldError(fit.node, f"the model that is trained in line {script.line(fit.node)} has no name")
    statement, loop = _settled(script, landmarks, fit)
    if loop is not None:
        best = best_object(script, loop, fit.model)
        if not best:
            raise UntoldError(
                loop,
                f"the loop in line {script.line(loop)} trains a new model each turn, "
                "and none is kept as the best",
            )
        outer = script.statement(loop)
        return Trained(best, best, fit, outer)
    keeper = (
        best_object(script, fit.node, fit.model)
        if fit.node.type in ("for_statement", "while_statement")
        else ""
    )
    if keeper:
        return Trained(keeper, keeper, fit, statement)
    loaded = loaded_model(script, fit)
    if loaded is not None:
        return Trained(loaded[0], fit.model, fit, loaded[1])
    model, statement = _final_name(script, fit, statement)
    found = _hoisted(script, landmarks, Trained(model, fit.model, fit, statement))
    return replace(found, restore=restoring(script, landmarks, found.fit, found.name))


def _is_returned(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "return_statement"


def _settled(script: Script, landmarks: Landmarks, fit: Fit) -> tuple[Node, Node | None]:
    """The outermost statement of a training; the loop around it that makes the model anew each turn."""
    statement = fit.statement
    while True:
        block = statement.parent
        around = block.parent if block is not None and block.type == "block" else None
        if around is None or around.type in ("function_definition", "class_definition"):
            return statement, None
        if around.type in ("for_statement", "while_statement"):
            if _remakes(script, landmarks, around, fit.model):
                return statement, around
            statement = around
        elif around.type in ("try_statement", "finally_clause"):
            statement = around
        elif around.type in ("if_statement", "elif_clause", "else_clause"):
            whole = script.statement(around)
            if not any(
                _is_other_branch(whole, statement, other)
                for other in landmarks.fits
                if other.model == fit.model
            ):
                return statement, None
            statement = whole
            continue
        elif around.type == "with_statement" and not _opens_run(script, around):
            if not _used_behind(script, around, fit.model):
                return statement, None
            statement = around
        else:
            return statement, None
        statement = script.statement(statement)


def _is_other_branch(whole: Node, statement: Node, other: Fit) -> bool:
    """Whether another training stands in another branch of the same `if`."""
    within = whole.start_byte <= other.node.start_byte < whole.end_byte
    return (
        within
        and not statement.start_byte <= other.node.start_byte < statement.end_byte
        and (other.statement.parent != statement.parent)
    )


def _opens_run(script: Script, node: Node) -> bool:
    """Whether a `with` statement opens a run of a library that has a map."""
    clause = next((child for child in node.named_children if child.type == "with_clause"), node)
    known = packaged_atlas().names
    for call in (inner for inner in script.walk(clause) if inner.type == "call"):
        function = call.child_by_field_name("function")
        if function is not None and script.names.value(function).name.partition(".")[0] in known:
            return True
    return False


def _used_behind(script: Script, statement: Node, name: str) -> bool:
    root = re.split(r"[.\[(]", name)[0]
    end = statement.parent.end_byte if statement.parent is not None else statement.end_byte
    rest = script.source.data[statement.end_byte : end]
    return bool(root) and re.search(rb"\b" + re.escape(root.encode()) + rb"\b", rest) is not None


def _remakes(script: Script, landmarks: Landmarks, loop: Node, model: str) -> bool:
    """Whether each turn of a loop has another model: one that it makes, or takes from a collection."""
    names = loop.child_by_field_name("left")
    if names is not None and re.search(rf"\b{re.escape(model)}\b", script.text(names)) and model:
        return True
    root = re.split(r"[.\[(]", model)[0]
    for made in landmarks.models:
        within = loop.start_byte <= made.node.start_byte < loop.end_byte
        if within and re.split(r"[.\[(]", made.name)[0] == root:
            return True
    return bool(root) and _assigns(script, loop, root) and root not in ("self", "")


def _assigns(script: Script, node: Node, name: str) -> bool:
    return any(assigns(script, inner, name) for inner in script.walk(node))


def _final_name(script: Script, fit: Fit, after: Node) -> tuple[str, Node]:
    """What the model is called later, and the statement that says so: a search has a best estimator."""
    function = fit.node.child_by_field_name("function")
    if fit.framework != "sklearn" or not fit.model or function is None:
        return fit.model, after
    if not has_role(script, full_name(script, function), "search"):
        return fit.model, after
    wanted = f"{fit.model}.best_estimator_"
    for node in script.walk(after.parent or script.root):
        right, left = node.child_by_field_name("right"), node.child_by_field_name("left")
        if node.type != "assignment" or right is None or left is None or script.text(right) != wanted:
            continue
        statement = script.statement(node)
        if left.type == "identifier" and statement.parent == after.parent:
            return script.text(left), statement
    return wanted, after


# To the caller, where the function that trains gives the model back.


def _hoisted(script: Script, landmarks: Landmarks, found: Trained) -> Trained:
    """The same model at the caller: where the function gives it back, or is called with it."""
    function = script.function_of(found.fit.statement)
    while function is not None and function.type == "function_definition":
        calls = [call for call in reach_of(script).callers(function) if script.function_of(call) != function]
        if len(calls) > 1 or any(_repeats(script, call) for call in calls):
            line = script.line(function)
            raise UntoldError(function, f"the function in line {line} trains a model each time it is called")
        name = _at_caller(script, function, found, calls[0]) if calls else ""
        if not name:
            break
        call = calls[0]
        found = replace(
            found, name=name, after=script.statement(call), way=(Step(call, function), *found.way)
        )
        function = script.function_of(call)
    if not found.name:
        line = script.line(found.fit.node)
        raise UntoldError(found.fit.node, f"the model that is trained in line {line} has no name")
    return found


def _repeats(script: Script, call: Node) -> bool:
    return script.loop_of(call) is not None


def _at_caller(script: Script, function: Node, found: Trained, call: Node) -> str:
    """What the model is called where the function that trains it is called, "" where that does not show."""
    name = found.name
    returned = [node for node in _own(script, function) if node.type == "return_statement"]
    parent = call.parent
    if not returned or parent is None or parent.type != "assignment":
        return ""
    left = parent.child_by_field_name("left")
    last = returned[-1].named_children
    if left is None or not last:
        return ""
    value = last[0]
    if value.type in ("expression_list", "tuple"):
        parts = [script.text(part) for part in value.named_children]
        if name in parts and left.type == "pattern_list" and len(left.named_children) == len(parts):
            target = left.named_children[parts.index(name)]
            return script.text(target) if script.text(target) != "_" else ""
        return ""
    trains = value == found.fit.node and found.fit.framework in _GIVES_ITSELF
    whole = script.text(value) == name or trains or (not name and value.type == "call")
    return script.text(left) if whole and left.type in ("identifier", "attribute") else ""


def _own(script: Script, function: Node) -> Iterator[Node]:
    """The nodes of a function without those of functions in it."""
    stack = [child for child in function.named_children if child.type == "block"]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in reversed(node.named_children) if child.type not in _NESTED)


# The choice among several.


def _chosen(script: Script, landmarks: Landmarks, found: list[Trained]) -> list[Trained]:
    """One entry for each model; where the script saves some of several models, those alone."""
    last: dict[tuple[str, Node | None], Trained] = {}
    for each in found:
        last[each.name, script.function_of(each.after)] = each
    models = sorted(last.values(), key=lambda each: each.after.start_byte)
    if len(models) > 1:
        saved = [each for each in models if _is_saved(script, landmarks, each)]
        models = saved or models
    kept = [each for each in models if not _is_intermediate(script, each, models)]
    kept = kept or models
    return [each for each in kept if _predicts(script, each.fit)] or kept


def _is_saved(script: Script, landmarks: Landmarks, found: Trained) -> bool:
    home = script.function_of(found.after)
    return any(
        saved.what in ("model", "state_dict")
        and re.search(rf"(?<![\w.]){re.escape(found.name)}\b", saved.object)
        and script.function_of(saved.node) == home
        for saved in landmarks.saved
    )


def _predicts(script: Script, fit: Fit) -> bool:
    """Whether a model is there to predict, and not to change data for another one or to look at them."""
    function = fit.node.child_by_field_name("function")
    name = full_name(script, function) if function is not None else ""
    return not any(has_role(script, name, kind) for kind in ("transforming", "unpredicting", "density"))


def _is_intermediate(script: Script, found: Trained, others: list[Trained]) -> bool:
    """Whether another model is trained with this one: what it predicts goes into the other's inputs."""
    return any(
        other is not found
        and any(
            re.search(rf"(?<![\w.]){re.escape(found.name)}\.(transform|predict)\w*\(", text)
            for text in other.fit.data
        )
        for other in others
    )
