"""Writing: the file is the old one or the new one, with its mode, owner and links."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from adapter.source.errors import SourceError
from adapter.source.write import temporary_path, write_atomic


def test_bytes_mode_and_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    before = path.stat()
    write_atomic(path, b"new\r\n")
    after = path.stat()
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(after.st_mode) == 0o751
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert [item.name for item in tmp_path.iterdir()] == ["a.py"]


def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    write_atomic(tmp_path / "new.py", b"x")
    (tmp_path / "other.py").touch()
    assert (tmp_path / "new.py").stat().st_mode == (tmp_path / "other.py").stat().st_mode


def test_a_symlink_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_bytes(b"old")
    (tmp_path / "link.py").symlink_to("real.py")
    write_atomic(tmp_path / "link.py", b"new")
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real.py").read_bytes() == b"new"


@pytest.mark.parametrize("name", ["folder", "missing/a.py"])
def test_what_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError):
        write_atomic(tmp_path / name, b"new")
    assert [item.name for item in tmp_path.iterdir()] == ["folder"]
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_very_long_name_has_a_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 100 + ".py" + "x" * 40)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert len(os.fsencode(temporary_path(path, "0" * 32).name)) <= 255
