"""inline: models that are a bare `nn.Sequential`, which a library cannot add modules to."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.kinds import base_name
from adapter.inline.optimise.scopes import assignments
from adapter.inline.optimise.trained import Place
from adapter.inline.script import Script

_MOVES = re.compile(r"\.(to|cuda|cpu|double|float|half|train|eval)$")
_SEQUENTIAL = re.compile(r"torch\.nn(\.modules\.container)?\.Sequential(\(\))?$")


def sequential_spelling(script: Script, place: Place) -> str | None:
    """How the script spells `nn.Sequential` where a model is one, None where it is another module."""
    root, _, member = place.model.partition(".")
    if member:
        made = _attribute_values(script, member)
    else:
        bound = assignments(script, place.frame.function, root)
        made = [value for n in bound if (value := n.child_by_field_name("right")) is not None]
    for value in made:
        spelled = _spelled(script, value, 0)
        if spelled is not None:
            return spelled
    return None


def _attribute_values(script: Script, member: str) -> list[Node]:
    found = []
    for node in script.walk(script.root):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "assignment" or left is None or right is None or left.type != "attribute":
            continue
        if script.text(left).endswith(f".{member}"):
            found.append(right)
    return found


def _spelled(script: Script, value: Node, depth: int) -> str | None:
    if depth > 4:
        return None
    if value.type == "identifier":
        values = [b for b in script.names.bindings_before(value) if b.type in ("call", "identifier")]
        return next((s for b in values if (s := _spelled(script, b, depth + 1)) is not None), None)
    function = value.child_by_field_name("function") if value.type == "call" else None
    if function is None:
        return None
    if _MOVES.search(script.text(function)) and function.type == "attribute":
        receiver = function.child_by_field_name("object")
        return _spelled(script, receiver, depth + 1) if receiver is not None else None
    if _SEQUENTIAL.match(script.api(function)):
        return script.text(function)
    definition = script.definition(function)
    if definition is None:
        return None
    if definition.type == "class_definition":
        own = any(
            f.child_by_field_name("name") is not None
            and script.text(f).startswith(("def forward(", "async def forward("))
            and definition.start_byte <= f.start_byte < definition.end_byte
            for f in script.functions
        )
        return "nn.Sequential" if not own and _SEQUENTIAL.match(base_name(script, definition)) else None
    returned = [n for n in script.walk(definition) if n.type == "return_statement" and n.named_children]
    return _spelled(script, returned[-1].named_children[0], depth + 1) if returned else None


def module_around(name: str, base: str, unit: str) -> list[str]:
    """A class of a module that holds others and does nothing of its own."""
    return [
        f"class {name}({base}):",
        f'{unit}"""Layers as one module, to which others can be added without being called as layers."""',
        "",
        f"{unit}def __init__(self, layers):",
        f"{unit * 2}super().__init__()",
        f"{unit * 2}self.layers = layers",
        "",
        f"{unit}def forward(self, x):",
        f"{unit * 2}return self.layers(x)",
    ]
