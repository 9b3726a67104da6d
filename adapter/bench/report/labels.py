"""Bench: short names for the cells of a report: what all have in common is said once, not in each name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapter.bench.ablation import Cell
from adapter.bench.summary import cell_order

ARMS = {
    "rules": "the rules, without a model",
    "hybrid": "the rules, and a model for what they leave",
    "llm": "a model that gets the whole program",
}


def settings(cell: Cell) -> dict[str, str]:
    """What a cell is besides its arm, by the kind of setting; nothing for the rules."""
    if cell.arm == "rules":
        return {}
    found = {"model": cell.model_name, "docs": cell.docs, "T": f"{cell.temperature:g}"}
    if cell.arm == "hybrid":
        return found | {"asks": cell.fallback}
    searched = {"documents": str(cell.documents)} if cell.docs not in ("none", "manual") else {}
    return found | {"prompt": cell.prompt} | searched


def labels(cells: Iterable[Cell]) -> Mapping[Cell, str]:
    """The arm of each cell, and the settings in which cells of one report differ."""
    ordered = sorted(set(cells), key=cell_order)
    values: dict[str, set[str]] = {}
    for cell in ordered:
        for name, value in settings(cell).items():
            values.setdefault(name, set()).add(value)
    differing = {name for name, found in values.items() if len(found) > 1}
    return {cell: _label(cell, differing) for cell in ordered}


def _label(cell: Cell, differing: set[str]) -> str:
    parts = [
        value if name == "model" else f"{name}={value}" if name == "T" else f"{name} {value}"
        for name, value in settings(cell).items()
        if name in differing
    ]
    return ", ".join([cell.arm, *parts])
