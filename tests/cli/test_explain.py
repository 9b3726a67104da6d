"""`adapter explain`: what was seen in a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Adapter

LIBRARIES = ("--from", "wandb", "--to", "mlflow")


def test_an_edit_is_explained_by_its_rule(adapter: Adapter) -> None:
    done = adapter("explain", "train.py:5", *LIBRARIES)
    assert done.returncode == 0
    first, *rest = done.stdout.splitlines()
    assert first == "train.py:5:5 wandb.log (call)"
    assert rest[0] == "  wandb to mlflow: edited, exact"
    assert rest[1] == "  becomes mlflow.log_metrics"
    assert rest[2].startswith("  rule    ")
    assert "wandb.log" in rest[2]


def test_a_gap_is_explained_by_its_reason(adapter: Adapter, project: Path) -> None:
    (project / "sweep.py").write_text("import wandb\n\nsweep = wandb.sweep({}, project='digits')\n")
    lines = adapter("explain", "sweep.py:3", *LIBRARIES).stdout.splitlines()
    assert lines[0] == "sweep.py:3:9 wandb.sweep (call)"
    assert lines[1].startswith("  wandb to mlflow: left as it was, ")
    assert lines[2].startswith("  why     ")


def test_an_ignored_site_gives_the_reason_of_its_author(adapter: Adapter, project: Path) -> None:
    (project / "kept.py").write_text("import wandb\nwandb.log({'a': 1})  # adapter: ignore[our own board]\n")
    lines = adapter("explain", "kept.py:2", *LIBRARIES).stdout.splitlines()
    assert lines[1:] == ["  wandb to mlflow: ignored as its author asked", "  why     our own board"]


def test_without_libraries_every_direction_is_looked_at(adapter: Adapter) -> None:
    done = adapter("explain", "train.py:5")
    assert "  wandb to mlflow: edited" in done.stdout
    assert "mlflow to wandb" not in done.stdout


def test_a_place_as_a_report_prints_it_is_understood(adapter: Adapter) -> None:
    assert adapter("explain", "train.py:5:5", *LIBRARIES).stdout.startswith("train.py:5:5 wandb.log")


def test_a_line_of_a_notebook_cell_is_explained(adapter: Adapter, project: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Digits"]},
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": ["import wandb\n", "wandb.log({'a': 1})"],
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (project / "digits.ipynb").write_text(json.dumps(notebook))
    done = adapter("explain", "digits.ipynb:cell 2:2", *LIBRARIES)
    assert done.stdout.startswith("digits.ipynb:cell 2:2:1 wandb.log (call)\n")


def test_a_line_without_a_site_names_the_nearest(adapter: Adapter) -> None:
    done = adapter("explain", "train.py:2", *LIBRARIES)
    assert done.returncode == 0
    assert done.stdout.startswith("train.py:2: no site of a library that has a map; the nearest are in line ")


@pytest.mark.parametrize("place", ["missing.py", "train.py:first", ":3", "missing.py:3"])
def test_a_place_that_is_none_exits_2(adapter: Adapter, place: str) -> None:
    done = adapter("explain", place, *LIBRARIES)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("adapter: ")


def test_an_unknown_library_is_answered_with_the_nearest(adapter: Adapter) -> None:
    done = adapter("explain", "train.py:5", "--from", "wandbb", "--to", "mlflow")
    assert done.returncode == 2
    assert "did you mean wandb?" in done.stderr


def test_the_landmarks_of_a_file_are_listed(adapter: Adapter, project: Path) -> None:
    (project / "fit.py").write_text(
        "import torch\nmodel = torch.nn.Linear(2, 1)\noptimizer = torch.optim.SGD(model.parameters(), 0.1)\n"
        "for epoch in range(3):\n    model(torch.ones(2)).sum().backward()\n    optimizer.step()\n"
    )
    lines = adapter("explain", "fit.py").stdout.splitlines()
    assert "fit.py:4:1 epoch loop (landmark)" in lines
    assert lines[lines.index("fit.py:4:1 epoch loop (landmark)") + 1] == "  seen as counted by epoch"
    assert adapter("explain", "fit.py:4").stdout.startswith("fit.py:4:1 epoch loop (landmark)")
    assert "epoch loop" not in adapter("explain", "fit.py:5").stdout


def test_an_object_from_another_module_of_the_project_is_seen(adapter: Adapter, project: Path) -> None:
    (project / "setup.cfg").write_text("[metadata]\nname = digits\n")
    (project / "tracking.py").write_text("import wandb\n\ndef start():\n    return wandb.init()\n")
    (project / "use.py").write_text("from tracking import start\n\nrun = start()\nrun.log({'a': 1})\n")
    done = adapter("explain", "use.py:4", *LIBRARIES)
    assert done.stdout.startswith("use.py:4:1 wandb.Run.log (call)")
