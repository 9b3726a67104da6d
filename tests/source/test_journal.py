"""Undo: the exact bytes come back, whenever the run was cut off, and nobody else's work is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.source.errors import SourceError
from adapter.source.journal import FOLDER, Journal, runs, undo
from adapter.source.write import TEMPORARY_SUFFIX

LOOP = """
import sys
from pathlib import Path
from adapter.source.journal import Journal
root = Path(sys.argv[1])
files = sorted(root.glob("*.py"))
journal = Journal.start(root, "translate")
print("ready", flush=True)
turn = 0
while True:
    turn += 1
    for path in files:
        before = path.read_bytes()
        journal.write(path, before, before.replace(b"wandb", b"mlflow") + b"# %d" % turn)
"""


def snapshot(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}


def test_write_and_undo(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbfold\r\n\0\xff")
    path.chmod(0o755)
    journal = Journal.start(tmp_path, "translate . --write")
    journal.write(path, path.read_bytes(), b"new")
    journal.write(tmp_path / "made.py", None, b"made")
    journal.finish()
    (run,) = runs(tmp_path)
    assert (run.command, run.files, run.finished, run.undone) == ("translate . --write", 2, True, False)
    assert run.id == journal.run
    result = undo(tmp_path)
    assert (result.run, result.restored) == (run.id, (path, tmp_path / "made.py"))
    assert snapshot(tmp_path) == {"a.py": b"\xef\xbb\xbfold\r\n\0\xff"}
    assert path.stat().st_mode & 0o777 == 0o755
    assert runs(tmp_path)[0].undone


def test_undo_twice_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    for run in range(2):
        before = b"%d" % run
        path.write_bytes(before)
        journal = Journal.start(tmp_path, "translate")
        journal.write(path, before, before + b"a")
        journal.write(path, before + b"a", before + b"b")
        journal.finish()
    assert undo(tmp_path).restored == (path,)
    again = undo(tmp_path)
    assert (again.restored, again.already, again.left) == ((), (path,), ())
    assert path.read_bytes() == b"1"


def test_an_earlier_run_by_the_start_of_its_name(tmp_path: Path) -> None:
    names = []
    for name in ("a.py", "b.py"):
        journal = Journal.start(tmp_path, "translate")
        journal.write(tmp_path / name, None, b"new")
        journal.finish()
        names.append(journal.run)
    assert [run.id for run in runs(tmp_path)] == names
    assert undo(tmp_path, names[0]).restored == (tmp_path / "a.py",)
    with pytest.raises(SourceError, match="several runs begin with '20'"):
        undo(tmp_path, "20")
    with pytest.raises(SourceError, match="has no run 'nonsense'"):
        undo(tmp_path, "nonsense")


def test_what_someone_changed_since_is_left_alone_and_reported(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path, "translate")
    for name in ("changed.py", "deleted.py", "fine.py"):
        (tmp_path / name).write_bytes(b"old")
        journal.write(tmp_path / name, b"old", b"new")
    (tmp_path / "changed.py").write_bytes(b"mine")
    (tmp_path / "deleted.py").unlink()
    result = undo(tmp_path)
    assert result.restored == (tmp_path / "fine.py",)
    assert [str(error).removeprefix(f"{tmp_path}/") for error in result.left] == [
        "changed.py: was changed since the run, left alone (restore it by hand)",
        "deleted.py: was deleted since the run, left alone (restore it by hand)",
    ]
    assert snapshot(tmp_path) == {"changed.py": b"mine", "fine.py": b"old"}
    assert not runs(tmp_path)[0].undone


def test_a_run_that_writes_nothing_leaves_no_trace(tmp_path: Path) -> None:
    Journal.start(tmp_path, "translate").finish()
    assert list(tmp_path.iterdir()) == []
    assert runs(tmp_path) == []
    with pytest.raises(SourceError, match="has no run to undo"):
        undo(tmp_path)


def test_git_does_not_see_the_journal(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    journal = Journal.start(tmp_path, "translate")
    journal.record(tmp_path / "a.py", b"old", b"new")
    status = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert status.stdout == ""


def test_nothing_outside_of_the_project_is_written_or_restored(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside.py"
    project.mkdir()
    outside.write_bytes(b"old")
    (project / "link.py").symlink_to(outside)
    journal = Journal.start(project, "translate")
    with pytest.raises(SourceError, match=r"link\.py: leads out of"):
        journal.write(project / "link.py", b"old", b"new")
    journal.record(project / "a.py", b"evil", b"old")
    log = project / FOLDER / journal.run / "log.jsonl"
    log.write_text(log.read_text().replace('"a.py"', '"../outside.py"').replace("new", "old"))
    (error,) = undo(project).left
    assert "leads out of" in error.message
    assert outside.read_bytes() == b"old"


def test_a_torn_last_line_is_a_write_that_never_began(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    journal = Journal.start(tmp_path, "translate")
    journal.write(path, b"old", b"new")
    with (tmp_path / FOLDER / journal.run / "log.jsonl").open("a") as log:
        log.write('{"path": "b.py", "befo')
    assert undo(tmp_path).restored == (path,)
    assert runs(tmp_path)[0].undone


def test_a_damaged_entry_is_named(tmp_path: Path) -> None:
    journal = Journal.start(tmp_path, "translate")
    journal.write(tmp_path / "a.py", None, b"new")
    log = tmp_path / FOLDER / journal.run / "log.jsonl"
    log.write_text(log.read_text() + json.dumps({"path": "b.py", "before": "!", "after": ""}) + "\n")
    with pytest.raises(SourceError, match=r"the entry of b\.py is damaged"):
        undo(tmp_path)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=20)), max_size=8), st.booleans())
def test_undo_gives_back_the_exact_bytes(writes: list[tuple[str, bytes]], finished: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "a").write_bytes(b"\r\n\xff")
        (root / "b").write_bytes(b"")
        before = snapshot(root)
        journal = Journal.start(root, "translate")
        for name, data in writes:
            path = root / name
            journal.write(path, path.read_bytes() if path.exists() else None, data)
        if finished:
            journal.finish()
        if writes:
            assert undo(root).left == ()
        assert snapshot(root) == before


@pytest.mark.parametrize("seed", range(8))
def test_undo_after_a_kill_at_any_moment(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    for number in range(30):
        body = b"".join(b"wandb.log(%d)\r\n" % choose.randrange(99) for _ in range(200))
        (tmp_path / f"{number:02}.py").write_bytes(body)
    before = snapshot(tmp_path)
    writer = subprocess.Popen([sys.executable, "-c", LOOP, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    time.sleep(choose.uniform(0.0, 0.08))
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    touched = snapshot(tmp_path) != before
    if runs(tmp_path):
        assert undo(tmp_path).left == ()
    else:
        assert not touched
    after = snapshot(tmp_path)
    assert after == before
    assert not [name for name in after if name.endswith(TEMPORARY_SUFFIX)]
