"""Repositories that try to run something, or to have something written outside: nothing of it happens."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fleet.conftest import DO, TRAIN, git, make_repository

Fleet = Callable[..., subprocess.CompletedProcess[str]]
HOOKS = (
    "post-checkout",
    "pre-commit",
    "commit-msg",
    "post-commit",
    "post-rewrite",
    "reference-transaction",
    "pre-auto-gc",
    "post-merge",
    "fsmonitor-watchman",
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "evil", {"train.py": TRAIN})


def script(path: Path, marker: Path) -> str:
    path.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("way", ["patch", "branch", "in-place"])
def test_nothing_that_a_repository_configures_is_run(
    fleet: Fleet, repository: Path, tmp_path: Path, way: str
) -> None:
    marker = tmp_path / "was-run"
    command = script(tmp_path / "command", marker)
    (repository / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "attributes")
    for hook in HOOKS:
        script(repository / ".git" / "hooks" / hook, marker)
    for key in (
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "gpg.program",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
    ):
        git(repository, "config", key, command)
    git(repository, "config", "commit.gpgSign", "true")
    assert not marker.exists()

    done = fleet("evil", *DO, "--deliver", way)

    assert not marker.exists(), done.stdout
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("changed")


def test_a_path_is_not_taken_for_another_kind_of_address(
    fleet: Fleet, repository: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "was-run"
    git(repository, "config", "core.sshCommand", script(tmp_path / "command", marker))
    git(repository, "config", "url.ssh://nowhere/.insteadOf", "/")
    done = fleet("evil", *DO, "--deliver", "branch")
    assert not marker.exists()
    assert "transport 'ssh' not allowed" in done.stdout


def test_a_submodule_is_not_fetched(fleet: Fleet, repository: Path, tmp_path: Path) -> None:
    make_repository(tmp_path / "inner", {"secret.py": TRAIN})
    git(repository, "submodule", "--quiet", "add", (tmp_path / "inner").as_uri(), "inner")
    git(repository, "commit", "--quiet", "--message", "submodule")
    done = fleet("evil", *DO)
    assert done.returncode == 0, done.stdout
    (patch,) = (tmp_path / ".adapter" / "fleet" / "results").glob("*/changes.patch")
    assert b"secret.py" not in patch.read_bytes()


@pytest.mark.parametrize("way", ["patch", "in-place"])
def test_what_a_link_leads_to_stays(fleet: Fleet, repository: Path, tmp_path: Path, way: str) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(TRAIN)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner.py").write_text(TRAIN)
    (repository / "link.py").symlink_to(outside)
    (repository / "linked").symlink_to(tmp_path / "folder")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "links")
    fleet("evil", *DO, "--deliver", way)
    assert outside.read_text() == (tmp_path / "folder" / "inner.py").read_text() == TRAIN


def test_odd_names_are_handled(fleet: Fleet, repository: Path, tmp_path: Path) -> None:
    for name in ("a\nb.py", "tab\there.py", "-rf.py", 'quo"te.py', "ümlaut.py", "sp ace.py"):
        (repository / name).write_text(TRAIN)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "names")
    done = fleet("evil", *DO)
    assert done.returncode == 0, done.stdout
    (patch,) = (tmp_path / ".adapter" / "fleet" / "results").glob("*/changes.patch")
    subprocess.run(["git", "apply"], cwd=repository, input=patch.read_bytes(), check=True)
    assert not [path for path in repository.glob("*.py") if "wandb" in path.read_text()]


def test_an_address_cannot_be_a_command(fleet: Fleet, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    for address in (f"ext::sh -c touch% {marker}", f"--upload-pack=touch {marker}"):
        done = fleet(*DO, "--", address)
        assert done.returncode == 2
    assert not marker.exists()


def test_a_huge_file_is_left_alone(fleet: Fleet, repository: Path, tmp_path: Path) -> None:
    (repository / "huge.py").write_text("import wandb\n" + "x = 1  # generated\n" * 600_000)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "huge")
    done = fleet("evil", *DO)
    assert done.returncode == 0, done.stdout
    (patch,) = (tmp_path / ".adapter" / "fleet" / "results").glob("*/changes.patch")
    assert b"huge.py" not in patch.read_bytes()
