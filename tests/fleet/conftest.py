"""Small real repositories, and the command line on them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DO = ("--do", "translate --from wandb --to mlflow")
TRAIN = "import wandb\n\nwandb.init(project='p')\nwandb.log({'loss': 1.0}, step=1)\nwandb.finish()\n"

Git = Callable[..., str]


def git(folder: Path, *arguments: str) -> str:
    """A git command as the owner of a repository runs it."""
    identity = (
        "-c",
        "user.name=owner",
        "-c",
        "user.email=owner@localhost",
        "-c",
        "protocol.file.allow=always",
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, capture_output=True, check=True
    )
    return done.stdout.decode(errors="surrogateescape")


def make_repository(folder: Path, files: dict[str, str]) -> Path:
    """A repository with one commit that holds these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "first")
    return folder


def fleet_command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The running command, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "adapter", "fleet", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1700000000"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def fleet(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the real command in the temporary folder."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        process = fleet_command(tmp_path, *arguments)
        stdout, stderr = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    return run
