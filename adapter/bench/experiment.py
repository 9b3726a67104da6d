"""Bench: an ablation at work: what is still to do, answered and graded in parallel, kept line by line."""

from __future__ import annotations

import ast
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from adapter.bench.ablation import Ablation, Cell
from adapter.bench.adapting import BYTES_PER_TOKEN, Adapt, Adapted, adapter_of, whole_program_prompt
from adapter.bench.answers import put_before, put_reference
from adapter.bench.failures import Failure, failure_of
from adapter.bench.grading import Verdict, grade
from adapter.bench.oracle.trial import Runner
from adapter.bench.reach import reach_beyond
from adapter.bench.tasks import Task, TaskError
from adapter.bench.trials import Record, TrialLog, Wanted
from adapter.sandbox.run import SandboxError

PROGRAM, RAW = "program", "raw.txt"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a cell will take at most: questions and tokens (in and out); rules take none."""

    cell: Cell
    trials: int
    calls: int
    tokens: int


def wanted_trials(ablation: Ablation) -> list[Wanted]:
    """Every answer that the ablation wants; samples last, so that a first result of all comes early."""
    samples = max((ablation.samples_of(cell) for cell in ablation.cells), default=0)
    return [
        Wanted(cell, task, sample)
        for sample in range(samples)
        for task in ablation.tasks
        for cell in ablation.cells
        if sample < ablation.samples_of(cell)
    ]


def estimate(ablation: Ablation) -> list[Estimate]:
    """What each cell will take, from the lengths of its questions; nothing is asked."""
    return [
        _estimate_cell(cell, ablation.tasks, len(ablation.tasks) * ablation.samples_of(cell))
        for cell in ablation.cells
    ]


def _estimate_cell(cell: Cell, tasks: tuple[Task, ...], trials: int) -> Estimate:
    if cell.arm != "llm":
        return Estimate(cell, trials, 0, 0)
    tokens = 0
    for task in tasks:
        with tempfile.TemporaryDirectory() as place:
            prompt = whole_program_prompt(cell, task, put_before(task, Path(place) / PROGRAM), None)
        asked = sum(len(text.encode()) for text in (prompt.system, *prompt.turns)) // BYTES_PER_TOKEN
        tokens += asked + prompt.max_tokens
    names = 2 if cell.docs in {"llmsearch", "llm-docssearch"} else 1
    samples = trials // max(len(tasks), 1)
    return Estimate(cell, trials, trials * names, tokens * samples)


def run_ablation(ablation: Ablation, folder: Path, jobs: int) -> Iterator[tuple[Record, bool]]:
    """Answer and grade all that is not in the run's folder yet; each record, and whether it was there before.

    Raises:
        SetupFailedError: an arm cannot work at all.
    """
    log = TrialLog(folder)
    known = {record.id: record for record in log.read()}
    wanted = wanted_trials(ablation)
    for trial in wanted:
        if trial.id in known:
            yield known[trial.id], True
    open_trials = [trial for trial in wanted if trial.id not in known]
    adapters = {cell: adapter_of(cell) for cell in dict.fromkeys(trial.cell for trial in open_trials)}
    with ThreadPoolExecutor(jobs) as pool:
        for record in pool.map(lambda trial: answered(trial, adapters[trial.cell], log), open_trials):
            log.add(record)
            yield record, False


def answered(wanted: Wanted, adapt: Adapt, log: TrialLog) -> Record:
    """Let an arm answer once, keep the answer, and grade it."""
    started = time.monotonic()
    folder = log.answer_folder(wanted)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="adapter-bench-") as place:
        program = put_before(wanted.task, Path(place) / PROGRAM)
        adapted = adapt(wanted.task, program, wanted.sample)
        shutil.copytree(program, folder / PROGRAM, ignore=shutil.ignore_patterns(".adapter", "__pycache__"))
    (folder / RAW).write_text(adapted.said, "utf-8")
    return graded(wanted, adapted, folder, time.monotonic() - started)


def graded(wanted: Wanted, adapted: Adapted, folder: Path, seconds: float) -> Record:
    """Hold a kept answer against the oracle."""
    task = wanted.task
    with tempfile.TemporaryDirectory(prefix="adapter-bench-") as place:
        before = put_before(task, Path(place) / "untouched")
        reference = put_reference(task, Path(place) / "wanted")
        answer = folder / PROGRAM
        changed = not _same(before, answer)
        failure: Failure | None
        try:
            verdict = _verdict(wanted, adapted, answer, Path(place))
            failure = failure_of(verdict, answered=adapted.answered, changed=changed, parses=_parses(answer))
        except (SandboxError, TaskError, OSError) as error:
            verdict, failure = Verdict(False, str(error), False, 0.0), Failure.INFRASTRUCTURE
        reach = reach_beyond(before, answer, reference)
    return Record(
        id=wanted.id,
        cell=wanted.cell,
        task=task.name,
        family=task.family,
        function=task.function,
        sample=wanted.sample,
        passed=verdict.passed,
        failure=failure,
        reason=verdict.reason[:2000],
        seconds=round(seconds, 3),
        grading_seconds=round(verdict.seconds, 3),
        calls=adapted.calls,
        prompt_tokens=adapted.prompt_tokens,
        completion_tokens=adapted.completion_tokens,
        cost=adapted.cost,
        sites=adapted.sites,
        rule_sites=adapted.rule_sites,
        reach=reach,
    )


def regrade(ablation: Ablation, folder: Path, jobs: int) -> Iterator[tuple[Record, Record]]:
    """Grade every kept answer anew without asking a model; the old record and the new one.

    The new ones are added to the run, where the last line of a trial counts.
    """
    log = TrialLog(folder)
    known = {record.id: record for record in log.read()}
    trials = [trial for trial in wanted_trials(ablation) if trial.id in known]

    def again(trial: Wanted) -> tuple[Record, Record]:
        old = known[trial.id]
        answered_before = old.failure is not Failure.NO_ANSWER
        adapted = Adapted("", answered_before)
        new = graded(trial, adapted, log.answer_folder(trial), old.seconds)
        taken = ("calls", "prompt_tokens", "completion_tokens", "cost", "sites", "rule_sites")
        return old, replace(new, **{name: getattr(old, name) for name in taken})

    with ThreadPoolExecutor(jobs) as pool:
        for old, new in pool.map(again, trials):
            log.add(new)
            yield old, new


def _verdict(wanted: Wanted, adapted: Adapted, answer: Path, place: Path) -> Verdict:
    """The oracle's verdict; what is no answer is not run."""
    if not adapted.answered:
        return Verdict(False, adapted.said[:2000], False, 0.0)
    return grade(answer, Runner(wanted.task, place / "runs"))


def _same(one: Path, other: Path) -> bool:
    names = {
        path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()
    }
    return all(
        (one / name).is_file()
        and (other / name).is_file()
        and (one / name).read_bytes() == (other / name).read_bytes()
        for name in names
    )


def _parses(folder: Path) -> bool:
    for path in folder.rglob("*.py"):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return False
    return True
