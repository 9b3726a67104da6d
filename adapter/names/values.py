"""names: what an expression can stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ValueKind(StrEnum):
    """How much is known about an expression."""

    API = "api"
    INSTANCE = "instance"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression stands for.

    API: the thing `name` of the library itself ("wandb.init"). INSTANCE: an object of the type
    `name` ("wandb.Run"), or the result of a call that no map knows ("wandb.plot.bar()").
    OTHER: surely not the library. UNKNOWN: nothing can be said.

    `owner` is the type through which an API was reached ("wandb.Run" for `run.log`).
    `definition` is the byte offset of the function or class of this file that the value comes
    from, -1 without one; `name` then says what the value is ("<function>", "<class>", "<object>").
    An OTHER or UNKNOWN value that comes from an import has the dotted path as its `name`.
    """

    kind: ValueKind
    name: str = ""
    owner: str = ""
    definition: int = -1

    @property
    def of_library(self) -> bool:
        """Whether this is the library or something that came out of it."""
        return self.kind is ValueKind.API or self.kind is ValueKind.INSTANCE


FUNCTION = "<function>"
CLASS = "<class>"
OBJECT = "<object>"

COLLECTION = "<collection>"

OTHER = Value(ValueKind.OTHER)
UNKNOWN = Value(ValueKind.UNKNOWN)
NOTHING = Value(ValueKind.OTHER, "<none>")
"""The literal None, and what a definition in terms of itself adds: it never contradicts."""
OPTIONAL = Value(ValueKind.UNKNOWN, "<optional>")
"""A parameter that is None unless given: what it is replaced by when it is None decides."""


def join(values: Iterable[Value]) -> Value:
    """What a name stands for that may hold any of the values."""
    found: Value | None = None
    optional = False
    for value in values:
        if value is NOTHING:
            continue
        if value is OPTIONAL:
            optional = True
        elif found is None:
            found = value
        elif value is not found and value != found:
            found = OTHER if _is_other(value) and _is_other(found) else UNKNOWN
    if found is None:
        return OPTIONAL if optional else NOTHING
    if optional and not found.of_library:
        return UNKNOWN
    return found


def _is_other(value: Value) -> bool:
    """Whether nothing of the library can come out of the value, not even through its attributes."""
    return value.kind is ValueKind.OTHER and value.definition < 0
