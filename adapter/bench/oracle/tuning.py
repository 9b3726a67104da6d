"""Oracle: what hyper-parameter tuning with Optuna must do, wherever the study is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapter.bench.oracle.names import agrees, find_names
from adapter.bench.oracle.output import expect_same, same_output
from adapter.bench.oracle.trial import OracleError, Trial
from adapter.sandbox.run import Execution

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# The best value and its parameters are printed at the end: within this many lines and two per parameter.
TAIL_LINES = 12
FINISHED = frozenset({"complete", "pruned"})


@dataclass(frozen=True, slots=True)
class Space:
    """What is expected of a suggestion: its range or choices hold `default`, and `holds` too.

    `log` is whether it must be on a log scale; None where both make sense. `spellings` are further names.
    """

    default: Any
    log: bool | None = None
    holds: Sequence[Any] = ()
    spellings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A study that the adapted program ran, and that run."""

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
    def best(self) -> Mapping[str, Any]:
        """The completed trial with the best value."""
        complete = [trial for trial in self.trials if trial["state"] == "complete"]
        sign = 1 if self.direction == "minimize" else -1
        return min(complete, key=lambda trial: sign * trial["values"][0])

    @property
    def best_value(self) -> float:
        """The best value."""
        return float(self.best["values"][0])

    def best_parameter(self, name: str, *spellings: str) -> Any:
        """The best value of a parameter, found by its name in any spelling.

        Raises:
            OracleError: it is not suggested.
        """
        return self.best["params"][self.name_of(name, *spellings)]

    def name_of(self, name: str, *spellings: str) -> str:
        """The name under which a parameter is suggested.

        Raises:
            OracleError: it is not suggested in the best trial.
        """
        suggested = self.best["params"]
        fitting = find_names([name, *spellings], suggested)
        if not fitting:
            known = ", ".join(suggested) or "none"
            raise OracleError(f"the study does not suggest {name}; suggested: {known}")
        return fitting[0]


def run_study(
    trial: Trial, number: int = 3, *arguments: str, constant: str = "", direction: str = ""
) -> Study:
    """Run the adapted program with `--trials NUMBER` and give its study.

    `arguments` stand before `--trials`; where `constant` names one, as in a notebook, its value in the
    program is set instead.

    Raises:
        OracleError: no study, several, the wrong number of finished trials, or the wrong direction.
    """
    if constant:
        execution = trial.run(*arguments, constants={constant: number})
    else:
        execution = trial.run(*arguments, "--trials", str(number))
    studies = [study for notes in trial.notes(execution, "optuna") for study in notes["studies"]]
    studies = [study for study in studies if study["trials"]]
    if len(studies) != 1:
        raise OracleError(f"the adapted program ran {len(studies)} Optuna studies with trials, not 1")
    study = Study(studies[0], execution)
    states = [item["state"] for item in study.trials]
    if len(states) != number or not FINISHED.issuperset(states):
        raise OracleError(f"{number} trials were asked for, the study has: {', '.join(states)}")
    if "complete" not in states:
        raise OracleError("every trial of the study was pruned")
    if direction and study.direction != direction:
        raise OracleError(f"the study must {direction} its value, it does {study.direction} it")
    return study


def suggests(study: Study, spaces: Mapping[str, Space]) -> None:
    """Every parameter is suggested, from a range or choices that hold its old value.

    Raises:
        OracleError: one is missing, does not hold its default, is on the wrong scale or never changes.
    """
    for name, space in spaces.items():
        suggested = study.name_of(name, *space.spellings)
        distribution = study.best["distributions"][suggested]
        for value in (space.default, *space.holds):
            if not holds(distribution, value):
                raise OracleError(f"the space of {name} does not hold {value!r}: {distribution}")
        if space.log is not None and "low" in distribution and bool(distribution["log"]) != space.log:
            scale = "a log" if space.log else "a linear"
            raise OracleError(f"the parameter {name} must be suggested on {scale} scale: {distribution}")
        if size_of(distribution) < 2:
            raise OracleError(f"the space of {name} holds a single value: {distribution}")
        for item in study.trials:
            if suggested in item["params"] and not holds(distribution, item["params"][suggested]):
                raise OracleError(f"a value of {name} lies outside its space: {item['params'][suggested]}")


def holds(distribution: Mapping[str, Any], value: Any) -> bool:
    """Whether a value lies in a distribution."""
    if "choices" in distribution:
        return any(_same(choice, value) for choice in distribution["choices"])
    low, high = float(distribution["low"]), float(distribution["high"])
    slack = 1e-9 * max(abs(low), abs(high))
    return low - slack <= float(value) <= high + slack


def size_of(distribution: Mapping[str, Any]) -> float:
    """How many values a distribution has."""
    if "choices" in distribution:
        return len(distribution["choices"])
    low, high, step = distribution["low"], distribution["high"], distribution.get("step")
    if low == high:
        return 1
    return math.inf if not step else (high - low) // step + 1


def really_used(
    trial: Trial,
    study: Study,
    rerun: Callable[[Study], Execution],
    pattern: str,
    *,
    best_of: Callable[[list[float]], float] | None = None,
    scale: float = 1.0,
) -> None:
    """The untouched program, run with the best parameters, reports the best value of the study.

    `rerun` runs it so; `pattern` has one group that finds the value in its output. The value of the study
    may be the last reported one, or with `best_of` (`min`, `max`) the best one. `scale` multiplies the
    study's value for comparison, such as 100 for a percentage; a study that kept the printed scale is fine.

    Raises:
        OracleError: the values differ: the parameters are not used, or the wrong value is returned.
    """
    texts = re.findall(pattern, rerun(study).stdout, re.MULTILINE)
    if not texts:
        raise ValueError(f"the untouched program prints nothing that matches {pattern!r}")
    accepted = [texts[-1]]
    if best_of:
        wanted = best_of([float(text) for text in texts])
        accepted.append(next(text for text in texts if float(text) == wanted))
    if not any(agrees(study.best_value, text, factor) for text in accepted for factor in {1.0, scale}):
        raise OracleError(
            f"with the best parameters {dict(study.best['params'])} the untouched program reports "
            f"{' or '.join(accepted)}, the study says {study.best_value:.6g}"
        )


def prints_best(study: Study, names: Sequence[str]) -> None:
    """The best value and the best value of each parameter are printed at the end of the run.

    Raises:
        OracleError: one of them is not.
    """
    lines = [line for line in study.execution.stdout.splitlines() if line.strip()]
    tail = "\n".join(lines[-(TAIL_LINES + 2 * len(names)) :])
    if not _says(tail, study.best_value):
        raise OracleError(f"the best value {study.best_value:.6g} is not printed at the end")
    for name in names:
        value = study.best_parameter(name)
        if not _says(tail, value):
            raise OracleError(f"the best {name}, {value!r}, is not printed at the end")


def plain_run(trial: Trial, *old_command_lines: Sequence[str], ignore: Sequence[str] = ()) -> None:
    """Without `--trials` nothing is tuned and the output is the old one, for old command lines too.

    Raises:
        OracleError: a study is run, or something else is printed.
    """
    same_output(trial, ignore=ignore)
    notes = trial.notes(trial.after, "optuna")
    if any(study["trials"] for item in notes for study in item["studies"]):
        raise OracleError("the plain run tunes, though nobody asked for trials")
    for arguments in old_command_lines:
        before, after = trial.run_before(*arguments), trial.run(*arguments)
        expect_same(before.stdout, after.stdout, f"the command line {' '.join(arguments)}", ignore)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=1e-9)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return list(left) == list(right)
    return bool(left == right) or str(left) == str(right)


def _says(text: str, value: Any) -> bool:
    """Whether a text holds a value: a number to at least three digits of it, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value) in text
    return any(_is_number(found, float(value)) for found in NUMBER.findall(text))


def _is_number(text: str, value: float) -> bool:
    if float(text) == value:
        return True
    digits = re.sub(r"[eE].*|[-+.]", "", text).lstrip("0")
    return len(digits) >= 3 and agrees(value, text)
