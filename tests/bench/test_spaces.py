"""tests/bench: which spaces of a hyper-parameter make sense."""

from __future__ import annotations

from typing import Any

import pytest

from adapter.bench.oracle import OracleError
from adapter.bench.oracle.spaces import (
    Parameter,
    choice,
    count,
    fraction,
    match_names,
    penalty,
    rate,
    share,
    size,
)

RATE = rate("lr", 0.01)
SIZE = size("hidden", 32)
LAYERS = count("layers", 2)
DROPOUT = fraction("dropout", 0.1)
SUBSAMPLE = share("subsample", 0.8)
L1 = penalty("l1", 0.0)
CELL = choice("cell", "gru", choices=("gru", "lstm"))
FLAG = choice("nesterov", False, choices=(False, True))


def numbers(low: float, high: float, *, log: bool = False, step: float | None = None) -> dict[str, Any]:
    whole = isinstance(low, int)
    return {"low": low, "high": high, "log": log, "step": (step or 1) if whole else step}


def choices(*values: object) -> dict[str, Any]:
    return {"choices": list(values)}


SENSIBLE = [
    (RATE, numbers(0.001, 0.1, log=True)),
    (RATE, choices(0.001, 0.01, 0.1)),
    (SIZE, numbers(8, 128, log=True)),
    (SIZE, numbers(16, 128, step=16)),
    (SIZE, choices(16, 32, 64)),
    (LAYERS, numbers(1, 4)),
    (LAYERS, choices(1, 2, 3)),
    (DROPOUT, numbers(0.0, 0.5)),
    (DROPOUT, numbers(0.01, 0.9, log=True)),
    (SUBSAMPLE, numbers(0.5, 1.0)),
    (L1, numbers(0.0, 5.0)),
    (CELL, choices("lstm", "gru")),
    (FLAG, choices(True, False)),
    (choice("kernel", "rbf"), choices("rbf", "linear")),
]
SENSELESS = [
    (RATE, numbers(0.001, 0.1), "not on a log scale"),
    (RATE, numbers(0.02, 0.1, log=True), "does not hold"),
    (RATE, numbers(0.001, 50.0, log=True), "far from"),
    (RATE, numbers(0.01, 0.01, log=True), "single value"),
    (RATE, choices(0.009, 0.01, 0.011), "too narrow"),
    (rate("eta", 0.3, high=1.0), numbers(0.03, 3.0, log=True), "make no sense"),
    (SIZE, numbers(16, 64), "neither powers of two"),
    (SIZE, choices(31, 32, 33), "too narrow"),
    (SIZE, choices(16.0, 32.0, 64.0), "not whole"),
    (SIZE, choices("16", 32, 64), "something else than numbers"),
    (LAYERS, numbers(0, 4), "not positive"),
    (LAYERS, numbers(1.0, 4.0), "not whole"),
    (DROPOUT, numbers(0.0, 1.0), "make no sense"),
    (DROPOUT, numbers(-0.1, 0.5), "negative"),
    (L1, numbers(0.1, 5.0), "does not hold"),
    (CELL, choices("gru", "rnn", "lstm"), "offers rnn"),
    (CELL, choices("gru", "gru"), "leaves out lstm"),
    (FLAG, choices(0, 1), "does not hold"),
]


@pytest.mark.parametrize(("parameter", "distribution"), SENSIBLE)
def test_sensible_spaces(parameter: Parameter, distribution: dict[str, Any]) -> None:
    assert parameter.problem(distribution) == ""


@pytest.mark.parametrize(("parameter", "distribution", "said"), SENSELESS)
def test_senseless_spaces(parameter: Parameter, distribution: dict[str, Any], said: str) -> None:
    assert said in parameter.problem(distribution)


def test_names_in_any_spelling() -> None:
    momentum = fraction("momentum", 0.9, required=False)
    assert match_names([RATE, SIZE, momentum], ["HIDDEN", "learning-rate"]) == {
        "learning-rate": RATE,
        "HIDDEN": SIZE,
    }


@pytest.mark.parametrize(("suggested", "said"), [(["lr"], "hidden"), (["lr", "hidden", "seed"], "seed")])
def test_names_that_are_missing_or_not_to_be_tuned(suggested: list[str], said: str) -> None:
    with pytest.raises(OracleError, match=said):
        match_names([RATE, SIZE], suggested)


def test_the_untouched_program_is_given_values() -> None:
    assert rate("lr", 0.01, option="--lr").arguments(0.5) == ["--lr=0.5"]
    assert choice("nesterov", False, option="--nesterov").arguments(True) == ["--nesterov"]
    assert choice("nesterov", False, option="--nesterov").arguments(False) == []
    assert rate("lr", 0.003, place="lr: float = <3e-3>").replacement(0.5) == {
        "lr: float = 3e-3": "lr: float = 0.5"
    }
    assert choice("cell", "gru", place='cell=<"gru">)').replacement("lstm") == {'cell="gru")': "cell='lstm')"}
