"""Examples: collected from the records of runs and from references that pass their oracle now."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from adapter.bench.answers import put_reference
from adapter.bench.examples.example import Example, WithoutLicenceError, example_of
from adapter.bench.experiment import PROGRAM
from adapter.bench.grading import grade
from adapter.bench.oracle.trial import Runner
from adapter.bench.perturbing.checking import Wanted
from adapter.bench.perturbing.program import NotApplicableError
from adapter.bench.perturbing.variants import variant_of
from adapter.bench.tasks import Task, TaskError
from adapter.bench.trials import TrialLog


@dataclass(frozen=True, slots=True)
class Collector:
    """Makes examples; `left_out` counts what made none, by the reason."""

    licence: str = ""
    left_out: Counter[str] = field(default_factory=Counter)

    def from_runs(
        self, runs: Iterable[Path], tasks: Mapping[str, Task], arms: Sequence[str]
    ) -> Iterator[Example]:
        """The answers of these arms that passed their oracle when the run graded them.

        Raises:
            TaskError: a folder holds no run.
        """
        for folder in runs:
            log = TrialLog(folder)
            if not log.path.exists():
                raise TaskError(f"{folder}: there is no run here (no trials.jsonl)")
            for record in log.read():
                program = folder / "answers" / record.id / PROGRAM
                if record.cell.arm not in arms or not record.passed:
                    self.left_out["not right, or of another arm"] += 1
                elif record.task not in tasks:
                    self.left_out["the task is not there any more"] += 1
                elif not program.is_dir():
                    self.left_out["the answer is not kept"] += 1
                else:
                    yield from self._made(tasks[record.task], program, record.cell.label)

    def from_references(self, tasks: Sequence[Task], wanted: Wanted | None, jobs: int) -> Iterator[Example]:
        """The references that pass their oracle, and with `wanted` those of variants too."""
        with ThreadPoolExecutor(jobs) as pool:
            for examples in pool.map(lambda task: [*self._of_task(task, wanted)], tasks):
                yield from examples

    def _of_task(self, task: Task, wanted: Wanted | None) -> Iterator[Example]:
        with tempfile.TemporaryDirectory(prefix="adapter-bench-") as folder:
            place = Path(folder)
            yield from self._of_reference(task, place / "original", "reference")
            for perturbation in wanted.perturbations if wanted else ():
                assert wanted is not None
                try:
                    variant = variant_of(task, perturbation, wanted.seed, place / perturbation)
                except NotApplicableError:
                    self.left_out["the variant cannot be made"] += 1
                    continue
                yield from self._of_reference(
                    variant, place / f"{perturbation}-run", f"reference, {perturbation}"
                )

    def _of_reference(self, task: Task, place: Path, made_by: str) -> Iterator[Example]:
        reference = put_reference(task, place / "reference")
        try:
            verdict = grade(reference, Runner(task, place / "runs"))
        except TaskError as error:
            self.left_out[str(error)] += 1
            return
        if verdict.passed:
            yield from self._made(task, reference, made_by)
        else:
            self.left_out["the oracle refuses the reference"] += 1

    def _made(self, task: Task, after: Path, made_by: str) -> Iterator[Example]:
        with tempfile.TemporaryDirectory(prefix="adapter-bench-") as place:
            try:
                yield example_of(task, after, made_by, self.licence, Path(place) / "before")
            except WithoutLicenceError:
                self.left_out["the licence is not known: add licence: to task.yaml, or give --licence"] += 1
