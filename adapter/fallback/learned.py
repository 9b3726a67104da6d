"""fallback: edges that a model answered: kept until a person accepts them into the project's maps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapter.fallback.edge import LearnedEdge
from adapter.graph.catalogs import catalog_of
from adapter.graph.discovery import PROJECT_FOLDER
from adapter.graph.network import route
from adapter.graph.store import Atlas, cache_folder, with_entries
from adapter.translate.file import translate_file


def learned_file(root: Path) -> Path:
    """Where the edges of a project wait."""
    name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
    return cache_folder() / "learned" / f"{name}.json"


def keep(root: Path, edges: Iterable[LearnedEdge]) -> None:
    """Keep edges beside those that wait already; a later answer about an API replaces the earlier one."""
    known = {(edge.library, edge.target, edge.api): edge for edge in waiting(root)}
    for edge in edges:
        known[edge.library, edge.target, edge.api] = edge
    path = learned_file(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(edge) for edge in known.values()], indent=1), "utf-8")


def waiting(root: Path) -> list[LearnedEdge]:
    """The edges of a project that nobody has accepted."""
    try:
        items = json.loads(learned_file(root).read_text("utf-8"))
        return [LearnedEdge(**{**item, "checks": tuple(item["checks"])}) for item in items]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def accept(root: Path, edges: Sequence[LearnedEdge], atlas: Atlas) -> list[Path]:
    """Write edges to the project's maps, each with a test taken from a site; they wait no longer.

    Raises:
        MapError: the map does not hold together with an edge in it.
        OSError: a map cannot be written.
    """
    import yaml

    written: list[Path] = []
    for library in dict.fromkeys(edge.library for edge in edges):
        path = root / PROJECT_FOLDER / f"learned-{library}.yaml"
        items = _read(path)
        for edge in edges:
            if edge.library == library:
                items = [item for item in items if item["api"] != edge.entry["api"]]
                items.append(_with_example(edge, atlas))
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump({"extends": library, "apis": items}, sort_keys=False, width=110)
        path.write_text(text, "utf-8")
        written.append(path)
    accepted = {(edge.library, edge.target, edge.api) for edge in edges}
    rest = [edge for edge in waiting(root) if (edge.library, edge.target, edge.api) not in accepted]
    learned_file(root).write_text(json.dumps([asdict(edge) for edge in rest], indent=1), "utf-8")
    return written


def _read(path: Path) -> list[dict[str, Any]]:
    import yaml

    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError):
        return []
    items: list[dict[str, Any]] = data.get("apis", []) if isinstance(data, dict) else []
    return items


def _with_example(edge: LearnedEdge, atlas: Atlas) -> dict[str, Any]:
    """The entry, no longer called unreviewed, with the site that it was asked about before and after."""
    note = f"edge answered by {edge.model}, accepted"
    entry = {**edge.entry, "note": note}
    extended = with_entries(atlas, edge.library, [entry])
    way = route(extended, edge.library, edge.target)
    before = f"{way.source.import_line}\n{edge.example}\n"
    plan = translate_file(Path("example.py"), before.encode(), way, catalog_of(way.source), None).plan
    if plan.after is None:
        return entry
    return {**entry, "examples": [{"to": edge.target, "before": before, "after": plan.after.decode()}]}
