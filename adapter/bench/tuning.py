"""Bench: Optuna chooses the settings of an arm on a part of the tasks; the rest is not touched."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapter.bench.ablation import Ablation, Cell
from adapter.bench.experiment import run_ablation
from adapter.bench.halves import is_held_out
from adapter.bench.tasks import Task
from adapter.bench.trials import Record

if TYPE_CHECKING:
    from optuna import Study, Trial

STORAGE = "tuning.log"
SETTINGS = ("model", "docs", "manual", "documents", "temperature", "fallback", "prompt")


class TuningError(Exception):
    """There is nothing to tune, or Optuna is missing; the message says why and what to do."""


@dataclass(frozen=True)
class Tuning:
    """What is tuned: the settings that differ between the cells of an ablation with one arm.

    `held_out` is the share of source programs that stays out of it.
    """

    ablation: Ablation
    held_out: float
    seed: int

    @cached_property
    def development(self) -> tuple[Task, ...]:
        """The tasks that settings are chosen on."""
        return tuple(task for task in self.ablation.tasks if not self._is_out(task))

    @cached_property
    def untouched(self) -> tuple[Task, ...]:
        """The tasks that are left for measuring what was chosen."""
        return tuple(task for task in self.ablation.tasks if self._is_out(task))

    @property
    def axes(self) -> dict[str, list[str | int | float]]:
        """The settings with more than one value, each with its values in the order of the file."""
        values = {
            name: list(dict.fromkeys(getattr(cell, name) for cell in self.ablation.cells))
            for name in SETTINGS
        }
        del values["manual"]
        return {name: found for name, found in values.items() if len(found) > 1}

    @property
    def combinations(self) -> int:
        """How many different settings there are."""
        return prod(len(values) for values in self.axes.values())

    def check(self) -> None:
        """Refuse what cannot be tuned.

        Raises:
            TuningError: several arms, no setting with several values, no task on one of the sides.
        """
        arms = {cell.arm for cell in self.ablation.cells}
        if len(arms) > 1 or arms == {"rules"}:
            raise TuningError("one arm with a model is tuned at a time; leave one in the file")
        if not self.axes:
            raise TuningError("every setting has one value; give a list of values for what is to be chosen")
        if not self.development or not self.untouched:
            raise TuningError(
                f"of {len(self.ablation.tasks)} tasks {len(self.untouched)} are held out; choose more tasks, "
                "or another --held-out or --seed"
            )

    def cell_of(self, chosen: dict[str, Any]) -> Cell:
        """The cell with these settings; what is not among them has the one value of the file."""
        manuals = [cell.manual for cell in self.ablation.cells if cell.manual]
        docs = chosen.get("docs", self.ablation.cells[0].docs)
        manual = manuals[0] if docs == "manual" and manuals else ""
        return replace(self.ablation.cells[0], manual=manual, **chosen)

    def on_development(self, cells: Sequence[Cell]) -> Ablation:
        """An ablation of cells on the development tasks."""
        return replace(self.ablation, cells=tuple(cells), tasks=self.development)

    def _is_out(self, task: Task) -> bool:
        return is_held_out(task.name, self.held_out, self.seed)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What settings came to on the development tasks; the better attempt is the greater one by `rank`."""

    cell: Cell
    passed: int
    trials: int
    calls: int
    tokens: int

    @property
    def rate(self) -> float:
        """The share of right answers."""
        return self.passed / self.trials

    @property
    def rank(self) -> tuple[float, int, int]:
        """First the share of right answers, then fewer calls, then fewer tokens."""
        return self.rate, -self.calls, -self.tokens


def tune(tuning: Tuning, folder: Path, trials: int, jobs: int) -> Iterator[Attempt]:
    """Try settings until the study has this many trials, or has seen all; what was tried before comes first.

    The study is kept in the folder, and so is every answer: after a kill it goes on where it was.

    Raises:
        TuningError: Optuna is not installed, or the study in the folder is about other settings.
        SetupFailedError: the arm cannot work at all.
    """
    tuning.check()
    study = _study(tuning, folder, trials)
    from optuna.trial import TrialState

    for trial in study.get_trials(deepcopy=False):
        if trial.state is TrialState.RUNNING:  # left by a kill: the same settings are tried again
            study.enqueue_trial(trial.params)
            study.tell(trial.number, state=TrialState.FAIL)
    done = [trial for trial in study.get_trials(deepcopy=False) if trial.state is TrialState.COMPLETE]
    for trial in done:
        yield _attempt(tuning, trial.params, folder, jobs)
    attempts: list[Attempt] = []

    def objective(trial: Trial) -> float:
        attempts.append(_attempt(tuning, _suggested(trial, tuning), folder, jobs))
        return attempts[-1].rate

    for _ in range(min(trials, tuning.combinations) - len(done)):
        study.optimize(objective, n_trials=1)
        yield attempts[-1]


def _study(tuning: Tuning, folder: Path, trials: int) -> Study:
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError as error:
        raise TuningError("Optuna is not installed; pip install 'mlops-adapter[bench]'") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    sampler: optuna.samplers.BaseSampler
    if trials >= tuning.combinations:
        with warnings.catch_warnings():
            # The only sampler that goes through a grid and knows of trials that are tried again.
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.BruteForceSampler(seed=tuning.seed)
    else:
        sampler = optuna.samplers.TPESampler(seed=tuning.seed, n_startup_trials=max(2, trials // 2))
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(folder / STORAGE))),
        study_name=tuning.ablation.name,
        direction="maximize",
        sampler=sampler,
        load_if_exists=True,
    )
    about = {
        "axes": tuning.axes,
        "tasks": [task.name for task in tuning.development],
        "samples": tuning.ablation.samples,
    }
    if study.user_attrs.get("about", about) != about:
        raise TuningError(f"{folder} holds a study of other settings or tasks; give another --output")
    study.set_user_attr("about", about)
    return study


def _suggested(trial: Trial, tuning: Tuning) -> dict[str, Any]:
    return {name: trial.suggest_categorical(name, values) for name, values in tuning.axes.items()}


def _attempt(tuning: Tuning, chosen: dict[str, Any], folder: Path, jobs: int) -> Attempt:
    """Answer and grade the development tasks; answers that are in the folder already are not asked again."""
    cell = tuning.cell_of(chosen)
    records: list[Record] = [
        record for record, _known in run_ablation(tuning.on_development([cell]), folder, jobs)
    ]
    return Attempt(
        cell,
        passed=sum(record.passed for record in records),
        trials=len(records),
        calls=sum(record.calls for record in records),
        tokens=sum(record.prompt_tokens + record.completion_tokens for record in records),
    )
