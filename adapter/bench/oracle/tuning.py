"""Oracle: what hyper-parameter tuning with Optuna must do, wherever the study is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from adapter.bench.oracle.names import agrees
from adapter.bench.oracle.output import expect_same
from adapter.bench.oracle.sayings import OPTUNA_LINE, names, numbers, says
from adapter.bench.oracle.spaces import Parameter, holds, match_names, same
from adapter.bench.oracle.trial import OracleError, Trial
from adapter.sandbox.run import Execution

# The best value and its parameters are printed at the end: within this many lines and two per parameter.
TAIL_LINES = 8
FINISHED = frozenset({"complete", "pruned"})
# The untouched program is run with so many parameter sets of the study at most.
RERUNS = 3


@dataclass(frozen=True, slots=True)
class Objective:
    """The value to be tuned: `direction` is minimize or maximize, `pattern` finds it where it is printed.

    The pattern's group finds one number per epoch, or the only one; both the last one and the best one do
    as the value of a trial. `result` finds the number that the program reports in the end, where that is
    another than the last one, and does instead of it. `pruned` asks for reports of the numbers to the trial.
    `percent` is whether the program prints per cent, so that the study may hold shares. `logged` is whether
    it says what it says through logging, on the error stream.
    """

    direction: str
    pattern: str
    result: str = ""
    pruned: bool = False
    percent: bool = False
    logged: bool = False

    def reported(self, execution: Execution) -> list[str]:
        """The numbers in what a run said, epoch by epoch, as they are printed."""
        return numbers(self.pattern, execution)

    def outcomes(self, execution: Execution) -> list[str]:
        """The numbers in what a run said that do as the value of the run."""
        texts = self.reported(execution)
        return [numbers(self.result, execution)[-1] if self.result else texts[-1], self.best(texts)]

    def best(self, texts: Sequence[str]) -> str:
        """The best of printed numbers."""
        return (min if self.direction == "minimize" else max)(texts, key=float)

    def agrees(self, value: float, text: str) -> bool:
        """Whether a value of the study is a printed number."""
        return agrees(value, text) or (self.percent and agrees(value, text, 100.0))


@dataclass(frozen=True, slots=True)
class Study:
    """A study that the adapted program ran, what each name in it means, and that run."""

    notes: Mapping[str, Any]
    execution: Execution

    @property
    def trials(self) -> list[Mapping[str, Any]]:
        """All trials, in order."""
        return list(self.notes["trials"])

    @property
    def direction(self) -> str:
        """`minimize` or `maximize`."""
        return str(self.notes["directions"][0])

    @property
    def complete(self) -> list[Mapping[str, Any]]:
        """The trials that came to their end, the best one first."""
        sign = 1 if self.direction == "minimize" else -1
        ended = [trial for trial in self.trials if trial["state"] == "complete"]
        return sorted(ended, key=lambda trial: sign * trial["values"][0])


def check_tuning(
    trial: Trial,
    parameters: Sequence[Parameter],
    objective: Objective,
    *,
    trials: int,
    constant: str = "",
    files: Sequence[str] = (),
) -> None:
    """The adapted program tunes what the untouched one reports, and is the same without being asked to.

    `trials` is how many are asked for, by `--trials` or by the `constant` of a notebook. `files` are those
    that the plain run must still write.

    Raises:
        OracleError: it does not; the message says what is wrong.
    """
    study = run_study(trial, trials, constant)
    if study.direction != objective.direction:
        raise OracleError(f"the study must {objective.direction} its value, it does {study.direction} it")
    meanings = suggestions(study, parameters)
    for chosen in telling_trials(study, meanings):
        really_used(trial, chosen, meanings, objective)
    if objective.pruned:
        pruning(study)
    prints_best(study)
    plain_run(trial, objective, files, constant)


def run_study(trial: Trial, number: int, constant: str = "") -> Study:
    """Run the adapted program so that it tunes, and give its study.

    Raises:
        OracleError: no study, several, or the wrong number of finished trials.
    """
    if constant:
        execution = trial.run(*trial.task.arguments, constants={constant: number})
    else:
        execution = trial.run(*trial.task.arguments, "--trials", str(number))
    studies = ran_studies(trial, execution)
    if len(studies) != 1:
        raise OracleError(f"the adapted program ran {len(studies)} Optuna studies with trials, not 1")
    study = Study(studies[0], execution)
    states = [item["state"] for item in study.trials]
    if len(states) != number or not FINISHED.issuperset(states):
        raise OracleError(f"{number} trials were asked for, the study has: {', '.join(states)}")
    if not study.complete:
        raise OracleError("every trial of the study was pruned")
    return study


def ran_studies(trial: Trial, execution: Execution) -> list[Mapping[str, Any]]:
    """The studies with trials that a run left."""
    studies = [study for notes in trial.notes(execution, "optuna") for study in notes["studies"]]
    return [study for study in studies if study["trials"]]


def suggestions(study: Study, parameters: Sequence[Parameter]) -> dict[str, Parameter]:
    """Which parameter each suggested name means; every one comes from one sensible space in all trials.

    Raises:
        OracleError: a parameter is missing, its space makes no sense or changes from trial to trial.
    """
    spaces: dict[str, Mapping[str, Any]] = {}
    for item in study.trials:
        for name, distribution in item["distributions"].items():
            if spaces.setdefault(name, distribution) != distribution:
                changes = f"{spaces[name]}, then {distribution}"
                raise OracleError(f"the space of {name} changes from trial to trial: {changes}")
            if not holds(distribution, item["params"][name]):
                raise OracleError(f"a value of {name} lies outside its space: {item['params'][name]}")
    meanings = match_names(parameters, spaces)
    for name, parameter in meanings.items():
        problem = parameter.problem(spaces[name])
        if problem:
            raise OracleError(f"the space of {name} {problem}: {spaces[name]}")
    return meanings


def telling_trials(study: Study, meanings: Mapping[str, Parameter]) -> list[Mapping[str, Any]]:
    """The best trial, and others until each parameter has had another value than the present one in some."""
    chosen: list[Mapping[str, Any]] = []
    silent = set(meanings)
    for item in study.complete:
        told = {name for name in silent if not same(item["params"].get(name), meanings[name].default)}
        if told or not chosen:
            chosen.append(item)
            silent -= told
    return chosen[:RERUNS]


def really_used(
    trial: Trial, chosen: Mapping[str, Any], meanings: Mapping[str, Parameter], objective: Objective
) -> None:
    """The untouched program, given the parameters of a trial, reports the value of that trial.

    Raises:
        OracleError: it reports another one: the parameters are not used, or the wrong value is returned.
    """
    arguments = list(trial.task.arguments)
    replace: dict[str, str] = {}
    for name, value in chosen["params"].items():
        arguments += meanings[name].arguments(value)
        replace |= meanings[name].replacement(value)
    execution = trial.run_before(*arguments, replace=replace)
    texts = objective.reported(execution)
    value = chosen["values"][0]
    if not any(objective.agrees(value, text) for text in objective.outcomes(execution)):
        raise OracleError(
            f"with the parameters of trial {chosen['number']}, {dict(chosen['params'])}, the untouched "
            f"program reports {', '.join(texts)}, the study says {value:.6g}"
        )
    if objective.pruned:
        reports_agree(chosen, texts, objective)


def reports_agree(chosen: Mapping[str, Any], texts: Sequence[str], objective: Objective) -> None:
    """What a trial was told epoch by epoch is what the untouched program reports, or the best or mean so far.

    Raises:
        OracleError: it was told something else, or not once per epoch.
    """
    told = [value for _, value in sorted(chosen["intermediate"].items(), key=lambda item: int(item[0]))]
    so_far = list(accumulate(texts, lambda best, text: objective.best([best, text])))
    if len(told) != len(texts):
        raise OracleError(f"the program has {len(texts)} epochs, the trial was told {len(told)} values")
    for wanted in (texts, so_far):
        if all(objective.agrees(value, text) for value, text in zip(told, wanted, strict=True)):
            return
    raise OracleError(f"the trial was told {told}, the untouched program reports {', '.join(texts)}")


def pruning(study: Study) -> None:
    """Every trial asks whether to give up, and gives up when told so.

    Raises:
        OracleError: one does not.
    """
    for item in study.trials:
        if not item["intermediate"] or not item["asked"]:
            raise OracleError(f"trial {item['number']} reports nothing or never asks whether to give up")
        if item["told_to_stop"] and item["state"] != "pruned":
            raise OracleError(f"trial {item['number']} was told to give up and went on")


def prints_best(study: Study) -> None:
    """The best value and the best value of each parameter are printed at the end of the run.

    Raises:
        OracleError: one of them is not.
    """
    best = study.complete[0]
    length = TAIL_LINES + 2 * len(best["params"])
    streams = (study.execution.stdout, OPTUNA_LINE.sub("", study.execution.stderr))
    lines = [[line for line in stream.splitlines() if line.strip()][-length:] for stream in streams]
    tail = "\n".join(line for stream in lines for line in stream)
    if not says(tail, best["values"][0]):
        raise OracleError(f"the best value {best['values'][0]:.6g} is not printed at the end")
    for name, value in best["params"].items():
        if not says(tail, value) or not names(tail, name):
            raise OracleError(f"the best {name}, {value!r}, is not printed at the end")


def plain_run(trial: Trial, objective: Objective, files: Sequence[str] = (), constant: str = "") -> None:
    """Without trials nothing is tuned, and the program says and writes what it did before.

    Raises:
        OracleError: a study is run, something else is printed, or a file is not written.
    """
    runs = {"the plain run": trial.after}
    if not constant:
        runs["the run with --trials 0"] = trial.run(*trial.task.arguments, "--trials", "0")
    for what, execution in runs.items():
        expect_same(trial.before.stdout, execution.stdout, what)
        if objective.logged:
            expect_same(trial.before.stderr, execution.stderr, what)
        if ran_studies(trial, execution):
            raise OracleError(f"{what} tunes, though nobody asked for trials")
        for name in files:
            if not (execution.project / name).is_file():
                raise OracleError(f"{what} no longer writes {name}")
