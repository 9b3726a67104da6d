"""Bad input beside a good file: what is wrong is said with place and cure, the good file is translated."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import TRAIN, Adapter

LIBRARIES = ("--from", "wandb", "--to", "mlflow")
GENERATED = b"import wandb\n" + b"VALUES = [0.25, 0.5, 0.75]\n" * 390_000


@dataclass(frozen=True)
class Bad:
    """A file as it should not be, and the line that stderr gives to it."""

    name: str
    data: bytes
    line: str


BAD = {
    "syntax error": Bad(
        "train_one.py",
        b"import wandb\nwandb.log({'loss': 1.0}\n",
        "train_one.py:2:10: '(' was never closed (left as it is; mend it and run again)",
    ),
    "Python 2": Bad(
        "old.py",
        b"import wandb\nprint 'loss', 1\nwandb.log({'loss': 1.0})\n",
        "old.py:2:1: Python 2 code: Missing parentheses in call to 'print'. Did you mean print(...)?"
        " (left as it is; mend it and run again)",
    ),
    "an encoding that does not exist": Bad(
        "cookie.py",
        b"# -*- coding: klingon -*-\nimport wandb\n",
        "cookie.py:1:1: unknown encoding 'klingon' (correct the coding comment, or save the file as UTF-8)",
    ),
    "another encoding than the cookie says": Bad(
        "ascii.py",
        b"# coding: ascii\nimport wandb\nname = '\xe9'\n",
        "ascii.py:3:9: byte 0xe9 is not ascii (correct the coding comment, or save the file as UTF-8)",
    ),
    "latin-1 without a cookie": Bad(
        "latin.py",
        b"import wandb\nname = '\xe9'\n",
        "latin.py:2:9: byte 0xe9 is not utf-8 (save it as UTF-8, or name its encoding in the first line:"
        " # -*- coding: latin-1 -*-)",
    ),
    "NUL bytes": Bad(
        "dump.py",
        b"import wandb\n\0\n",
        "dump.py:2:1: holds a NUL byte: not a text file (exclude it or repair it)",
    ),
    "10 MB": Bad(
        "constants.py",
        GENERATED,
        "constants.py: has 10.5 MB, more than the limit of 5.0 MB: it looks generated (exclude it)",
    ),
    "a notebook with broken JSON": Bad(
        "explore.ipynb",
        b'{"cells": [\n {"cell_type": "code", "source": ["import wandb\\n",]}\n',
        "explore.ipynb:2:52: is not JSON: ",
    ),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_a_bad_file_is_named_and_left_alone(adapter: Adapter, project: Path, bad: Bad) -> None:
    (project / bad.name).write_bytes(bad.data)

    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert (done.returncode, done.stdout) == (2, "")
    assert f"\nCould not be handled:\n  {bad.line}" in "\n" + done.stderr
    assert "files  3 seen, 1 changed, 1 error\n" in done.stderr
    assert (project / bad.name).read_bytes() == bad.data
    assert_translated(project / "train.py")


def assert_translated(path: Path) -> None:
    assert "mlflow.log_metrics" in path.read_text()
    assert "wandb" not in path.read_text()


def test_all_of_them_at_once(adapter: Adapter, project: Path) -> None:
    for bad in BAD.values():
        (project / bad.name).write_bytes(bad.data)

    done = adapter("translate", ".", "missing.py", *LIBRARIES, "--format", "json", "--write")

    document = json.loads(done.stdout)
    assert (done.returncode, document["summary"]["errors"]) == (2, len(BAD) + 1)
    said = {file["path"]: file["error"] for file in document["files"] if file["status"] == "error"}
    assert said.keys() == {"missing.py", *(bad.name for bad in BAD.values())}
    for bad in BAD.values():
        assert said[bad.name].startswith(bad.line)
        assert (project / bad.name).read_bytes() == bad.data
    assert_translated(project / "train.py")


def test_the_sites_of_a_file_that_does_not_parse_are_counted(adapter: Adapter, project: Path) -> None:
    bad = BAD["Python 2"]
    (project / bad.name).write_bytes(bad.data)

    done = adapter("translate", bad.name, *LIBRARIES)

    assert "\n  old.py:3:1 wandb.log unparsable the file does not parse\n" in done.stderr
    assert "sites  2 seen, 0 edited, 2 left" in done.stderr


@pytest.mark.parametrize("name", ["empty.py", "empty.ipynb"])
def test_an_empty_file_is_nothing_to_speak_of(adapter: Adapter, project: Path, name: str) -> None:
    (project / name).write_bytes(b"")

    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert (done.returncode, done.stdout) == (0, "")
    assert "files  3 seen, 1 changed, 0 errors" in done.stderr
    assert (project / name).read_bytes() == b""


def test_an_empty_notebook_given_by_name_is_nothing_to_speak_of(adapter: Adapter, project: Path) -> None:
    (project / "empty.ipynb").write_bytes(b"")
    assert adapter("translate", "empty.ipynb", *LIBRARIES).returncode == 0


@pytest.mark.parametrize("given", [(".", "missing.py"), ("missing.py", "."), (".", "missing/deep")])
def test_a_path_that_does_not_exist_stops_no_other(
    adapter: Adapter, project: Path, given: tuple[str, ...]
) -> None:
    done = adapter("translate", *given, *LIBRARIES, "--write")

    assert done.returncode == 2
    missing = next(path for path in given if path != ".")
    assert f"  {missing}: does not exist (check the spelling of the path)\n" in done.stderr
    assert_translated(project / "train.py")


def test_a_symlink_that_leads_back_to_itself(adapter: Adapter, project: Path) -> None:
    (project / "self.py").symlink_to("self.py")
    (project / "one.py").symlink_to("two.py")
    (project / "two.py").symlink_to("one.py")

    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert done.returncode == 2
    for name in ("self.py", "one.py", "two.py"):
        assert f"  {name}: is a symlink that leads back to itself (remove the link)\n" in done.stderr
        assert (project / name).is_symlink()
    assert_translated(project / "train.py")


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_symlink_out_of_the_folder_is_not_followed(
    adapter: Adapter, project: Path, tmp_path: Path, kind: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "shared.py").write_text(TRAIN)
    aim = outside if kind == "folder" else outside / "shared.py"
    (project / "link.py").symlink_to(aim)

    done = adapter("translate", ".", *LIBRARIES, "--write")

    assert done.returncode == 2
    assert f"  link.py: is a symlink out of ., not followed (give {aim} as a path of its own)" in done.stderr
    assert (project / "link.py").readlink() == aim
    assert (outside / "shared.py").read_text() == TRAIN
    assert_translated(project / "train.py")


Rights = Callable[[Path, int], None]

# Root may read and write everything until it gives up CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
WITHOUT_RIGHTS = """
import ctypes, os, sys
for right in (1, 2):
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "adapter", *sys.argv[1:]])
"""


def plain_user(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command bound by the modes of files, whoever runs the tests."""
    if os.geteuid() == 0 and not hasattr(ctypes.CDLL(None), "prctl"):
        pytest.skip("root cannot give up its rights here")
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_RIGHTS, *arguments],
        cwd=project,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"}
        | {"HOME": str(project.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def rights() -> Iterator[Rights]:
    """Changes modes of files, and gives them back at the end so that the folder can be removed."""
    changed: list[tuple[Path, int]] = []

    def change(path: Path, mode: int) -> None:
        changed.append((path, path.stat().st_mode))
        path.chmod(mode)

    yield change
    for path, mode in reversed(changed):
        path.chmod(mode)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_no_permission_to_read(project: Path, rights: Rights, kind: str) -> None:
    folder = project / "secret"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    locked = folder if kind == "folder" else folder / "train.py"
    rights(locked, 0)

    done = plain_user(project, "translate", ".", *LIBRARIES, "--write")

    assert done.returncode == 2
    shown = locked.relative_to(project)
    assert f"  {shown}: no permission to read it (change its mode or run as its owner)\n" in done.stderr
    assert_translated(project / "train.py")


def test_no_permission_to_write(project: Path, rights: Rights) -> None:
    folder = project / "fixed"
    folder.mkdir()
    (folder / "train.py").write_text(TRAIN)
    rights(folder, 0o555)

    done = plain_user(project, "translate", ".", *LIBRARIES, "--write")

    assert done.returncode == 2
    assert "  fixed/train.py: no permission to write it (" in done.stderr
    assert (folder / "train.py").read_text() == TRAIN
    assert "files  3 seen, 1 changed, 1 error\n" in done.stderr
    assert_translated(project / "train.py")


@pytest.mark.parametrize(
    ("name", "nearest"), [("wandbb", "wandb"), ("wand", "wandb"), ("ml-flow", "mlflow"), ("mlfow", "mlflow")]
)
def test_an_unknown_library_is_answered_with_the_nearest(adapter: Adapter, name: str, nearest: str) -> None:
    done = adapter("translate", ".", "--from", name, "--to", "mlflow" if nearest == "wandb" else "wandb")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"adapter: no map for the library {name!r}; did you mean {nearest}?\n"


def test_a_library_like_no_other_is_answered_with_all(adapter: Adapter) -> None:
    done = adapter("translate", ".", "--from", "zzz", "--to", "mlflow")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("adapter: no map for the library 'zzz'; known: ")
    assert "wandb" in done.stderr
