"""`adapter undo`: the way back."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cli.conftest import TRAIN, Adapter

TRANSLATE = ("translate", ".", "--from", "wandb", "--to", "mlflow", "--write")


def test_undo_restores_the_exact_bytes(adapter: Adapter, project: Path) -> None:
    original = b"\xef\xbb\xbf" + TRAIN.replace("\n", "\r\n").encode()
    (project / "train.py").write_bytes(original)
    adapter(*TRANSLATE)
    assert (project / "train.py").read_bytes() != original

    done = adapter("undo")

    assert done.returncode == 0
    assert "train.py" in done.stderr
    assert (project / "train.py").read_bytes() == original


def test_the_command_that_the_summary_names_works(adapter: Adapter, project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    written = adapter(
        "translate", str(project), "--from", "wandb", "--to", "mlflow", "--write", cwd=elsewhere
    )
    command = next(line for line in written.stderr.splitlines() if line.startswith("undo   "))

    done = adapter(*shlex.split(command)[2:], cwd=elsewhere)

    assert done.returncode == 0
    assert (project / "train.py").read_text() == TRAIN


def test_undo_works_from_a_folder_below(adapter: Adapter, project: Path) -> None:
    (project / "below").mkdir()
    adapter(*TRANSLATE)
    assert adapter("undo", cwd=project / "below").returncode == 0
    assert (project / "train.py").read_text() == TRAIN


def test_undo_twice_is_harmless(adapter: Adapter, project: Path) -> None:
    adapter(*TRANSLATE)
    adapter("undo")
    adapter("undo")
    assert (project / "train.py").read_text() == TRAIN


def test_a_file_that_was_changed_since_is_left_alone_and_said(adapter: Adapter, project: Path) -> None:
    adapter(*TRANSLATE)
    (project / "train.py").write_text("my own work\n")

    done = adapter("undo")

    assert done.returncode == 2
    assert "train.py" in done.stderr
    assert (project / "train.py").read_text() == "my own work\n"


def test_without_a_journal_there_is_nothing_to_undo(adapter: Adapter, project: Path) -> None:
    (project / ".git").mkdir()
    done = adapter("undo")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing to undo" in done.stderr


def test_an_unknown_run_is_said(adapter: Adapter, project: Path) -> None:
    adapter(*TRANSLATE)
    done = adapter("undo", "no-such-run")
    assert done.returncode == 2
    assert "no-such-run" in done.stderr
    assert (project / "train.py").read_text() != TRAIN
