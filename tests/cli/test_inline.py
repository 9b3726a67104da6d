"""`adapter inline`: what each option changes in the diff that it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapter.cli.app import app

LOOP = """\
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    args = parser.parse_args()
    x = torch.randn(32, 2)
    loader = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=8)
    net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=args.lr)
    for epoch in range(3):
        for inputs, targets in loader:
            loss = nn.functional.mse_loss(net(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch} loss {loss.item():.4f} fitness {1 / loss.item():.4f}")
    torch.save(net.state_dict(), "net.pt")


if __name__ == "__main__":
    main()
"""
FOLDS = """\
from sklearn.datasets import load_iris
from sklearn.model_selection import KFold
from sklearn.svm import SVC

X, y = load_iris(return_X_y=True)
for fold, (train, test) in enumerate(KFold(3).split(X)):
    model = SVC()
    model.fit(X[train], y[train])
    accuracy = model.score(X[test], y[test])
    print(f"fold {fold}: accuracy {accuracy:.3f}")
"""


def inline(folder: Path, text: str, *arguments: str) -> Result:
    """The result of the command on a script of this text."""
    (folder / "train.py").write_text(text)
    recipe, *options = arguments
    return CliRunner().invoke(app, ["inline", recipe, str(folder / "train.py"), *options])


@pytest.mark.parametrize(
    ("text", "arguments", "written", "unwritten"),
    [
        (LOOP, "tracking --experiment shapes", 'mlflow.set_experiment("shapes")', 'set_experiment("train")'),
        (LOOP, "tracking --name first", 'mlflow.start_run(run_name="first")', "start_run()"),
        (
            LOOP,
            "tracking --metric fitness",
            'mlflow.log_metric("fitness", 1 / loss.item(), step=epoch)',
            '"loss"',
        ),
        (
            FOLDS,
            "tracking --nested",
            'with mlflow.start_run(run_name=f"fold_{fold}", nested=True):',
            "fold_0",
        ),
        (FOLDS, "tracking --autolog", "mlflow.autolog(", "log_model"),
        (LOOP, "registry --name shapes", 'registered_model_name="shapes"', '"train"'),
        (LOOP, "registry --experiment shapes", 'mlflow.set_experiment("shapes")', 'set_experiment("train")'),
        (
            LOOP,
            "tuning --metric fitness --direction maximize",
            "return 1 / loss.item()",
            "return loss.item()",
        ),
        (LOOP, "tuning --metric loss --direction maximize", 'create_study(direction="maximize")', "minimize"),
        (LOOP, "tuning --space space.yaml", 'suggest_float("lr", 0.25, 0.5)', "log=True"),
        (LOOP, "optimisation --method compress-weights", "nncf.compress_weights(", "nncf.quantize("),
        (LOOP, "optimisation --method quantise", "nncf.quantize(", "nncf.prune("),
        (LOOP, "optimisation --method prune --ratio 0.35", "ratio=0.35,", "ratio=0.5"),
        (LOOP, "tracking --with wandb", "import wandb", "mlflow"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith(("tr", "re", "tu", "op")) else "",
)
def test_an_option_is_heard(
    text: str,
    arguments: str,
    written: str,
    unwritten: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "space.yaml").write_text("lr: {low: 0.25, high: 0.5}\n")
    done = inline(tmp_path, text, *arguments.split())
    assert done.exit_code == 0, done.output
    added = [line[1:] for line in done.stdout.splitlines() if line.startswith("+")]
    assert any(written in line for line in added), done.output
    assert not any(unwritten in line for line in added), done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("tracking --ratio 0.5", "the recipe tracking has no option --ratio"),
        ("tuning --name best", "the recipe tuning has no option --name"),
        ("optimisation --method quantize", "--method cannot be 'quantize'; did you mean quantise?"),
        ("tracking --with optuna", "the recipe tracking cannot be written with optuna"),
        ("tuning --direction up", "--direction cannot be 'up' (it can be: minimize, maximize)"),
        ("trcking", "did you mean tracking?"),
    ],
)
def test_an_option_that_makes_no_sense_exits_2(arguments: str, said: str, tmp_path: Path) -> None:
    done = inline(tmp_path, LOOP, *arguments.split())
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_missing_landmark_is_a_gap_and_strict_counts_it(tmp_path: Path) -> None:
    quiet = "\n".join(line for line in LOOP.splitlines() if "print(" not in line) + "\n"
    done = inline(tmp_path, quiet, "tracking", "--strict")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "no reported value found in the training loop at line 16" in done.stderr
    assert (tmp_path / "train.py").read_text() == quiet


def test_written_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    assert inline(tmp_path, LOOP, "tracking", "--write").exit_code == 0
    after = (tmp_path / "train.py").read_text()
    assert "mlflow.start_run()" in after
    done = inline(tmp_path, after, "tracking", "--check")
    assert (done.exit_code, done.stdout) == (0, "")
