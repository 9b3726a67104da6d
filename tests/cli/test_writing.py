"""Writing plans to disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.cli.writing import Writer, project_root
from adapter.plan import Plan


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(b"my own work")
    plan = Plan(path, b"import wandb", b"import mlflow")

    writer = Writer([tmp_path])
    writer.write(plan)

    assert path.read_bytes() == b"my own work"
    assert str(plan.error) == f"{path}: changed while it was read (run the command again)"
    assert writer.finish() == ""


def test_a_file_that_is_gone_becomes_an_error(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "train.py", b"import wandb", b"import mlflow")
    Writer([tmp_path]).write(plan)
    assert str(plan.error) == f"{tmp_path / 'train.py'}: does not exist (check the spelling of the path)"


@pytest.mark.parametrize("mark", [".git", "pyproject.toml"])
def test_the_root_is_the_project_around_all_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    (tmp_path / "project" / "src" / "deep").mkdir(parents=True)
    (tmp_path / "project" / mark).touch()
    (tmp_path / "project" / "train.py").touch()
    monkeypatch.chdir(tmp_path)
    paths = [tmp_path / "project" / "src" / "deep", Path("project/train.py")]
    assert project_root(paths) == tmp_path / "project"


def test_without_a_project_the_root_is_the_working_directory_around_the_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "scripts").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    assert project_root([Path("scripts")]) == tmp_path / "work"
    monkeypatch.chdir(tmp_path / "work" / "scripts")
    assert project_root([tmp_path / "work"]) == tmp_path / "work"
