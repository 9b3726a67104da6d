"""inline: reported values of one name, told apart by what they belong to or by what counts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from adapter.inline.landmarks.labels import (
    part_of,
    prefixed,
)
from adapter.inline.landmarks.model import Reported
from adapter.inline.landmarks.values import own_name
from adapter.inline.landmarks.words import Part
from adapter.inline.script import Script

_Rename: TypeAlias = Callable[[Script, Reported, set[str]], Reported]


def told_apart(script: Script, found: list[Reported]) -> list[Reported]:
    """Values of one name that are counted differently get the name of their part, or of what counts them."""
    found = _named_apart(script, found, _with_part)
    return _named_apart(script, found, _with_batch)


def _named_apart(script: Script, found: list[Reported], rename: _Rename) -> list[Reported]:
    by_name: dict[str, set[tuple[int, int, str]]] = {}
    for item in found:
        if item.mapping:
            continue
        by_name.setdefault(item.name, set()).add(_place(script, item))
    mixed = {name for name, places in by_name.items() if len(places) > 1}
    axes = {name: {item.at.axis for item in found if item.name == name} for name in mixed}
    return [rename(script, item, axes[item.name]) if item.name in mixed else item for item in found]


def _with_part(script: Script, item: Reported, axes: set[str]) -> Reported:
    part = item.part if item.part is not Part.UNKNOWN else _part_by_place(script, item)
    name = prefixed(part, item.name) if part_of(item.name) is Part.UNKNOWN else item.name
    return replace(item, name=name, part=part)


def _with_batch(script: Script, item: Reported, axes: set[str]) -> Reported:
    if item.at.axis == "step" and len(axes) > 1:
        return replace(item, name=f"batch_{item.name}")
    return item


def _place(script: Script, item: Reported) -> tuple[int, int, str]:
    function = script.function_of(item.node)
    return (
        function.start_byte if function is not None else -1,
        item.loop.node.start_byte if item.loop is not None else -1,
        item.step,
    )


def _part_by_place(script: Script, item: Reported) -> Part:
    """The part of the data that the function or loop around a value deals with."""
    part = part_of(own_name(script, item.node))
    if part is not Part.UNKNOWN:
        return part
    if item.loop is not None:
        over = item.loop.node.child_by_field_name("right")
        part = part_of(script.text(over)) if over is not None else Part.UNKNOWN
        if part is not Part.UNKNOWN:
            return part
    function = script.function_of(item.node)
    name = function.child_by_field_name("name") if function is not None else None
    return part_of(script.text(name)) if name is not None else Part.UNKNOWN
