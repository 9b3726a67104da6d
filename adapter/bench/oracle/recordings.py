"""Oracle: a translated program must record with the target what it recorded with the source."""

from __future__ import annotations

import math
from collections.abc import Mapping

from adapter.bench.oracle.trial import OracleError, Trial
from adapter.bench.recording.records import RunRecord

# TensorBoard keeps numbers of 32 bits
TOLERANCE = 1e-6

Series = list[tuple[int, float]]


def same_recording(
    trial: Trial, *, params: bool = True, names: bool = False, tags: bool = False, artifacts: bool = False
) -> None:
    """The same runs in the same order: metrics by name, step and value; by request the rest.

    A number that one library keeps apart as a final value may be the last one of the other's metric.

    Raises:
        OracleError: something is missing, new or different, or the source library still records.
    """
    source = str(trial.task.source)
    before, after = trial.recording(trial.before, source), trial.store
    if source in after.strays:
        raise OracleError(f"the adapted program still records with {source}")
    if len(before.runs) != len(after.runs):
        raise OracleError(f"{len(before.runs)} runs became {len(after.runs)}")
    for number, (old, new) in enumerate(zip(before.runs, after.runs, strict=True), start=1):
        place = f"run {number}"
        _same_metrics(place, _numbers(old), _numbers(new))
        if params:
            _same_mapping(f"{place}: parameter", old.params, new.params)
        if names and old.name != new.name:
            raise OracleError(f"{place}: the name {old.name!r} became {new.name!r}")
        if tags and old.tags != new.tags:
            raise OracleError(f"{place}: the tags {sorted(old.tags)} became {sorted(new.tags)}")
        if artifacts and old.artifacts != new.artifacts:
            raise OracleError(f"{place}: the files {sorted(old.artifacts)} became {sorted(new.artifacts)}")


def _numbers(run: RunRecord) -> dict[str, Series]:
    found = {name: list(series) for name, series in run.metrics.items()}
    for name, value in run.summary.items():
        found.setdefault(name, [(0, value)])
    return found


def _same_metrics(place: str, old: Mapping[str, Series], new: Mapping[str, Series]) -> None:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            raise OracleError(f"{place}: the metric {name} is missing")
        if name not in old:
            raise OracleError(f"{place}: the metric {name} is new")
        if not _same_series(old[name], new[name]):
            raise OracleError(f"{place}: the metric {name} was {_shown(old[name])}, is {_shown(new[name])}")


def _same_series(old: Series, new: Series) -> bool:
    return len(old) == len(new) and all(
        step == other_step and math.isclose(value, other, rel_tol=TOLERANCE)
        for (step, value), (other_step, other) in zip(old, new, strict=True)
    )


def _shown(series: Series) -> str:
    return "[" + ", ".join(f"{value:.6g} at {step}" for step, value in series[:6]) + "]"


def _same_mapping(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            raise OracleError(f"{what} {name} is missing, was {old[name]}")
        if name not in old:
            raise OracleError(f"{what} {name} is new: {new[name]}")
        if old[name] != new[name]:
            raise OracleError(f"{what} {name}: {old[name]} became {new[name]}")
