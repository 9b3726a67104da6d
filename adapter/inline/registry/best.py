"""inline: the best model or state that a training loop keeps, and how a script gets it back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.fits import bound_name
from adapter.inline.landmarks.kinds import arguments_of
from adapter.inline.landmarks.model import Fit, Landmarks, Saved
from adapter.inline.script import Script


def best_object(script: Script, loop: Node, model: str) -> str:
    """The name that a loop gives its best model: `best_model = model` where it is better than before."""
    root = re.escape(model)
    keeps = re.compile(rf"^(copy\.)?(deepcopy|clone)?\(?{root}\)?$")
    for condition in _comparisons(script, loop):
        for node in script.walk(condition):
            if node.type != "assignment":
                continue
            for name, value in _pairs(node):
                if value is not None and keeps.match(script.text(value)) and model:
                    return script.text(name)
    return ""


def restoring(script: Script, landmarks: Landmarks, fit: Fit, model: str) -> str:
    """The statement that gives a model its best state back, which a loop or a callback has kept.

    "" where nothing is kept, or the script does so itself.
    """
    if fit.framework == "lightning":
        return _from_checkpoint(script, landmarks, fit, model)
    if fit.framework not in ("pytorch", "accelerate") or fit.node.type not in (
        "for_statement",
        "while_statement",
    ):
        return ""
    if _is_restored(script, fit.node, model):
        return ""
    for condition in _comparisons(script, fit.node):
        state = _kept_state(script, condition, model)
        if state:
            return f"{model}.load_state_dict({state})"
        for saved in landmarks.saved:
            inside = condition.start_byte <= saved.node.start_byte < condition.end_byte
            if inside and saved.what == "state_dict":
                return _from_file(script, fit.node, saved, model)
    return ""


def _from_checkpoint(script: Script, landmarks: Landmarks, fit: Fit, model: str) -> str:
    """The best checkpoint of a callback that watches a value."""
    made = next((each for each in landmarks.models if each.name == model), None)
    maker = made.node.child_by_field_name("function") if made is not None else None
    if maker is None or "load_from_checkpoint" in script.source.data.decode("utf-8", "replace"):
        return ""
    for call in script.calls:
        name = bound_name(script, call)
        watched = "monitor" in arguments_of(script, call, ()) and _keeps_checkpoints(script, call)
        if name and watched and script.function_of(call) == script.function_of(fit.node):
            return f"{model} = {script.text(maker)}.load_from_checkpoint({name}.best_model_path)"
    return ""


def _keeps_checkpoints(script: Script, call: Node) -> bool:
    return any(role.kind == "checkpoint" for role in script.roles(call))


def loaded_model(script: Script, fit: Fit) -> tuple[str, Node] | None:
    """The name that a script gives to a checkpoint that it loads after a training, and the statement."""
    if fit.framework != "lightning":
        return None
    for node in script.walk(fit.statement.parent or script.root):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "assignment" or left is None or right is None or node.start_byte < fit.node.end_byte:
            continue
        statement = script.statement(node)
        if "load_from_checkpoint(" in script.text(right) and statement.parent == fit.statement.parent:
            return script.text(left), statement
    return None


def _comparisons(script: Script, loop: Node) -> Iterator[Node]:
    """The branches within a loop that run when something is better than before."""
    for node in script.walk(loop):
        if node.type not in ("if_statement", "elif_clause"):
            continue
        condition = node.child_by_field_name("condition")
        text = script.text(condition) if condition is not None else ""
        body = node.child_by_field_name("consequence")
        if body is not None and "%" not in text and re.search(r"[<>]|best|improve", text, re.IGNORECASE):
            yield body


def _pairs(assignment: Node) -> Iterator[tuple[Node, Node | None]]:
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    if left is None:
        return
    if left.type == "pattern_list" and right is not None and right.type == "expression_list":
        yield from zip(left.named_children, right.named_children, strict=False)
    else:
        yield left, right


def _kept_state(script: Script, body: Node, model: str) -> str:
    for node in script.walk(body):
        if node.type != "assignment":
            continue
        for name, value in _pairs(node):
            if value is None or value.type == "dictionary" or name.type not in ("identifier", "attribute"):
                continue
            if f"{model}.state_dict()" in script.text(value):
                return script.text(name)
    return ""


def _is_restored(script: Script, loop: Node, model: str) -> bool:
    """Whether a state is loaded somewhere behind the loop."""
    searched = re.compile(rb"\.load_state_dict\(|load_from_checkpoint\(|torch\.load\(")
    function = script.function_of(loop) or script.root
    return searched.search(script.source.data[loop.end_byte : function.end_byte]) is not None


def _from_file(script: Script, loop: Node, saved: Saved, model: str) -> str:
    counter = loop.child_by_field_name("left")
    names = set(re.findall(r"[A-Za-z_]\w*", script.text(counter))) if counter is not None else set()
    if names & set(re.findall(r"[A-Za-z_]\w*", saved.path)) or "\n" in saved.path:
        return ""
    key = re.search(
        rf"(['\"]\w+['\"])\s*:\s*[\w.]*\(?{re.escape(model)}\.(module\.)?state_dict\(\)", saved.object
    )
    if key is not None:
        return f"{model}.load_state_dict(torch.load({saved.path})[{key[1]}])"
    if re.search(rf"{re.escape(model)}\.state_dict\(\)", saved.object):
        return f"{model}.load_state_dict(torch.load({saved.path}))"
    return ""
