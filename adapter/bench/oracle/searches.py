"""Oracle: what a search that was moved to another library must still do."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapter.bench.oracle.trial import OracleError, Trial

# Where the programs of these tasks write what each trial was called with, one JSON object a line.
LOG = "tried.jsonl"


@dataclass(frozen=True, slots=True)
class Range:
    """A number that a trial draws: its bounds, scale and step."""

    low: float
    high: float
    log: bool = False
    step: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """One of a few values; with `by_position` the study may hold positions in their place."""

    values: tuple[Any, ...]
    by_position: bool = True


@dataclass(frozen=True, slots=True)
class Expected:
    """The search that is wanted: each name with what it draws from, direction, and number of trials.

    `best` is the value of the optimum with the distance that a search of that length may stay away.
    `notes` are names of what a trial must keep beside its value.
    """

    space: Mapping[str, Range | Choices]
    direction: str
    trials: int
    best: tuple[float, float]
    notes: frozenset[str] = field(default_factory=frozenset)


def check_study(trial: Trial, wanted: Expected, gone: str) -> Mapping[str, Any]:
    """The adapted program runs one Optuna study that is the wanted search, without the library `gone`.

    Raises:
        OracleError: it does not; the message says what is wrong.
    """
    (study,) = check_studies(trial, [wanted], gone)
    return study


def check_studies(trial: Trial, wanted: Sequence[Expected], gone: str) -> list[Mapping[str, Any]]:
    """The adapted program runs these Optuna studies, in this order, without the name `gone`.

    Raises:
        OracleError: it does not; the message says what is wrong.
    """
    refuse_import(trial, gone)
    found = [study for note in trial.notes(trial.after, "optuna") for study in note["studies"]]
    if len(found) != len(wanted):
        raise OracleError(f"the program runs {len(found)} studies, wanted are {len(wanted)}")
    for study, expected in zip(found, wanted, strict=True):
        _same_study(study, expected)
    return found


def _same_study(study: Mapping[str, Any], wanted: Expected) -> None:
    if study["directions"] != [wanted.direction]:
        raise OracleError(f"the study must {wanted.direction} its value, it does {study['directions']}")
    if len(study["trials"]) != wanted.trials:
        raise OracleError(f"the study has {len(study['trials'])} trials, wanted are {wanted.trials}")
    drawn = {name: each for one in study["trials"] for name, each in one["distributions"].items()}
    if set(drawn) != set(wanted.space):
        raise OracleError(f"the study draws {sorted(drawn)}, wanted is {sorted(wanted.space)}")
    for name, expected in wanted.space.items():
        _same_distribution(name, drawn[name], expected)
    _good_enough(study, wanted)


def refuse_import(trial: Trial, library: str) -> None:
    """The adapted program does not import a library, or a name, any more.

    Raises:
        OracleError: it imports it.
    """
    for path in sorted(trial.answer.rglob("*.py")):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.replace(",", " ").split()
            if words[:1] in (["import"], ["from"]) and any(w.split(".")[0] == library for w in words[1:]):
                raise OracleError(f"{path.name} still imports {library}: {line.strip()!r}")


def _same_distribution(name: str, found: Mapping[str, Any], wanted: Range | Choices) -> None:
    if isinstance(wanted, Choices):
        numbers = list(range(len(wanted.values)))
        fitting = [list(wanted.values)] + ([numbers] if wanted.by_position else [])
        if found["kind"] == "CategoricalDistribution" and list(found["choices"]) in fitting:
            return
        if found["kind"] == "IntDistribution" and (found["low"], found["high"]) == (0, len(numbers) - 1):
            return
        raise OracleError(f"{name} must be one of {list(wanted.values)}, the study has {dict(found)}")
    kind = "IntDistribution" if wanted.whole else "FloatDistribution"
    step = wanted.step if wanted.step is not None else (1 if wanted.whole else None)
    same = (
        found["kind"] == kind
        and math.isclose(found["low"], wanted.low, rel_tol=1e-9, abs_tol=1e-12)
        and math.isclose(found["high"], wanted.high, rel_tol=1e-9, abs_tol=1e-12)
        and found["log"] == wanted.log
        and found["step"] == step
    )
    if not same:
        raise OracleError(f"{name} must be drawn from {wanted}, the study has {dict(found)}")


def _good_enough(study: Mapping[str, Any], wanted: Expected) -> None:
    ended = [one for one in study["trials"] if one["state"] == "complete"]
    values = [one["values"][0] for one in ended]
    if not values:
        raise OracleError("no trial came to its end")
    best = (min if wanted.direction == "minimize" else max)(values)
    if abs(best - wanted.best[0]) > wanted.best[1]:
        raise OracleError(f"the best value is {best}, wanted is {wanted.best[0]} within {wanted.best[1]}")
    for name in sorted(wanted.notes):
        if not all(name in one["user_attrs"] for one in ended):
            raise OracleError(f"the trials do not keep {name}")


def tried(trial: Trial) -> list[dict[str, Any]]:
    """What each trial of the adapted program was called with, as the program wrote it down.

    Raises:
        OracleError: it wrote nothing.
    """
    path = trial.after.project / LOG
    if not path.is_file():
        raise OracleError(f"the program wrote no {LOG}")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def holds_for_all(
    rows: Iterable[Mapping[str, Any]], what: str, test: Callable[[Mapping[str, Any]], bool]
) -> None:
    """Something is true of what every trial was called with.

    Raises:
        OracleError: it is not; the message shows a trial.
    """
    for row in rows:
        if not test(row):
            raise OracleError(f"{what}; a trial had {dict(row)}")


def last_json(trial: Trial) -> Any:
    """What the last line that the adapted program prints says as JSON.

    Raises:
        OracleError: it is no JSON.
    """
    lines = trial.after.stdout.strip().splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        raise OracleError("the last line that is printed must stay the JSON that it was") from error
