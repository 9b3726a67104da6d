"""Perturbing: variants under check: they run as the original does, and every verdict on them is the same."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from adapter.bench.answers import put_before, put_reference
from adapter.bench.arms import Arm
from adapter.bench.grading import Verdict, grade
from adapter.bench.oracle.output import expect_same
from adapter.bench.oracle.trial import OracleError, Runner
from adapter.bench.perturbing.program import NotApplicableError
from adapter.bench.perturbing.variants import Perturbation, variant_of
from adapter.bench.tasks import Task, TaskError


class State(StrEnum):
    """How a variant came off: as the original, otherwise, or it could not be made."""

    SAME = "same"
    OTHER = "other"
    NOT_MADE = "not made"


@dataclass(frozen=True, slots=True)
class VariantCheck:
    """What came out for one variant of a task; `seconds` is wall time."""

    task: Task
    perturbation: Perturbation
    state: State
    said: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which variants are made: these perturbations, from this seed."""

    perturbations: Sequence[Perturbation] = tuple(Perturbation)
    seed: int = 0


_Check = Callable[[Runner, Runner], str]
"""Given the runners of the original and of the variant: what both have in common, or an OracleError."""


def check_variants(tasks: Iterable[Task], wanted: Wanted, jobs: int) -> Iterator[VariantCheck]:
    """Check that the variants mean the same and that the oracles see it.

    The untouched variant prints what the original prints, and its oracle refuses it; the reference, perturbed
    likewise, passes.
    """
    yield from _checked(tasks, wanted, jobs, lambda _task, _place: _oracle_sees)


def compare_verdicts(arm: Arm, tasks: Iterable[Task], wanted: Wanted, jobs: int) -> Iterator[VariantCheck]:
    """Let an arm adapt every task and its variants: the verdicts on them are to be equal."""

    def check_of(task: Task, place: Path) -> _Check:
        expected = _verdict(arm, Runner(task, place))

        def check(_original: Runner, variant: Runner) -> str:
            found = _verdict(arm, variant)
            if found.passed != expected.passed:
                words = {True: "passes", False: "fails"}
                reason = found.reason or expected.reason
                raise OracleError(f"{words[found.passed]}, the original {words[expected.passed]}: {reason}")
            return "both pass" if found.passed else f"both fail: {found.reason}"

        return check

    yield from _checked(tasks, wanted, jobs, check_of)


def _checked(
    tasks: Iterable[Task], wanted: Wanted, jobs: int, check_of: Callable[[Task, Path], _Check]
) -> Iterator[VariantCheck]:
    def all_of(task: Task) -> list[VariantCheck]:
        with tempfile.TemporaryDirectory(prefix="adapter-bench-") as folder:
            place = Path(folder)
            original = Runner(task, place / "original")
            check = check_of(task, place / "arm")
            return [
                _check_variant(original, check, each, wanted.seed, place / each)
                for each in wanted.perturbations
            ]

    with ThreadPoolExecutor(jobs) as pool:
        for checks in pool.map(all_of, tasks):
            yield from checks


def _check_variant(
    original: Runner, check: _Check, perturbation: Perturbation, seed: int, place: Path
) -> VariantCheck:
    started = time.monotonic()
    task = original.task
    try:
        variant = variant_of(task, perturbation, seed, place / "programs")
    except NotApplicableError as error:
        return VariantCheck(task, perturbation, State.NOT_MADE, str(error), time.monotonic() - started)
    runner = Runner(variant, place / "runs")
    try:
        _prints_the_same(original, runner)
        state, said = State.SAME, check(original, runner)
    except (OracleError, TaskError) as error:
        state, said = State.OTHER, str(error)
    return VariantCheck(task, perturbation, state, said, time.monotonic() - started)


def _prints_the_same(original: Runner, variant: Runner) -> None:
    """Both untouched programs print the same, but for times and their own folders.

    What is to be upgraded may not run with the installed version of its library; then nothing is compared.

    Raises:
        OracleError: they do not.
        TaskError: the variant alone ends with an error.
    """
    try:
        before = original.before
    except TaskError:
        if original.task.function == "upgrade":
            return
        raise
    one, other = (
        re.sub(re.escape(str(each.workdir.resolve())), "", each.stdout) for each in (before, variant.before)
    )
    expect_same(one, other, "the variant")


def _oracle_sees(_original: Runner, variant: Runner) -> str:
    untouched = grade(variant.untouched, variant)
    if untouched.passed:
        raise OracleError("the oracle takes the untouched variant")
    reference = grade(put_reference(variant.task, variant.workdir / "reference"), variant)
    if not reference.passed:
        raise OracleError(f"the oracle refuses the variant's reference: {reference.reason}")
    return "prints the same, is refused untouched, its reference passes"


def _verdict(arm: Arm, runner: Runner) -> Verdict:
    answer = put_before(runner.task, runner.workdir / "answer")
    arm.adapt(runner.task, answer)
    return grade(answer, runner)
