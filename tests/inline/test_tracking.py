"""Experiment tracking: what is written, and what the written program records with the real libraries."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.bench.recording import Library, Recording, run_program
from adapter.bench.recording.records import RunRecord
from adapter.inline.pipeline import Options, inline_paths
from adapter.plan import Plan
from adapter.sandbox.run import Limits, run_in

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples" / "tracking.yaml").read_text("utf-8"))
EDITED = [example for example in EXAMPLES if "after" in example]
LIBRARIES = ("mlflow", "wandb", "tensorboard")
LOOP_CELL = """for epoch in range(epochs):
    loss = model(torch.ones(3, 2)).mean()
    loss.backward()
    optimizer.step()
    print('loss', loss.item())"""
AXES = ("epoch", "step", "fold")


def planned(file: Path, text: str | bytes, library: str, **options: Any) -> Plan | None:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    return next(iter(inline_paths([file], Options("tracking", library, given))), None)


def written(folder: Path, text: str, library: str, **options: Any) -> str:
    plan = planned(folder / "train.py", text, library, **options)
    assert plan is not None
    assert plan.error is None
    assert plan.gaps == []
    assert plan.after is not None
    return plan.after.decode()


def recorded(folder: Path, text: str, library: str, **options: Any) -> Recording:
    """What a program records once tracking was put into it."""
    program = folder / library / "train.py"
    program.parent.mkdir(parents=True)
    (program.parent / "train.py").write_text(written(program.parent, text, library, **options))
    return run_program(program, library=Library(library), workdir=folder / f"{library}-run")


def series(run: RunRecord) -> dict[str, list[tuple[int, float]]]:
    """The values of each metric by step; where a counter was logged beside them, that counts."""
    found = {}
    for name, values in run.metrics.items():
        if name in AXES:
            continue
        counters = [dict(run.metrics[axis]) for axis in AXES if axis in run.metrics]
        found[name] = [
            (int(next((c[row] for c in counters if row in c), row)), round(value, 5)) for row, value in values
        ]
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_examples_come_out_as_written(example: dict[str, Any], tmp_path: Path) -> None:
    plan = planned(tmp_path / "train.py", example["before"], example["with"], **example.get("options", {}))
    assert plan is not None
    assert plan.error is None
    gaps = [f"{gap.site.line} {gap.site.api}: {gap.detail}" for gap in plan.gaps]
    assert gaps == example.get("gaps", [])
    assert (plan.after.decode() if plan.after is not None else None) == example.get("after")


@pytest.mark.parametrize("example", EDITED, ids=lambda example: example["name"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_second_time_changes_nothing(example: dict[str, Any], library: str, tmp_path: Path) -> None:
    plan = planned(tmp_path / "train.py", example["after"], library)
    assert plan is None or not plan.changed


@pytest.mark.parametrize("example", EDITED, ids=lambda example: example["name"])
def test_windows_lines_stay_windows_lines(example: dict[str, Any], tmp_path: Path) -> None:
    before = example["before"].replace("\n", "\r\n")
    after = planned(tmp_path / "train.py", before, example["with"], **example.get("options", {}))
    assert after is not None
    assert after.after is not None
    text = after.after.decode()
    assert "\n" not in text.replace("\r\n", "")
    # where an import goes among the others may differ
    assert sorted(text.split("\r\n")) == sorted(example["after"].split("\n"))


def test_a_notebook_gets_its_lines_in_its_cells(tmp_path: Path) -> None:
    cells = [
        "import torch\nlr = 0.1\nepochs = 2",
        "model = torch.nn.Linear(2, 1)\noptimizer = torch.optim.SGD(model.parameters(), lr=lr)",
        LOOP_CELL,
        "torch.save(model, 'model.pt')",
    ]
    notebook = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
            for cell in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    plan = planned(tmp_path / "train.ipynb", json.dumps(notebook), "mlflow")
    assert plan is not None
    assert plan.after is not None
    after = ["".join(cell["source"]) for cell in json.loads(plan.after)["cells"]]
    assert after[0].startswith("import mlflow\nimport torch")
    assert after[1] == cells[1]
    start = """mlflow.set_experiment('train')
mlflow.start_run()
mlflow.log_params({'lr': lr, 'epochs': epochs})
"""
    assert after[2] == f"{start}{LOOP_CELL}\n    mlflow.log_metric('loss', loss.item(), step=epoch)"
    assert after[3].endswith("mlflow.log_artifact('model.pt')\nmlflow.end_run()")


COUNTERS = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 3
LR = 0.05

torch.manual_seed(1)
x = torch.randn(24, 3)
loader = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=8)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=LR)
start = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True)).item()
print(f"initial loss: {start:.5f}")


def train(epoch):
    for i, (inputs, targets) in enumerate(loader):
        loss = nn.functional.mse_loss(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"[{epoch}, {i}] batch loss: {loss.item():.5f}")


def evaluate():
    with torch.no_grad():
        value = nn.functional.mse_loss(model(x), x.sum(1, keepdim=True)).item()
    print(f"val loss: {value:.5f}")


for epoch in range(EPOCHS):
    train(epoch)
    evaluate()
print(f"final loss: {nn.functional.mse_loss(model(x), x.sum(1, keepdim=True)).item():.5f}")
"""


@pytest.mark.parametrize("library", LIBRARIES)
def test_counters_of_different_kinds_are_recorded_in_every_library(library: str, tmp_path: Path) -> None:
    run = recorded(tmp_path, COUNTERS, library).runs[0]
    steps = {name: [step for step, _ in values] for name, values in series(run).items()}
    assert steps["batch_loss"] == list(range(9))
    assert steps["val_loss"] == [0, 1, 2]
    assert len(steps["initial_loss"]) == len(steps["final_loss"]) == 1
    assert {"epochs", "lr"} <= run.params.keys()


def test_all_libraries_record_the_same_values(tmp_path: Path) -> None:
    mlflow, wandb, tensorboard = (recorded(tmp_path, COUNTERS, library).runs for library in LIBRARIES)
    assert len(mlflow) == len(wandb) == len(tensorboard) == 1
    ours, theirs = series(mlflow[0]), series(wandb[0])
    assert {name: [value for _, value in values] for name, values in ours.items()} == {
        name: [value for _, value in values] for name, values in theirs.items()
    }
    shown = series(tensorboard[0])
    assert shown.keys() == ours.keys()
    for name, values in shown.items():
        # TensorBoard keeps numbers of four bytes
        assert [value for _, value in values] == pytest.approx([value for _, value in ours[name]], rel=1e-4)
    counted = ("batch_loss", "val_loss")
    assert {name: [step for step, _ in shown[name]] for name in counted} == {
        name: [step for step, _ in ours[name]] for name in counted
    }
    assert {name: ours[name] for name in counted} == {name: theirs[name] for name in counted}
    assert mlflow[0].params == wandb[0].params
    assert mlflow[0].artifacts == wandb[0].artifacts


@pytest.mark.parametrize(
    ("name", "metrics", "params"),
    [
        ("f-string in a loop, call of main", {"loss": 3}, {"epochs": "3", "lr": "0.1"}),
        ("a class, tqdm, a loop without a counter", {"loss": 12}, {"batch_size": "4"}),
        ("scikit-learn, values computed in the print", {"accuracy": 1}, {"C": "0.5", "max_iter": "500"}),
        (
            "one name per estimator",
            {"logistic_accuracy": 1, "logistic_accuracy_std": 1, "tree_accuracy": 1, "tree_accuracy_std": 1},
            {"cv": "3"},
        ),
        ("a search", {"best_score": 1}, {}),
        ("folds", {"accuracy": 3}, {"n_splits": "3"}),
        (
            "a named tuple, and values that are put together before they are printed as JSON",
            {"loss": 2},
            {"epochs": "2", "lr": "0.1"},
        ),
        (
            "a text that is put together before it is printed, phases",
            {"train_loss": 2, "val_loss": 2},
            {"num_epochs": "2"},
        ),
    ],
)
def test_the_written_program_records(
    name: str, metrics: dict[str, int], params: dict[str, str], tmp_path: Path
) -> None:
    before = next(example["before"] for example in EXAMPLES if example["name"] == name)
    runs = recorded(tmp_path, before, "mlflow").runs
    assert len(runs) == 1
    assert {key: len(values) for key, values in runs[0].metrics.items()} == metrics
    assert params.items() <= runs[0].params.items()
    for key, values in runs[0].metrics.items():
        assert max(Counter(step for step, _ in values).values()) == 1, key


def test_what_the_program_prints_stays(tmp_path: Path) -> None:
    before = next(e["before"] for e in EXAMPLES if e["name"].startswith("commas and a value"))
    assert printed(tmp_path / "before", before) == printed(
        tmp_path / "after", written(tmp_path, before, "mlflow")
    )


def printed(folder: Path, text: str) -> str:
    project = folder / "project"
    project.mkdir(parents=True)
    (project / "train.py").write_text(text)
    done = run_in([sys.executable, "train.py"], project, folder, Limits(seconds=200, cpu_seconds=100))
    assert done.code == 0, done.stderr
    return done.stdout


SHOWN = st.sampled_from(
    [
        'print(f"loss {loss.item():.3f}")',
        'print("loss", loss.item(), end="\\n")',
        'print("%s" % loss.item())',
        'print(f"{epoch}: {loss:.2f}", file=None)',
        'print("loss: {0:.3f} of {1}".format(loss.item(), n))',
        'print("loss " + str(loss.item()) + "!")',
        "print(*[loss.item()])",
        'print("{loss}")',
        'print(f"{loss=}")',
        "history.append(loss.item())",
        'if epoch % 2: print("loss", compute(loss))',
        'print("a"); print("loss", loss.item())',
        'print("accuracy:", [loss.item()])',
        'print("loss:", lambda: loss)',
        "pass",
    ]
)
LOOPS = st.sampled_from(
    [
        "for epoch in range(n):",
        "for _ in range(3):",
        "while epoch < n:",
        "for x in data:",
        "for i, x in enumerate(data):",
        "for a, b in zip(data, data):",
        "while True:",
        "for epoch, x in enumerate(tqdm(data), 1):",
    ]
)


@given(
    outer=LOOPS,
    inner=st.none() | LOOPS,
    shown=st.lists(SHOWN, min_size=1, max_size=3),
    library=st.integers(0, 2),
)
@settings(max_examples=60, deadline=None)
def test_whatever_a_loop_looks_like_the_text_parses(
    outer: str, inner: str | None, shown: list[str], library: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    indent = "    " if inner is None else "        "
    head = [outer] if inner is None else [outer, f"    {inner}"]
    body = [*("loss = model(x)", "loss.backward()", "optimizer.step()"), *shown, "break"]
    lines = ["import torch", "from tqdm import tqdm", "n, epoch, history = 3, 0, []"]
    lines += ["def fit(model, optimizer, data, x=1):"]
    lines += [f"    {line}" for line in (*head, *(f"{indent}{line}" for line in body))]
    text = "\n".join([*lines, "fit(a, b, c)", ""])
    plan = planned(tmp_path_factory.mktemp("any") / "train.py", text, LIBRARIES[library])
    if plan is not None:
        assert plan.error is None
        assert plan.gaps or plan.after is not None
        ast.parse(plan.after or text)
        assert not (plan.gaps and plan.after is not None)
        again = planned(tmp_path_factory.mktemp("again") / "train.py", plan.after or text, LIBRARIES[library])
        assert plan.after is None or again is None
        assert re.search(r"break", (plan.after or b"break").decode())
