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
    """What a model is called with: one expression, or the keywords of a mapping (`model(**batch)`)."""

    text: str
    mapping: bool = False
    batched: bool = True


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of the model, with the calls that lead to it from the place of registration."""

    node: Node
    way: tuple[Step, ...]


def features(script: Script, found: Trained) -> str:
    """The inputs of a call of `fit`, as they read behind the training; "" where that cannot be told."""
    fit = found.fit
    if not fit.data:
        return ""
    node = _argument(script, fit)
    if node is None:
        return ""
    source = _inside_dataset(script, node)
    text = Resolver(script, found).text(source, found.way)
    return "" if text is None or "\n" in text else text


def fed(script: Script, found: Trained) -> Fed | None:
    """What the model of a training loop is called with; None where that cannot be told."""
    resolver = Resolver(script, found)
    region: Node = found.fit.node
    for call in _model_calls(script, region, found.own, found.way, set()):
        given = _given(script, call.node)
        if given is None:
            continue
        text = resolver.text(given[0], call.way)
        if text is not None and "\n" not in text and len(text) < 100:
            return Fed(text, mapping=given[1])
    return None


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
                return Fed(text, mapping=given[1])
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
    for candidate in (node, *(script.names.bindings(node) if node.type == "identifier" else ())):
        if candidate.type == "call" and has_role(script, full_name(script, candidate), "dataset"):
            given = arguments_of(script, candidate, ("data",))
            if "data" in given:
                return given["data"]
    return node


def _given(script: Script, call: Node) -> tuple[Node, bool] | None:
    """The only argument of a call; True beside it for `**batch`."""
    arguments = call.child_by_field_name("arguments")
    items = (
        [child for child in arguments.named_children if child.type != "comment"]
        if arguments is not None
        else []
    )
    if len(items) != 1:
        return None
    if items[0].type == "dictionary_splat":
        return items[0].named_children[0], True
    return (
        None
        if items[0].type in ("list_splat", "keyword_argument", "generator_expression")
        else (items[0], False)
    )


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
