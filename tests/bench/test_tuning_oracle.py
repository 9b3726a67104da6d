"""tests/bench: a tuned program passes, wrong ones are refused for what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.bench.oracle import OracleError, Trial
from adapter.bench.oracle.spaces import rate, size
from adapter.bench.oracle.trial import Runner
from adapter.bench.oracle.tuning import Objective, check_tuning, ran_studies, run_study
from adapter.bench.tasks import Task

UNTOUCHED = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
WIDTH = 8


def train(args, width):
    for epoch in range(4):
        value = (args.lr - 0.03) ** 2 + width / (100 + epoch)
        print(f"epoch {epoch} loss {value / 2:.6f} value {value:.6f}")


train(parser.parse_args(), WIDTH)
"""
TUNED = """
import argparse

import optuna

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--trials", type=int, default=0)
WIDTH = 8


def train(args, width, trial=None):
    for epoch in range(4):
        value = (args.lr - 0.03) ** 2 + width / (100 + epoch)
        print(f"epoch {epoch} loss {value / 2:.6f} value {value:.6f}")
        if trial is not None:
            trial.report(value, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()
    return value


def objective(trial):
    args.lr = trial.suggest_float("lr", 0.01, 1.0, log=True)
    width = trial.suggest_categorical("width", [2, 4, 8, 16, 32])
    return train(args, width, trial)


args = parser.parse_args()
if args.trials:
    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=args.trials)
    print("best", study.best_value)
    print(study.best_params)
else:
    train(args, WIDTH)
"""
PARAMETERS = (rate("lr", 0.1, option="--lr"), size("width", 8, place="WIDTH = <8>"))


@pytest.fixture
def tuned(make_task: Callable[..., Task], tmp_path: Path) -> Callable[[str], Trial]:
    """A trial of an adapted program."""
    pytest.importorskip("optuna")
    runner = Runner(make_task("optuna", before_py=UNTOUCHED), tmp_path / "work")

    def make(text: str) -> Trial:
        answer = tmp_path / "answer"
        answer.mkdir(exist_ok=True)
        (answer / "train.py").write_text(text)
        return Trial(answer, runner)

    return make


def check(trial: Trial) -> None:
    check_tuning(trial, PARAMETERS, Objective("minimize", r"value (\S+)", pruned=True), trials=8)


def test_a_tuned_program_passes(tuned: Callable[[str], Trial]) -> None:
    check(tuned(TUNED))


def test_draws_are_repeated_and_answers_of_the_pruner_noted(tuned: Callable[[str], Trial]) -> None:
    trial = tuned(TUNED)
    first, second = run_study(trial, 8), run_study(trial, 8)
    assert [item["params"] for item in first.trials] == [item["params"] for item in second.trials]
    assert len({item["params"]["lr"] for item in first.trials}) == 8
    assert all(item["asked"] for item in first.trials)
    assert any(item["told_to_stop"] for item in first.trials)
    assert ran_studies(trial, trial.after) == []


WRONG = {
    "suggestion not used": ("width, trial)", "WIDTH, trial)", "the study says"),
    "another value is the objective": ("return value", "return value / 2", "the study says"),
    "another value is reported": ("report(value,", "report(value / 2,", "the trial was told"),
    "reported once": ("            trial.report", "            epoch or trial.report", "was told 1 values"),
    "pruner not asked": ("if trial.should_prune()", "if False", "never asks"),
    "pruner not obeyed": ("raise optuna.TrialPruned()", "pass", "was told to give up"),
    "linear scale": (", log=True", "", "log scale"),
    "range without the default": ("0.01, 1.0", "0.2, 1.0", "does not hold the present value 0.1"),
    "drifting range": ('"lr", 0.01, 1.0', '"lr", args.lr / 10, args.lr * 10', "changes from trial to trial"),
    "wrong direction": ('direction="minimize"', 'direction="maximize"', "must minimize"),
    "one trial too few": ("n_trials=args.trials", "n_trials=args.trials - 1", "8 trials were asked for"),
    "best value not printed": ('print("best", study.best_value)', "pass", "best value .* is not printed"),
    "best parameters not printed": ("print(study.best_params)", "pass", "best lr, .* is not printed"),
    "tunes always": (
        "if args.trials:",
        "args.trials = args.trials or 6\nif args.trials:",
        "prints something else",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_wrong_tuning_is_refused(old: str, new: str, said: str, tuned: Callable[[str], Trial]) -> None:
    assert old in TUNED
    with pytest.raises(OracleError, match=said):
        check(tuned(TUNED.replace(old, new)))
