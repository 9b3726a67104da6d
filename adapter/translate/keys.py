"""translate: the keys by which an object was taken out of another: `run["train"]["loss"]` is train/loss."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.names.values import ValueKind

_PLAIN = re.compile(r"([fF]?)([\"'])([^\"'\\\n]*)\2")


def subscript_of(receiver: Node | None, names: Names) -> Node | None:
    """The subscript that an expression is, or that the name it is was bound to; None for anything else."""
    if receiver is None or receiver.type == "subscript":
        return receiver
    if receiver.type not in ("identifier", "attribute"):
        return None
    bindings = [binding for binding in names.bindings(receiver) if binding.type != "none"]
    return bindings[0] if len(bindings) == 1 and bindings[0].type == "subscript" else None


def key_path(subscript: Node, names: Names) -> str | None:
    """The keys of a subscript and of those it hangs on as one text expression, joined by "/".

    A single key is given as it is spelled. None when several cannot be put into one text.
    """
    keys = _keys(subscript, names)
    if len(keys) == 1:
        return _text(keys[0])
    parts = [_inside(_text(key)) for key in keys]
    if any(part is None for part in parts):
        return None
    joined = "/".join(part.strip("/") for part in parts if part is not None)
    return f'f"{joined}"' if "{" in joined else f'"{joined}"'


def taken_out_of(subscript: Node, names: Names) -> Node | None:
    """The subscript that gave the object which a subscript stands behind; None where no key gave it."""
    inner = subscript_of(_part(subscript, "value"), names)
    return inner if inner is not None and names.value(inner).kind is ValueKind.INSTANCE else None


def holder_of(subscript: Node, names: Names) -> Node:
    """The object that the first key was taken out of."""
    while (inner := taken_out_of(subscript, names)) is not None:
        subscript = inner
    return _part(subscript, "value")


def is_part(node: Node | None, names: Names) -> bool:
    """Whether an expression is an object that keys took out of another, wherever that was done."""
    value = names.value(node) if node is not None else None
    return (
        value is not None
        and value.kind is ValueKind.INSTANCE
        and any(kind == value.name and made.endswith("[]") for made, kind in names.catalog.makers.items())
    )


def _keys(subscript: Node, names: Names) -> list[Node]:
    """The keys from the outermost to the innermost; before them a part that was handed over, as its path."""
    found: list[Node] = []
    current: Node | None = subscript
    while current is not None:
        found.insert(0, _part(current, "subscript"))
        owner = _part(current, "value")
        current = taken_out_of(current, names)
        if current is None and is_part(owner, names):
            found.insert(0, owner)
    return found


def _part(subscript: Node, field: str) -> Node:
    part = subscript.child_by_field_name(field)
    assert part is not None
    return part


def _inside(text: str) -> str | None:
    """What stands for a key inside an f-string."""
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return plain[3] if plain[1] or not set("{}") & set(plain[3]) else None
    return f"{{{text}}}" if not set("\"'\\\n{}") & set(text) else None


def _text(node: Node) -> str:
    return (node.text or b"").decode()
