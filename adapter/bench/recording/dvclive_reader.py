"""Bench: reads the folders that DVCLive leaves.

A run is a folder with DVCLive's `metrics.json`, `params.yaml` or `plots/metrics`: a program that starts
several in one folder keeps the last. The history of a metric is a file of steps and values named like it;
what stands in `metrics.json` alone was set as a final value.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adapter.bench.recording.records import Library, Recording, RunRecord, media_key, parameter_text

HISTORIES = Path("plots", "metrics")
PICTURES = Path("plots", "images")


def read_dvclive(folder: Path) -> Recording:
    """Read all runs below a folder."""
    recording = Recording(Library.DVCLIVE)
    roots = {path.parents[1] for path in folder.rglob(str(HISTORIES)) if path.is_dir()}
    for path in folder.rglob("metrics.json"):
        if "step" in _json(path):
            roots.add(path.parent)
    # an empty run of DVCLive has parameters and nothing else
    roots |= {path.parent for path in folder.rglob("params.yaml") if path.parent.name == "dvclive"}
    recording.runs = [
        _read_run(root) for root in sorted(roots, key=lambda root: (root.stat().st_mtime, root))
    ]
    return recording


def _read_run(root: Path) -> RunRecord:
    record = RunRecord()
    for path in sorted((root / HISTORIES).rglob("*.tsv")):
        name = path.relative_to(root / HISTORIES).with_suffix("").as_posix()
        record.metrics[name] = list(_history(path))
    last = dict(_flat(_json(root / "metrics.json")))
    record.summary = {
        name: float(value)
        for name, value in last.items()
        if name not in {*record.metrics, "step"} and isinstance(value, (int, float))
    }
    record.params = {name: parameter_text(value) for name, value in _params(root / "params.yaml").items()}
    pictures = root / PICTURES
    record.media = {
        media_key(path.relative_to(pictures).as_posix()) for path in pictures.rglob("*") if path.is_file()
    }
    return record


def _history(path: Path) -> Iterator[tuple[int, float]]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            value = next(text for name, text in row.items() if name not in ("step", "timestamp"))
            yield int(row["step"]), float(value)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _params(path: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else {}


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}/")
        else:
            yield before + name, value
