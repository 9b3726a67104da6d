"""The hooks of this repository, run by pre-commit itself in a scratch repository, without a network.

pre-commit clones the hooks from a repository of `.pre-commit-hooks.yaml` alone, and runs them with the
`adapter` that is installed (`language: system`); that it installs the package needs an index: not tested.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fleet.conftest import ROOT, TRAIN, git, make_repository

CLEAN = "import mlflow\n\nmlflow.log_metric('loss', 1.0)\n"


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with our hooks, and its commit."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    folder = make_repository(tmp_path_factory.mktemp("hooks") / "hooks", {".pre-commit-hooks.yaml": text})
    return folder, git(folder, "rev-parse", "HEAD").strip()


def run_hooks(folder: Path, hooks: tuple[Path, str], *entries: str) -> subprocess.CompletedProcess[str]:
    """`git commit` in a repository in which pre-commit is installed with these hooks."""
    source, revision = hooks
    lines = [f"repos:\n- repo: file://{source}\n  rev: {revision}\n  hooks:", *entries]
    (folder / ".pre-commit-config.yaml").write_text("\n".join(lines) + "\n")
    binaries = folder.parent / "bin"
    binaries.mkdir()
    command = binaries / "adapter"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m adapter "$@"\n')
    command.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{binaries}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PRE_COMMIT_HOME": str(folder.parent / "cache"),
        "GIT_AUTHOR_NAME": "owner", "GIT_AUTHOR_EMAIL": "owner@localhost",
        "GIT_COMMITTER_NAME": "owner", "GIT_COMMITTER_EMAIL": "owner@localhost",
    }  # fmt: skip
    for arguments in (["-m", "pre_commit", "install"], ["-m", "pre_commit", "validate-config"]):
        subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=environment, check=True, capture_output=True
        )
    git(folder, "add", "--all")
    return subprocess.run(
        [shutil.which("git") or "git", "commit", "--quiet", "--message", "next"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


TRANSLATE = "  - id: adapter-translate\n    language: system\n    args: [--from, wandb, --to, mlflow]"
UPGRADE = "  - id: adapter-upgrade\n    language: system\n    args: [optuna]"


def test_a_commit_with_the_old_library_is_refused(tmp_path: Path, hooks: tuple[Path, str]) -> None:
    repository = make_repository(tmp_path / "one", {"readme.txt": "x\n"})
    (repository / "train.py").write_text(TRAIN)
    done = run_hooks(repository, hooks, TRANSLATE)
    assert done.returncode == 1
    assert "adapter translate" in done.stderr
    assert "Would change:\n  train.py" in done.stderr
    assert (repository / "train.py").read_text() == TRAIN
    assert git(repository, "log", "--format=%s").split() == ["first"]


def test_a_clean_commit_passes_both_hooks(tmp_path: Path, hooks: tuple[Path, str]) -> None:
    repository = make_repository(tmp_path / "one", {"readme.txt": "x\n"})
    (repository / "train.py").write_text(CLEAN)
    done = run_hooks(repository, hooks, TRANSLATE, UPGRADE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(repository, "log", "--format=%s").split() == ["next", "first"]


def test_the_manifest_of_hooks_is_one_of_pre_commit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
