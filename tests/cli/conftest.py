"""A project to run the command line on, and the runner."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TRAIN = """\
import wandb

run = wandb.init(project="digits")
for epoch in range(3):
    wandb.log({"loss": 1 / (epoch + 1)}, step=epoch)
wandb.finish()
"""

Adapter = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one script that translates cleanly and one file without a site."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    (folder / "other.py").write_text("print('no tracker here')\n")
    return folder


@pytest.fixture
def adapter(project: Path, tmp_path: Path) -> Adapter:
    """Runs the real command in a process of its own, in the project's folder."""

    def run(*arguments: str, cwd: Path = project, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "adapter", *arguments],
            cwd=cwd,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(tmp_path),
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "COLUMNS": "200",
                **environment,
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run
