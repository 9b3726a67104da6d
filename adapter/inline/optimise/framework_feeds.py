"""inline: how a model is fed whose training loop belongs to a framework."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from adapter.inline.landmarks.model import Fit
from adapter.inline.optimise.feed import BATCH, Feed, UnsaidError
from adapter.inline.optimise.scopes import parameter_name, parameters, targets
from adapter.inline.script import Script


def framework_feed(script: Script, fit: Fit, rules: Sequence[Mapping[str, str]]) -> Feed | None:
    """The inputs of the model that a framework's call trains, None where no rule is for that framework.

    Raises:
        UnsaidError: the data or the inputs cannot be told.
    """
    rule = next((each for each in rules if each["framework"] == fit.framework), None)
    if rule is None:
        return None
    function = fit.node.child_by_field_name("function")
    receiver = function.child_by_field_name("object") if function is not None else None
    words = {"receiver": script.text(receiver) if receiver is not None else "", "model": fit.model}
    words["data"] = next((text for text in fit.data if text not in ("", "None")), "")
    line = script.line(fit.node)
    if not words["model"] or (receiver is not None and receiver.type == "call"):
        raise UnsaidError(f"the training at line {line} keeps no name of its model")
    if "{data}" in rule["data"] and not words["data"]:
        raise UnsaidError(f"the training at line {line} is given no data loader")
    inputs = rule["inputs"] or _of_step(script, rule["step"], fit)
    for name, text in words.items():
        inputs = inputs.replace("{" + name + "}", text)
    return Feed(_filled(rule["data"], words), inputs)


def _filled(template: str, words: Mapping[str, str]) -> str:
    for name, text in words.items():
        template = template.replace("{" + name + "}", text)
    return template


def _of_step(script: Script, step: str, fit: Fit) -> str:
    """What the method that makes one step of training gives to the module itself: `self(x)`."""
    for method in script.functions:
        name = method.child_by_field_name("name")
        if name is None or script.text(name) != step:
            continue
        batch = [parameter_name(script, each) for each in parameters(method)][1:2]
        for call in script.walk(method):
            function = call.child_by_field_name("function") if call.type == "call" else None
            if function is None or script.text(function) not in ("self", "self.forward") or not batch:
                continue
            arguments = call.child_by_field_name("arguments")
            given = arguments.named_children if arguments is not None else []
            said = [_in_batch(script, method, each, batch[0]) for each in given]
            if said and None not in said:
                texts = [text for text in said if text is not None]
                return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    raise UnsaidError(
        f"no `{step}` that gives parts of a batch to the model trained at line {script.line(fit.node)}"
    )


def _in_batch(script: Script, method: Node, argument: Node, batch: str) -> str | None:
    """An argument in terms of the batch: a name that the batch is taken apart into, or a part by its key."""
    text = script.text(argument)
    if re.match(rf"{re.escape(batch)}\b", text):
        return BATCH + text[len(batch) :]
    if argument.type != "identifier":
        return None
    for node in script.walk(method):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "assignment" or left is None or right is None:
            continue
        if script.text(right) == batch:
            for index, target in enumerate(left.named_children):
                if target.type == "identifier" and script.text(target) == text:
                    return f"{BATCH}[{index}]"
        elif any(script.text(t) == text for t in targets(left)) and left.type == "identifier":
            return _in_batch(script, method, right, batch)
    return None
