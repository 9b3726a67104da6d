"""inline: what a model is fed with, as an expression at the place where it is registered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.kinds import argument_for, arguments_of, full_name, has_role
from adapter.inline.landmarks.model import Fit
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.registry.found import Step, Trained
from adapter.inline.registry.resolve import Resolver, inside
from adapter.inline.script import Script


@dataclass(frozen=True, slots=True)
class Fed:
    """What a model is called with: one expression, or several in a form of their own.

    `form` is "" for one array or tensor, "mapping" for `model(**batch)`, "list" for a list of arrays,
    "texts" for texts; `part` is what stands behind the model's result to get at its tensor: `[0]`.
    """

    text: str
    form: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of the model, with the calls that lead to it from the place of registration."""

    node: Node
    way: tuple[Step, ...]


def features(script: Script, found: Trained) -> Fed | None:
    """The inputs of a call of `fit`, as they read behind the training; None where that cannot be told."""
    node = _argument(script, found.fit) if found.fit.data else None
    if node is None:
        return None
    source = _inside_dataset(script, node)
    text = Resolver(script, found).text(source, found.way)
    if text is None or "\n" in text:
        return None
    if source.type == "list":
        return Fed(text, "list")
    if _gives_batches(script, found.fit, source):
        return Fed(f"next(iter({text}))[0]")
    return Fed(text)


def loader(script: Script, found: Trained) -> str:
    """What `fit` takes its batches from, "" where that cannot be told."""
    node = _argument(script, found.fit) if found.fit.data else None
    return (Resolver(script, found).text(node, found.way) or "") if node is not None else ""


def _gives_batches(script: Script, fit: Fit, source: Node) -> bool:
    """Whether `fit` goes over batches, and not over an array."""
    if fit.framework != "keras" or len(fit.data) > 1:
        return False
    if ".flow(" in fit.data[0]:
        return False
    function = fit.node.child_by_field_name("function")
    called = script.text(function) if function is not None else ""
    named = re.search(
        r"(^|_)(ds|dataset|gen|generator|loader|dl|flow|iter|iterator|seq)\d*$", script.text(source)
    )
    return (
        called.endswith("fit_generator")
        or named is not None
        or has_role(script, full_name(script, source), "loader")
    )


def fed(script: Script, found: Trained) -> Fed | None:
    """What the model of a training loop is called with; None where that cannot be told."""
    resolver = Resolver(script, found)
    calls = [
        call
        for call in _model_calls(script, found.fit.node, found.own, found.way, set())
        if not _is_conditional(script, call.node, found.fit.node)
    ]
    for call in sorted(calls, key=lambda call: _evaluates(script, call.node)):
        given = _given(script, call.node)
        if given is None or (not given[1] and _is_whole_batch(script, given[0])):
            continue
        text = resolver.text(given[0], call.way)
        if text is not None and "\n" not in text and len(text) < 100:
            return Fed(text, given[1], part(script, call.node))
    return None


def _is_conditional(script: Script, call: Node, region: Node) -> bool:
    """Whether a call stands in a branch, so that its inputs may not be there after the training."""
    node = call.parent
    while node is not None and node.type != "function_definition" and node != region:
        if node.type in (
            "if_statement",
            "except_clause",
            "lambda",
            "list_comprehension",
            "generator_expression",
        ):
            return True
        node = node.parent
    return False


def _evaluates(script: Script, call: Node) -> bool:
    """Whether a call is made without gradients: it measures the model."""
    node = call.parent
    while node is not None:
        if node.type == "with_statement" and "no_grad" in script.text(node).split("\n")[0]:
            return True
        node = node.parent
    return False


def part(script: Script, call: Node) -> str:
    """What stands behind the result of a model's call to get at its tensor: `[0]`, `.logits`, or nothing."""
    parent = call.parent
    left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
    if left is not None and left.type in ("pattern_list", "tuple_pattern"):
        return "[0]"
    if left is not None and left.type == "identifier":
        home = script.function_of(call) or script.root
        text = script.text(home)
        for member in (".logits", ".last_hidden_state", "[0]", '["out"]', "['out']"):
            if f"{script.text(left)}{member}" in text and not (member == "[0]" and "argmax" in text):
                return member
        if f"{script.text(left)}.loss" in text:
            return ".logits"
    function = call.child_by_field_name("function")
    definition = script.definition(function) if function is not None else None
    forward = next(
        (
            f
            for f in script.functions
            if definition is not None and inside(f, definition) and _named(script, f, "forward")
        ),
        None,
    )
    for node in script.walk(forward) if forward is not None else ():
        if node.type == "return_statement" and node.named_children[:1]:
            return "[0]" if node.named_children[0].type in ("expression_list", "tuple") else ""
    return ""


def _is_whole_batch(script: Script, node: Node) -> bool:
    """Whether an expression is all that a loop gets each turn, from what is not known to give tensors."""
    if node.type != "identifier":
        return False
    loop = script.loop_of(node)
    while loop is not None:
        target, over = loop.child_by_field_name("left"), loop.child_by_field_name("right")
        if (
            target is not None
            and over is not None
            and script.text(node) in re.findall(r"\w+", script.text(target))
        ):
            names = [target] if target.type == "identifier" else target.named_children
            whole = script.text(names[-1]) == script.text(node) and "enumerate" in script.text(over)
            return target.type == "identifier" or whole
        loop = script.loop_of(loop)
    return False


def fed_by_module(script: Script, found: Trained, definition: Node, loader: str) -> Fed | None:
    """What `forward` of a Lightning module gets of a batch of a loader, as its training step shows."""
    step = next(
        (f for f in script.functions if _named(script, f, "training_step") and inside(f, definition)), None
    )
    if step is None:
        return None
    parameters = step.child_by_field_name("parameters")
    names = [script.text(child) for child in parameters.named_children] if parameters is not None else []
    batch = re.split(r"[:=]", names[1])[0].strip() if len(names) > 1 else "batch"
    resolver = Resolver(script, found, {batch: f"next(iter({loader}))"}, step)
    for node in script.walk(step):
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and script.text(function) in ("self", "self.forward"):
            given = _given(script, node)
            text = resolver.text(given[0], (Step(node, step),)) if given is not None else None
            if given is not None and text is not None:
                return Fed(text, given[1], part(script, node))
    return None


def _named(script: Script, function: Node, name: str) -> bool:
    named = function.child_by_field_name("name")
    return named is not None and script.text(named) == name


def _argument(script: Script, fit: Fit) -> Node | None:
    """The node of the first input of a call that trains."""
    arguments = fit.node.child_by_field_name("arguments")
    for node in script.walk(arguments) if arguments is not None else ():
        if script.text(node) == fit.data[0] and node.type not in ("argument_list", "keyword_argument"):
            return node
    return None


def _inside_dataset(script: Script, node: Node) -> Node:
    """The array within a library's own data set: `xgb.DMatrix(X, label=y)` gives `X`."""
    flowing = node.child_by_field_name("function") if node.type == "call" else None
    if flowing is not None and script.text(flowing).endswith(".flow"):
        return next(iter(arguments_of(script, node, ("x",)).values()), node)
    for candidate in (node, *(script.names.bindings(node) if node.type == "identifier" else ())):
        if candidate.type == "call" and has_role(script, full_name(script, candidate), "dataset"):
            given = arguments_of(script, candidate, ("data",))
            if "data" in given:
                return given["data"]
    return node


def _given(script: Script, call: Node) -> tuple[Node, str] | None:
    """The only argument of a call; the form "mapping" beside it for `**batch`."""
    arguments = call.child_by_field_name("arguments")
    items = (
        [child for child in arguments.named_children if child.type != "comment"]
        if arguments is not None
        else []
    )
    if len(items) != 1:
        return None
    if items[0].type == "dictionary_splat":
        return items[0].named_children[0], "mapping"
    if items[0].type in ("list_splat", "keyword_argument", "generator_expression", "tuple", "list"):
        return None
    return items[0], ""


def _model_calls(
    script: Script, region: Node, name: str, way: tuple[Step, ...], seen: set[int]
) -> Iterator[_Call]:
    """The calls of a model within a region and the functions of the script that it runs."""
    reach = reach_of(script)
    deeper: list[tuple[Node, Node]] = []
    for call in reach.calls_in(region):
        function = call.child_by_field_name("function")
        if function is not None and script.text(function) in (name, f"{name}.forward"):
            yield _Call(call, way)
            continue
        local = reach.function_called(call) or reach.handed_over(call)
        if local is not None and local.start_byte not in seen:
            deeper.append((call, local))
    for call, local in deeper:
        seen.add(local.start_byte)
        inner = _name_within(script, local, call, name)
        body = local.child_by_field_name("body")
        if inner and body is not None:
            yield from _model_calls(script, body, inner, (*way, Step(call, local)), seen)


def _name_within(script: Script, function: Node, call: Node, name: str) -> str:
    """What the model is called in a function that is called with it."""
    parameters = function.child_by_field_name("parameters")
    for parameter in re.findall(r"\w+", script.text(parameters)) if parameters is not None else ():
        given = argument_for(script, function, parameter, call)
        if given is not None and script.text(given) == name:
            return str(parameter)
    classes = frozenset({"class_definition"})
    if name.startswith("self.") and script.enclosing(function, classes) == script.enclosing(call, classes):
        return name
    return name if _is_global(script, name) else ""


def _is_global(script: Script, name: str) -> bool:
    root = re.split(r"[.\[(]", name)[0]
    return bool(re.search(rb"^" + re.escape(root.encode()) + rb"\s*[=,:]", script.source.data, re.MULTILINE))
