"""tests/bench: probes note what a library did and leave the program as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.bench.oracle import OracleError, Trial, optimisation, tuning
from adapter.bench.oracle.trial import Runner
from adapter.bench.tasks import Task

TUNED = """
import argparse, sys
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--trials", type=int, default=0)
args = parser.parse_args()

def train(lr):
    value = (lr - 0.03) ** 2
    print(f"value {value:.6f}")
    return value

if args.trials:
    import optuna
    study = optuna.create_study(direction="minimize")
    study.optimize(lambda trial: train(trial.suggest_float("lr", 0.001, 1.0, log=True)), n_trials=args.trials)
    print("best", study.best_value, study.best_params)
else:
    train(args.lr)
"""
UNTOUCHED = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
args = parser.parse_args()
print(f"value {(args.lr - 0.03) ** 2:.6f}")
"""


@pytest.fixture
def tuned(make_task: Callable[..., Task], tmp_path: Path) -> Callable[[str], Trial]:
    """A trial of an adapted program."""
    pytest.importorskip("optuna")
    runner = Runner(make_task(before_py=UNTOUCHED), tmp_path / "work")

    def make(text: str) -> Trial:
        answer = tmp_path / "answer"
        answer.mkdir(exist_ok=True)
        (answer / "train.py").write_text(text)
        return Trial(answer, runner)

    return make


def check(trial: Trial) -> None:
    study = tuning.run_study(trial, 3, direction="minimize")
    tuning.suggests(study, {"lr": tuning.Space(0.1, log=True)})
    tuning.really_used(
        trial, study, lambda s: trial.run_before("--lr", str(s.best_parameter("lr"))), r"^value ([\d.]+)"
    )
    tuning.prints_best(study, ["lr"])
    tuning.plain_run(trial, ["--lr", "0.5"])


def test_a_tuned_program_passes(tuned: Callable[[str], Trial]) -> None:
    check(tuned(TUNED))


WRONG = {
    "suggestion not used": ("train(trial.suggest_", "train(0.5 * trial.suggest_", "with the best parameters"),
    "linear scale": (", log=True", "", "a log scale"),
    "range without the default": ("0.001, 1.0", "0.2, 1.0", "does not hold 0.1"),
    "wrong direction": ('direction="minimize"', 'direction="maximize"', "must minimize"),
    "one trial too few": ("n_trials=args.trials", "n_trials=args.trials - 1", "3 trials were asked for"),
    "best value not printed": ("study.best_value, ", "", "best value .* is not printed"),
    "tunes always": (
        "if args.trials:",
        "args.trials = args.trials or 2\nif args.trials:",
        "prints something",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_wrong_tuning_is_refused(old: str, new: str, said: str, tuned: Callable[[str], Trial]) -> None:
    assert old in TUNED
    with pytest.raises(OracleError, match=said):
        check(tuned(TUNED.replace(old, new)))


def test_a_program_without_probed_libraries_notes_nothing(
    make_task: Callable[..., Task], tmp_path: Path
) -> None:
    runner = Runner(make_task(), tmp_path / "work")
    done = runner.run(runner.untouched, [])
    assert done.stdout == "word\n"
    assert done.stderr == ""
    assert list((done.workdir / "notes").iterdir()) == []


OPTIMISED = """
import nncf
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(8, 16)
        self.last = torch.nn.Linear(16, 4)

    def forward(self, x):
        return self.last(torch.relu(self.first(x)))


torch.manual_seed(0)
batches = [torch.randn(16, 8) for _ in range(4)]
model = Net().eval()
print("word")
model = nncf.quantize(model, nncf.Dataset(batches))
torch.save(model.state_dict(), "small.pt")
"""


def test_a_quantised_model_is_noted(make_task: Callable[..., Task], tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    answer = tmp_path / "answer"
    answer.mkdir()
    (answer / "train.py").write_text(OPTIMISED)
    trial = Trial(answer, Runner(make_task("nncf"), tmp_path / "work"))
    model = optimisation.optimised(trial, "quantise")
    optimisation.close_to_original(model, 0.1)
    with pytest.raises(OracleError, match="differ by"):
        optimisation.close_to_original(model, 1e-6)
    with pytest.raises(OracleError, match="was not asked to prune"):
        optimisation.optimised(trial, "prune")
    with pytest.raises(OracleError, match="not trained"):
        optimisation.trained_after(model)
    assert optimisation.saved(trial, "quantise").name == "small.pt"
