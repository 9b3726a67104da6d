"""Sources: places in lines and characters, the tree, and files that cannot be read."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.plan import SiteKind, Span
from adapter.source.text import MAX_BYTES, SourceError, encode_source, read_bytes, read_source
from adapter.source.write import write_atomic

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def without_privileges() -> Iterator[None]:
    """The body runs as an ordinary user, for whom modes count."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and write, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_place_in_lines_and_characters() -> None:
    source = read_source(Path("a.py"), "é = 1\r\n\tx = 'ü'; y = 2\r\n".encode())
    start = source.data.index(b"y =")
    assert source.position(start) == (2, 11)
    site = source.site(Span(start, start + 5), SiteKind.WRITE, "y")
    assert (site.line, site.column, site.end_line, site.end_column, site.cell) == (2, 11, 2, 16, None)
    assert source.line_indent(start) == "\t"
    assert source.text(site.span) == "y = 2"


@given(st.text(st.sampled_from("aé\n\r\t 漢#"), max_size=60), st.data())
def test_every_place_is_where_an_editor_shows_it(text: str, draws: st.DataObject) -> None:
    source = read_source(Path("a.py"), text.encode())
    index = draws.draw(st.integers(0, len(text)))
    if text[index - 1 : index + 1] == "\r\n":
        return
    lines = re.split(r"\r\n|\r|\n", text[:index])
    assert source.position(len(text[:index].encode())) == (len(lines), len(lines[-1]) + 1)


def test_a_lone_carriage_return_ends_a_line_for_the_tree_too() -> None:
    source = read_source(Path("a.py"), b"# note\rwandb.log(x)\r")
    assert [child.type for child in source.tree.root_node.children] == ["comment", "expression_statement"]
    assert source.newline == "\r"
    assert encode_source(source, source.data) == b"# note\rwandb.log(x)\r"


def test_a_cheap_source_is_made_of_every_file_of_this_repository() -> None:
    files = sorted((REPOSITORY / "adapter").rglob("*.py"))
    assert len(files) > 10
    for path in files:
        source = read_source(path)
        assert encode_source(source, source.data) == path.read_bytes()
        assert source.tree.root_node.end_byte == len(source.data)


def test_an_empty_file_is_an_empty_source(tmp_path: Path) -> None:
    path = tmp_path / "empty.py"
    path.touch()
    source = read_source(path)
    assert (source.data, source.newline, source.position(0)) == (b"", "\n", (1, 1))
    assert encode_source(source, b"") == b""


def test_a_generated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "generated.py"
    path.write_bytes(b"x = [\n" + b"    1.0,\n" * 1_200_000 + b"]\n")
    with pytest.raises(
        SourceError, match=r"has 10\.8 MB, more than the limit of 5\.0 MB: it looks generated"
    ):
        read_source(path)
    with pytest.raises(SourceError, match=r"more than the limit of 1\.0 MB"):
        read_bytes(path, 1_000_000)
    assert read_source(path, path.read_bytes()[: MAX_BYTES - 5]).data


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone.py: does not exist \(check the spelling of the path\)"):
        read_source(tmp_path / "gone.py")


@pytest.mark.parametrize(
    ("make", "message"),
    [(os.mkdir, "is a directory, not a file"), (os.mkfifo, "is a named pipe, not a file")],
)
def test_what_is_no_file_is_named(tmp_path: Path, make: Callable[[Path], None], message: str) -> None:
    make(tmp_path / "model.py")
    with pytest.raises(SourceError, match=f"model.py: {message}"):
        read_source(tmp_path / "model.py")


def test_a_symlink_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to(tmp_path / "b.py")
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    with pytest.raises(SourceError, match=r"a\.py: is a symlink that leads back to itself"):
        read_source(tmp_path / "a.py")


def test_no_permission_to_read(open_folder: Path) -> None:
    (open_folder / "open.py").write_text("x = 1\n")
    (open_folder / "secret.py").write_text("x = 1\n")
    (open_folder / "secret.py").chmod(0)
    with without_privileges():
        assert read_bytes(open_folder / "open.py") == b"x = 1\n"
        with pytest.raises(SourceError, match=r"secret\.py: no permission to read it"):
            read_source(open_folder / "secret.py")


def test_no_permission_to_write(open_folder: Path) -> None:
    path = open_folder / "fixed.py"
    path.write_text("x = 1\n")
    path.chmod(0o444)
    with without_privileges(), pytest.raises(SourceError, match=r"fixed\.py: no permission to write it"):
        write_atomic(path, b"x = 2\n")
    assert path.read_text() == "x = 1\n"
    assert [item.name for item in open_folder.iterdir()] == ["fixed.py"]
