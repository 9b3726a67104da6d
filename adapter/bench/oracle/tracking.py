"""Oracle: what experiment tracking must have recorded of what the untouched program reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from adapter.bench.oracle.names import agrees, find_names, flattened, normal, same_value
from adapter.bench.oracle.trial import OracleError, Trial
from adapter.bench.recording.records import Library, RunRecord, artifact_text, media_key

STEP = "step"
Series = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """A value as it was printed; `step` is None where no counter stood beside it."""

    step: int | None
    text: str


def only_run(trial: Trial) -> RunRecord:
    """The one run of the plain run, which must have ended well; nested runs are not counted.

    Raises:
        OracleError: no run, several, or one that was not ended.
    """
    return the_runs(trial, 1)[0]


def the_runs(trial: Trial, number: int) -> list[RunRecord]:
    """The runs that are not part of another, in the order in which they started.

    Raises:
        OracleError: not this many, or one of them was not ended.
    """
    runs = [run for run in trial.store.runs if not run.nested]
    library = trial.task.target
    if len(runs) != number:
        raise OracleError(f"{len(runs)} runs were recorded with {library}, not {number}")
    for run in trial.store.runs:
        if not run.finished:
            raise OracleError(f"a run recorded with {library} was not ended well")
    return runs


def parameters(
    trial: Trial, wanted: Mapping[str | tuple[str, ...], object], run: RunRecord | None = None
) -> None:
    """Every wanted parameter is recorded with its value; a tuple of names gives spellings that all do.

    Raises:
        OracleError: one is missing or has another value.
    """
    recorded = flattened((run or only_run(trial)).params)
    for names, value in wanted.items():
        spellings = (names,) if isinstance(names, str) else names
        fitting = find_names(spellings, recorded)
        if not fitting:
            known = ", ".join(sorted(recorded)) or "none"
            raise OracleError(f"the parameter {spellings[0]} is not recorded; recorded: {known}")
        if not any(same_value(recorded[name], value) for name in fitting):
            raise OracleError(
                f"the parameter {fitting[0]} is recorded as {recorded[fitting[0]]}, not {value}"
            )


def metrics(
    trial: Trial,
    pattern: str,
    *,
    text: str | None = None,
    run: RunRecord | None = None,
    spellings: Mapping[str, Sequence[str]] | None = None,
    counters: Sequence[str] = (),
    percent: Sequence[str] = (),
    part: str | None = None,
) -> None:
    """Every value that the pattern finds in the output of the untouched program is recorded.

    Each named group of `pattern` is a metric, but for `step`, the step it is reported at, and `counters`,
    which only count. `spellings` gives further names under which a metric may be recorded; `percent` names
    metrics that may be recorded as a fraction too. With a `step` the values must stand at the printed
    steps, or all one before or one after; without, in the printed order at rising steps. W&B counts steps
    by itself: there the order is enough. More values in between are fine, two at one step are not.
    `part` is a counter that divides the series, such as a fold: the parts may be nested runs, metrics
    named after their part, or one series.

    Raises:
        OracleError: a value is missing, wrong, under another name or at a wrong step.
    """
    run = run or only_run(trial)
    source = trial.before.stdout if text is None else text
    matches = list(re.finditer(pattern, source, re.MULTILINE))
    if not matches:
        raise ValueError(f"the untouched program prints nothing that matches {pattern!r}")
    skipped = {STEP, *counters, part}
    for group in matches[0].re.groupindex:
        if group in skipped:
            continue
        names = [group, *(spellings or {}).get(group, ())]
        scales = (1.0, 100.0) if group in percent else (1.0,)
        wanted = _Wanted(names, scales, trial.store.library is Library.WANDB)
        if part:
            _check_parts(trial, run, wanted, matches, group, part)
        else:
            wanted.check(run, [_report(match, group) for match in matches if match[group] is not None])


def values(
    trial: Trial, expected: Mapping[str | tuple[str, ...], float], run: RunRecord | None = None
) -> None:
    """Each expected value is the last one recorded under its name; a tuple of names gives spellings.

    Raises:
        OracleError: one is missing or differs by more than one part in 10^5.
    """
    record = run or only_run(trial)
    for names, value in expected.items():
        spellings = [names] if isinstance(names, str) else list(names)
        _Wanted(spellings, (1.0,), False).check(record, [Report(None, f"{value:.6g}")])


def artifact(trial: Trial, name: str, *, or_model: bool = False, run: RunRecord | None = None) -> None:
    """A file that the program wrote is kept with the run, as it was at the end.

    `or_model` takes a model that was logged as one for it, which the library keeps in its own way.

    Raises:
        OracleError: it is missing or older than the file.
    """
    records = [run] if run else trial.store.runs
    path = trial.after.project / name
    if not path.is_file():
        raise OracleError(f"the adapted program no longer writes {name}")
    base = path.name
    if any(media_key(base) in record.media for record in records):
        return
    kept = {item for record in records for item in record.artifacts if item.split(" sha256:")[0] == base}
    if artifact_text(name, path) in kept:
        return
    if or_model and any(record.models for record in records):
        return
    if kept:
        raise OracleError(f"the artifact {base} is not what the program wrote in the end")
    raise OracleError(f"the file {name} is not kept as an artifact of the run")


def _report(match: re.Match[str], group: str) -> Report:
    step = match.groupdict().get(STEP)
    return Report(int(step) if step is not None else None, match[group].rstrip("."))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A metric by the names that all do, what its values may be multiplied with, and how steps count."""

    names: Sequence[str]
    scales: Sequence[float]
    own_steps: bool

    def check(self, run: RunRecord, reports: Sequence[Report]) -> None:
        """Raise OracleError unless one series of the run holds all reports."""
        series = self.series(run)
        if not series:
            known = ", ".join(sorted({*run.metrics, *run.summary})) or "none"
            raise OracleError(f"the metric {self.names[0]} is not recorded; recorded: {known}")
        problems = [problem for item in series.values() if (problem := self.problem(item, reports))]
        if len(problems) == len(series):
            raise OracleError(f"the metric {next(iter(series))}: {problems[0]}")

    def series(self, run: RunRecord) -> dict[str, Series]:
        """The series of the run that go by one of the names; a value of the summary is a series of one."""
        found = {name: run.metrics[name] for name in find_names(self.names, run.metrics)}
        for name in find_names(self.names, run.summary):
            found.setdefault(f"{name} (summary)", [(0, run.summary[name])])
        return found

    def problem(self, series: Series, reports: Sequence[Report]) -> str:
        """What keeps the series from holding the reports; empty when nothing does."""
        problems = [self._problem_at(series, reports, scale) for scale in self.scales]
        return "" if "" in problems else problems[0]

    def _problem_at(self, series: Series, reports: Sequence[Report], scale: float) -> str:
        if len(reports) == 1 and reports[0].step is None:
            if agrees(series[-1][1], reports[0].text, scale):
                return ""
            return f"its last value is {series[-1][1] * scale:.6g}, not the reported {reports[0].text}"
        steps = [step for step, _value in series]
        if any(later <= earlier for earlier, later in pairwise(steps)):
            return f"its {len(steps)} values stand at the steps {_shown(steps)}, which do not rise"
        if self.own_steps or any(report.step is None for report in reports):
            return _order_problem([value * scale for _step, value in series], reports)
        return _step_problem(series, reports, scale)


def _step_problem(series: Series, reports: Sequence[Report], scale: float) -> str:
    recorded = dict(series)
    printed = [report.step or 0 for report in reports]
    for shift in (0, -1, 1):
        if all(step + shift in recorded for step in printed):
            wrong = [
                (step, recorded[step + shift] * scale, report.text)
                for step, report in zip(printed, reports, strict=True)
                if not agrees(recorded[step + shift], report.text, scale)
            ]
            if not wrong:
                return ""
            if len(recorded) == len(printed):
                step, value, text = wrong[0]
                return f"at step {step} it is {value:.6g}, not the reported {text}"
    return f"it stands at the steps {_shown(list(recorded))}, reported were {_shown(printed)}"


def _order_problem(recorded: Sequence[float], reports: Sequence[Report]) -> str:
    rest = iter(recorded)
    for report in reports:
        if not any(agrees(value, report.text) for value in rest):
            return f"the reported {report.text} is not there, or not in its order"
    return ""


def _shown(steps: Sequence[int]) -> str:
    return ", ".join(map(str, steps[:6])) + (" ..." if len(steps) > 6 else "")


def _check_parts(
    trial: Trial, run: RunRecord, wanted: _Wanted, matches: Sequence[re.Match[str]], group: str, part: str
) -> None:
    """Raise OracleError unless the parts are nested runs, metrics named after them, or one series."""
    parts: dict[str, list[Report]] = {}
    for match in matches:
        if match[group] is not None:
            parts.setdefault(match[part], []).append(_report(match, group))
    nested = [record for record in trial.store.runs if record.nested]
    if len(nested) == len(parts):
        for record, reports in zip(nested, parts.values(), strict=True):
            wanted.check(record, reports)
        return
    named = [_named_after(run, wanted, part, number) for number in _numbers(list(parts))]
    for numbered in named:
        if all(numbered.values()):
            for reports, names in zip(parts.values(), numbered.values(), strict=True):
                _Wanted(names, wanted.scales, wanted.own_steps).check(run, reports)
            return
    together = [Report(None, report.text) for reports in parts.values() for report in reports]
    wanted.check(run, together)


def _numbers(labels: Sequence[str]) -> Iterator[dict[str, str]]:
    """The labels of parts as they are printed, and counted one lower or higher."""
    yield {label: label for label in labels}
    if all(label.isdigit() for label in labels):
        for shift in (-1, 1):
            yield {label: str(int(label) + shift) for label in labels}


def _named_after(
    run: RunRecord, wanted: _Wanted, part: str, numbers: Mapping[str, str]
) -> dict[str, list[str]]:
    """For each part the metrics that are named after it, as `fold_2/loss` or `loss_fold2`."""
    found: dict[str, list[str]] = {}
    for label, number in numbers.items():
        forms = {normal(f"{name} {extra}") for name in wanted.names for extra in (f"{part} {number}", number)}
        found[label] = [name for name in run.metrics if normal(name) in forms]
    return found
