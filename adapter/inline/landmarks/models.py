"""inline: where the models of a script are made."""

from __future__ import annotations

from tree_sitter import Node

from adapter.inline.landmarks.kinds import base_name, full_name, has_role
from adapter.inline.landmarks.model import Model
from adapter.inline.script import Script
from adapter.names.values import CLASS

_WRAPPING = frozenset(
    {"to", "cuda", "cpu", "double", "float", "half", "eval", "train", "fit", "share_memory"}
)


def find_models(script: Script) -> list[Model]:
    """Every place where a model is made and given a name, in source order.

    Layers within a model are no models; a model that is wrapped (`DataParallel(model)`) is found where
    it is made, and where it is wrapped.
    """
    found = []
    for call in script.calls:
        framework, definition = _made(script, call)
        if not framework:
            continue
        target = _target(script, call)
        if target is None or _within_module(script, call):
            continue
        found.append(Model(call, target, framework, script.statement(call), definition))
    return found


def is_model(script: Script, node: Node) -> bool:
    """Whether an expression is a model: made by a framework, or of a class of the file that is a module."""
    name = full_name(script, node)
    if not name.endswith("()"):
        return False
    return has_role(script, name, "model") or has_role(script, name, "module")


def _made(script: Script, call: Node) -> tuple[str, Node | None]:
    """The framework of the model that a call makes, and its class in this file; "" when it makes none."""
    function = call.child_by_field_name("function")
    if function is None:
        return "", None
    definition = script.definition(function)
    if definition is not None and definition.type == "class_definition":
        if script.names.value(function).name != CLASS:
            return "", None
        base = base_name(script, definition)
        module = base and (has_role(script, base, "module") or has_role(script, base, "model"))
        return (script.frameworks.framework_of(base) if module else ""), definition
    name = script.api(function)
    if name and "()" not in name and has_role(script, name, "model") and not has_role(script, name, "loss"):
        return script.frameworks.framework_of(name), None
    if definition is not None and definition.type == "function_definition":
        made = full_name(script, call)
        if made.endswith("()") and has_role(script, made, "model"):
            return script.frameworks.framework_of(made), None
        own = script.definition(call)
        if own is not None and own.type == "class_definition":
            base = base_name(script, own)
            if base and has_role(script, base, "module"):
                return script.frameworks.framework_of(base), own
    return "", None


def _target(script: Script, call: Node) -> str | None:
    """What the model is assigned to, also behind `.to(device)` and the like; None for a part of more."""
    node = call
    while node.parent is not None:
        parent = node.parent
        if parent.type == "attribute" and parent.child_by_field_name("object") == node:
            member = parent.child_by_field_name("attribute")
            if member is None or script.text(member) not in _WRAPPING:
                return None
            node = parent
        elif parent.type == "call" and parent.child_by_field_name("function") == node:
            node = parent
        elif parent.type == "assignment" and parent.child_by_field_name("right") == node:
            left = parent.child_by_field_name("left")
            named = left is not None and left.type in ("identifier", "attribute", "subscript")
            return script.text(left) if left is not None and named else None
        else:
            return None
    return None


def _within_module(script: Script, call: Node) -> bool:
    """Whether a call stands in a class that is a module itself: it makes a layer."""
    around = script.enclosing(call, frozenset({"class_definition"}))
    if around is None:
        return False
    base = base_name(script, around)
    return bool(base) and (has_role(script, base, "module") or has_role(script, base, "model"))
