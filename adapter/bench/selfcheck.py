"""Bench: the tasks themselves under check: the reference passes, untouched program and mutants fail."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from adapter.bench.answers import put_mutant, put_reference
from adapter.bench.grading import Verdict, grade
from adapter.bench.oracle.trial import Runner
from adapter.bench.tasks import Mutant, Task, TaskError


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer whose verdict is known beforehand: what it is, what came out, and whether that is right."""

    what: str
    right: bool
    said: str


@dataclass(frozen=True, slots=True)
class TaskCheck:
    """All findings about one task; `seconds` is wall time."""

    task: Task
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the oracle tells right answers from wrong ones."""
        return all(finding.right for finding in self.findings)


def check_tasks(tasks: Iterable[Task], jobs: int) -> Iterator[TaskCheck]:
    """Check tasks, several at a time, and give the results in the order of the tasks."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(check_task, tasks)


def check_task(task: Task) -> TaskCheck:
    """Run the reference, the untouched program and every mutant through the oracle."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="adapter-bench-") as folder:
        runner = Runner(task, Path(folder))
        try:
            findings = tuple(_findings(runner))
        except TaskError as error:
            findings = (Finding("the task", False, str(error)),)
    return TaskCheck(task, findings, time.monotonic() - started)


def _findings(runner: Runner) -> Iterator[Finding]:
    task = runner.task
    verdict = grade(put_reference(task, runner.workdir / "reference"), runner)
    yield Finding("reference", verdict.passed, verdict.reason or "passes")
    verdict = grade(runner.untouched, runner)
    yield Finding("untouched", not verdict.passed, verdict.reason or "passes")
    for number, mutant in enumerate(task.mutants, start=1):
        answer = put_mutant(task, mutant, runner.workdir / f"mutant{number}")
        yield _mutant_finding(mutant, number, grade(answer, runner))


def _mutant_finding(mutant: Mutant, number: int, verdict: Verdict) -> Finding:
    what = f"mutant {number} ({mutant.why})"
    if verdict.passed:
        return Finding(what, False, "passes")
    if verdict.crashed and not mutant.crashes:
        return Finding(what, False, f"fails only because it ends with an error: {verdict.reason}")
    return Finding(what, True, verdict.reason)
