"""`--verify`: a command that must pass on the rewritten code, or nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import TRAIN, Adapter

LIBRARIES = ("--from", "wandb", "--to", "mlflow")


def test_what_passes_is_written(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--write", "--verify", "grep -q mlflow train.py")
    assert done.returncode == 0, done.stderr
    assert "verify passed in" in done.stderr
    assert "mlflow" in (project / "train.py").read_text()


def test_what_fails_is_not_written(adapter: Adapter, project: Path) -> None:
    command = "echo three tests failed; exit 3"
    done = adapter("translate", ".", *LIBRARIES, "--write", "--verify", command)
    assert done.returncode == 1
    assert (
        f"Nothing was written: `{command}` fails on the rewritten code:\n  three tests failed" in done.stderr
    )
    assert "1 would change" in done.stderr
    assert (project / "train.py").read_text() == TRAIN


def test_a_dry_run_is_verified_too(adapter: Adapter, project: Path) -> None:
    done = adapter(
        "translate", ".", *LIBRARIES, "--verify", "! grep -q wandb train.py && echo x > train.py",
        "--format", "json",
    )  # fmt: skip
    verification = json.loads(done.stdout)["verification"]
    assert verification["passed"]
    assert (project / "train.py").read_text() == TRAIN


def test_an_endless_command_is_ended_and_said(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--write", "--verify", "ulimit -t 1; while :; do :; done")
    assert done.returncode == 1
    assert (project / "train.py").read_text() == TRAIN
