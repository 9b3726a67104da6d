"""inline: the ways in which recipes are carried out, by the name that recipes give them."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from adapter.inline.outcome import Engine

_MODULES = {
    "insert": "adapter.inline.insert.engine",
    "optimise": "adapter.inline.optimise.engine",
    "study": "adapter.inline.study.engine",
    "register": "adapter.inline.registry.engine",
}


def engine(name: str) -> Engine:
    """The function that carries out the steps of a recipe; its module is loaded when it is first needed.

    Raises:
        KeyError: no such engine.
    """
    return cast("Engine", import_module(_MODULES[name]).apply)
