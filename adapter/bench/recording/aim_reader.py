"""Bench: reads an Aim repository with Aim's own storage.

Metrics of a context are named like it and the metric, joined by slashes. Parameters are the items of
"hparams" and whatever else stands beside it; Aim's own notes about a run are left out. A run's name that
Aim made up counts as none; how busy the machine was is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapter.bench.recording.records import Library, Recording, RunRecord, parameter_text

NUMBERS = frozenset({"float", "int", "number"})
SYSTEM = "__system__"
GENERATED_NAME = re.compile(r"Run: [0-9a-f]+")


def read_aim(folder: Path) -> Recording:
    """Read all runs of the repository in a folder."""
    recording = Recording(Library.AIM)
    if not (folder / ".aim").is_dir():
        return recording
    from aim import Repo, Run

    repo: Any = Repo(str(folder))
    runs = [Run(name, repo=repo, read_only=True) for name in repo.list_all_runs()]
    for run in sorted(runs, key=lambda run: float(run.creation_time)):
        recording.project = recording.project or _given(run.experiment)
        recording.runs.append(_read_run(repo, run))
    return recording


def _given(project: str | None) -> str:
    return "" if project in (None, "default") else str(project)


def _read_run(repo: Any, run: Any) -> RunRecord:
    # the run itself shows only what Aim has indexed, and that is done some time after its end
    chunk = repo.request_tree("meta", run.hash, read_only=True).subtree(("meta", "chunks", run.hash))
    kept = chunk.collect()
    name = str(run.name or "")
    record = RunRecord(
        name="" if GENERATED_NAME.fullmatch(name) else name,
        notes=str(run.description or ""),
        params=dict(_params(kept.get("attrs", {}))),
        tags=set(run.tags),
    )
    contexts = kept.get("contexts", {})
    for index, series in kept.get("traces", {}).items():
        before = "/".join(str(value) for value in contexts.get(index, {}).values())
        for metric, info in series.items():
            if metric.startswith(SYSTEM):
                continue
            key = f"{before}/{metric}" if before else metric
            if info["dtype"] in NUMBERS:
                record.metrics[key] = _values(repo, run.hash, index, metric, info)
            else:
                record.media.add(key)
    return record


def _params(attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    stated = dict(attributes.get("hparams") or {})
    stated |= {key: value for key, value in attributes.items() if key != "hparams" and key[:2] != "__"}
    return [(str(key), parameter_text(value)) for key, value in stated.items()]


def _values(
    repo: Any, run: str, context: int, metric: str, info: Mapping[str, Any]
) -> list[tuple[int, float]]:
    """The values of a metric by their steps; newer storage keeps a step beside a hash of it."""
    newer = info["version"] == 2
    place = ("seqs", "v2", "chunks", run) if newer else ("seqs", "chunks", run)
    series = repo.request_tree("seqs", run, read_only=True).subtree(place).subtree((context, metric))
    values = dict(series.array("val").items())
    steps = dict(series.array("step").items()) if newer else {key: key for key in values}
    return sorted((int(steps[key]), float(value)) for key, value in values.items())
