"""`adapter translate`: flags, exit codes, and what goes where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import TRAIN, Adapter

LIBRARIES = ("--from", "wandb", "--to", "mlflow")
LEFT = "import wandb\n\nsweep = wandb.sweep({}, project='digits')\nwandb.log({'loss': 1.0})\n"


def test_prints_the_diff_and_writes_nothing(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES)

    assert done.returncode == 0
    assert done.stdout.startswith("--- a/train.py\n+++ b/train.py\n@@ ")
    assert "\n-import wandb\n" in done.stdout
    assert "\n+import mlflow\n" in done.stdout
    assert "other.py" not in done.stdout
    assert (project / "train.py").read_text() == TRAIN


def test_the_printed_diff_is_a_patch(adapter: Adapter, project: Path) -> None:
    patch = adapter("translate", ".", *LIBRARIES).stdout
    subprocess.run(["git", "apply"], cwd=project, input=patch, text=True, check=True)
    patched = (project / "train.py").read_text()
    (project / "train.py").write_text(TRAIN)

    adapter("translate", ".", *LIBRARIES, "--write")

    assert (project / "train.py").read_text() == patched != TRAIN


def test_the_summary_goes_to_stderr(adapter: Adapter) -> None:
    done = adapter("translate", ".", *LIBRARIES)
    assert "files  2 seen, 1 would change, 0 errors" in done.stderr
    assert "files " not in done.stdout


def test_output_that_is_piped_has_no_colours_and_no_progress(adapter: Adapter) -> None:
    done = adapter("translate", ".", *LIBRARIES, FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b" not in done.stdout + done.stderr


def test_a_second_run_changes_nothing(adapter: Adapter, project: Path) -> None:
    adapter("translate", ".", *LIBRARIES, "--write")
    once = (project / "train.py").read_bytes()

    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert (done.returncode, done.stdout) == (0, "")
    assert "0 changed" in done.stderr
    assert (project / "train.py").read_bytes() == once


def test_write_changes_the_files_and_says_how_to_undo(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert (done.returncode, done.stdout) == (0, "")
    assert "wandb" not in (project / "train.py").read_text()
    assert "Changed:\n  train.py\n" in done.stderr
    assert "\nundo   adapter undo " in done.stderr


def test_write_and_a_format_do_both(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--write", "--format", "diff")
    assert done.stdout.startswith("--- a/train.py\n")
    assert "wandb" not in (project / "train.py").read_text()


def test_check_exits_1_when_something_would_change(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--check")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Would change:\n  train.py\n" in done.stderr
    assert (project / "train.py").read_text() == TRAIN


def test_check_exits_0_when_nothing_would_change(adapter: Adapter) -> None:
    assert adapter("translate", "other.py", *LIBRARIES, "--check").returncode == 0


def test_strict_exits_1_when_sites_are_left(adapter: Adapter, project: Path) -> None:
    (project / "train.py").write_text(LEFT)
    assert adapter("translate", ".", *LIBRARIES).returncode == 0
    assert adapter("translate", ".", *LIBRARIES, "--strict").returncode == 1


def test_strict_exits_0_when_nothing_is_left(adapter: Adapter) -> None:
    assert adapter("translate", ".", *LIBRARIES, "--strict").returncode == 0


def test_what_is_left_is_listed_on_stderr(adapter: Adapter, project: Path) -> None:
    (project / "train.py").write_text(LEFT)
    done = adapter("translate", ".", *LIBRARIES)
    assert "Left as it was:\n" in done.stderr
    assert "\n  train.py:3:9 wandb.sweep " in done.stderr


def test_json_follows_the_contract(adapter: Adapter, project: Path) -> None:
    (project / "train.py").write_text(LEFT)
    (project / "broken.py").write_text("import wandb\nwandb.log({'loss': 1.0}\n")

    done = adapter("translate", ".", *LIBRARIES, "--format", "json")

    document = json.loads(done.stdout)
    assert list(document) == ["version", "summary", "files"]
    assert document["version"] == 1
    summary = document["summary"]
    assert set(summary) == {"files", "changed", "sites", "edits", "gaps", "errors", "seconds", "llm"}
    assert (summary["files"], summary["changed"], summary["errors"]) == (3, 1, 1)
    assert summary["llm"] == {"calls": 0, "tokens": 0}
    assert summary["sites"] == summary["edits"] + summary["gaps"]
    broken, train = document["files"]
    assert (broken["path"], broken["status"]) == ("broken.py", "error")
    assert broken["error"].startswith("broken.py:2:")
    assert (train["path"], train["status"], train["error"]) == ("train.py", "changed", None)
    edit = next(edit for edit in train["edits"] if edit["api"] == "wandb.log")
    assert set(edit) == {
        *("line", "column", "end_line", "end_column", "api", "to", "rule", "fidelity", "note")
    }
    assert (edit["line"], edit["column"], edit["end_line"]) == (4, 1, 4)
    gap = next(gap for gap in train["gaps"] if gap["api"] == "wandb.sweep")
    assert set(gap) == {"line", "column", "api", "reason", "detail"}
    assert (gap["line"], gap["column"]) == (3, 9)


def test_json_is_the_same_every_time_but_for_the_seconds(adapter: Adapter) -> None:
    first, second = (
        json.loads(adapter("translate", ".", *LIBRARIES, "--format", "json", "--jobs", jobs).stdout)
        for jobs in ("1", "2")
    )
    assert first["summary"].pop("seconds") >= 0
    second["summary"].pop("seconds")
    assert first == second


def test_output_goes_to_a_file(adapter: Adapter, project: Path) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--output", "changes.patch")
    assert (done.returncode, done.stdout) == (0, "")
    assert (project / "changes.patch").read_text().startswith("--- a/train.py\n")


def test_output_that_cannot_be_written_is_said(adapter: Adapter) -> None:
    done = adapter("translate", ".", *LIBRARIES, "--output", "missing/changes.patch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "adapter: missing/changes.patch: No such file or directory\n"


def test_a_broken_file_is_reported_and_the_others_go_on(adapter: Adapter, project: Path) -> None:
    (project / "broken.py").write_text("import wandb\nwandb.log({'loss': 1.0}\n")

    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert done.returncode == 2
    assert "Could not be handled:\n  broken.py:2:" in done.stderr
    assert "wandb" not in (project / "train.py").read_text()


def test_a_path_that_does_not_exist_is_reported(adapter: Adapter) -> None:
    done = adapter("translate", "missing.py", *LIBRARIES)
    assert (done.returncode, done.stdout) == (2, "")
    assert "missing.py" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--from", "wandbb", "--to", "mlflow"), ("--from", "mlflow", "--to", "wandbb")]
)
def test_an_unknown_library_is_answered_with_the_nearest(
    adapter: Adapter, project: Path, arguments: tuple[str, ...]
) -> None:
    (project / "kept").write_text("kept")

    done = adapter("translate", ".", *arguments, "--output", "kept")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("adapter: ")
    assert "'wandbb'" in done.stderr
    assert "wandb?" in done.stderr
    assert (project / "kept").read_text() == "kept"


@pytest.mark.parametrize(
    "arguments",
    [
        (".", *LIBRARIES, "--write", "--check"),
        (".", "--from", "wandb"),
        LIBRARIES,
        (".", *LIBRARIES, "--format", "xml"),
        (".", *LIBRARIES, "--jobs", "-1"),
        (".", *LIBRARIES, "--nonsense"),
    ],
    ids=["write and check", "no target", "no path", "unknown format", "negative jobs", "unknown flag"],
)
def test_wrong_usage_exits_2_with_a_message(adapter: Adapter, arguments: tuple[str, ...]) -> None:
    done = adapter("translate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_include_and_exclude_choose_files(adapter: Adapter, project: Path) -> None:
    (project / "second.py").write_text(TRAIN)
    assert "train.py" not in adapter("translate", ".", *LIBRARIES, "--include", "second.py").stdout
    assert "a/second.py" in adapter("translate", ".", *LIBRARIES, "--include", "second.py").stdout
    assert "second.py" not in adapter("translate", ".", *LIBRARIES, "--exclude", "second.py").stdout
    assert "a/train.py" in adapter("translate", ".", *LIBRARIES, "--exclude", "second.py").stdout


def test_a_reader_that_goes_away_ends_the_run_quietly(project: Path, tmp_path: Path) -> None:
    for number in range(200):
        (project / f"train_{number:03}.py").write_text(TRAIN * 10)
    command = f"{sys.executable} -m adapter translate . --from wandb --to mlflow | head -n 1"
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "--- a/train.py\n"
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
