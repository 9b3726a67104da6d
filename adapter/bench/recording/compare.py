"""Bench: what is different between the recording before a translation and the one after it.

The rules, on top of what `adapter.bench.recording.records` normalises:

* Runs are compared in the order in which they started; a name, project or description that was given must
  be kept, and none may appear.
* Parameters, tags, artifacts and media must be the same sets, tables the same columns and rows.
* Every metric must have the same values at the same steps, in the same order. A step that W&B counted by
  itself is a step like any other: MLflow must have been told that number.
* Before MLflow's `step=0` for every value of a metric means that no step was given: W&B numbers it as it
  likes, and only the values are compared.
* A number set in W&B's summary is the last value of the MLflow metric of that name, at any step; the values
  before that one must be the metric's history.
* Numbers are the same within one part in 10^9; NaN is the same as NaN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapter.bench.recording.records import Library, Recording, RunRecord, same_number

Series = list[tuple[int, float]]


def differences(before: Recording, after: Recording) -> list[str]:
    """What the two recordings do not have in common, one readable line each; empty when they agree."""
    found = [f"also recorded with {name} after the translation" for name in after.strays]
    if before.project != after.project:
        found.append(f"project: {before.project!r} became {after.project!r}")
    if len(before.runs) != len(after.runs):
        found.append(f"runs: {len(before.runs)} became {len(after.runs)}")
    if not before.runs:
        found.append("runs: nothing was recorded before")
    steps_given = before.library is Library.WANDB
    for number, (left, right) in enumerate(zip(before.runs, after.runs, strict=False), start=1):
        place = f"run {number}" + (f" ({left.name})" if left.name else "")
        found += [f"{place}: {line}" for line in _run_differences(left, right, steps_given)]
    return found


def _run_differences(left: RunRecord, right: RunRecord, steps_given: bool) -> Iterator[str]:
    if left.name != right.name:
        yield f"name: {left.name!r} became {right.name!r}"
    if left.notes != right.notes:
        yield f"description: {left.notes!r} became {right.notes!r}"
    yield from _mapping_differences("parameter", left.params, right.params)
    yield from _metric_differences(left, right, steps_given)
    yield from _set_differences("tag", left.tags, right.tags)
    yield from _set_differences("artifact", left.artifacts, right.artifacts)
    yield from _set_differences("media", left.media, right.media)
    yield from _mapping_differences("table", left.tables, right.tables)


def _mapping_differences(what: str, left: Mapping[str, object], right: Mapping[str, object]) -> Iterator[str]:
    for key in sorted(left.keys() | right.keys()):
        if key not in right:
            yield f"{what} {key!r} is missing, was {left[key]!r}"
        elif key not in left:
            yield f"{what} {key!r} is new: {right[key]!r}"
        elif left[key] != right[key]:
            yield f"{what} {key!r}: {left[key]!r} became {right[key]!r}"


def _set_differences(what: str, left: set[str], right: set[str]) -> Iterator[str]:
    yield from (f"{what} {item!r} is missing" for item in sorted(left - right))
    yield from (f"{what} {item!r} is new" for item in sorted(right - left))


def _metric_differences(left: RunRecord, right: RunRecord, steps_given: bool) -> Iterator[str]:
    for key in sorted({*left.metrics, *left.summary, *right.metrics, *right.summary}):
        if key not in right.metrics and key not in right.summary:
            yield f"metric {key!r} is missing, was {_shown(left, key)}"
        elif key not in left.metrics and key not in left.summary:
            yield f"metric {key!r} is new: {_shown(right, key)}"
        elif not _same_metric(left, right, key, steps_given):
            yield f"metric {key!r}: {_shown(left, key)} became {_shown(right, key)}"


def _same_metric(left: RunRecord, right: RunRecord, key: str, steps_given: bool) -> bool:
    ours, theirs = left.metrics.get(key, []), right.metrics.get(key, [])
    with_steps = steps_given or any(step for step, _value in ours)
    if (key in left.summary) == (key in right.summary):
        same_summary = key not in left.summary or same_number(left.summary[key], right.summary[key])
        return same_summary and _same_series(ours, theirs, with_steps)
    if key in left.summary:
        return _is_summary_of(left.summary[key], ours, theirs, with_steps)
    return _is_summary_of(right.summary[key], theirs, ours, with_steps)


def _is_summary_of(value: float, history: Series, logged: Series, with_steps: bool) -> bool:
    """Whether what was logged is the history, ending in the value that the other side set apart."""
    if not logged or not same_number(value, logged[-1][1]):
        return False
    return _same_series(history, logged[:-1], with_steps)


def _same_series(left: Series, right: Series, with_steps: bool) -> bool:
    return len(left) == len(right) and all(
        same_number(value, other) and (step == other_step or not with_steps)
        for (step, value), (other_step, other) in zip(left, right, strict=True)
    )


def _shown(record: RunRecord, key: str) -> str:
    series = record.metrics.get(key, [])
    items = [f"{value:.6g} at {step}" for step, value in series[:6]]
    if len(series) > len(items):
        items.append(f"... {len(series)} values")
    if key in record.summary:
        items.append(f"summary {record.summary[key]:.6g}")
    return "[" + ", ".join(items) + "]"
