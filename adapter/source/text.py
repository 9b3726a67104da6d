"""source: one file or notebook as UTF-8 text and tree-sitter tree, with places, and back to its bytes."""

from __future__ import annotations

import functools
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from adapter.plan import Change, FileError, Site, SiteKind, Span
from adapter.source.cells import DATABRICKS_HEADER, Cell, ShellLine
from adapter.source.edits import apply_changes
from adapter.source.encoding import Decoded, decode, encode, has_lone_return, line_starts
from adapter.source.errors import SourceError, not_regular, os_failure

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

    from adapter.source.databricks import Masked
    from adapter.source.notebook import Notebook

__all__ = [
    "MAX_BYTES",
    "SCAN_BYTES",
    "Cell",
    "ShellLine",
    "Source",
    "SourceError",
    "encode_source",
    "parse_python",
    "read_bytes",
    "read_source",
    "rewrite",
]

MAX_BYTES = 5_000_000
"""More code than this in one file was not written by a person."""

SCAN_BYTES = 100_000_000
"""A file beyond this size is not even searched."""

_LONE_RETURN = re.compile(rb"\r(?!\n)")
_INDENT = re.compile(rb"[ \t\f]*")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The text of a file: `data` is UTF-8 without a byte order mark, and every offset counts its bytes.

    For a notebook, `data` is its code cells as one Python text; `cells` says where each one lies and
    `shell_lines` where lines that are not Python (magics, shell commands) were masked. In a notebook
    that Databricks wrote as a .py file, `masked` has the real text of such lines.
    """

    path: Path
    data: bytes
    encoding: str
    bom: bool
    newline: str
    tree: Tree
    cells: tuple[Cell, ...] | None = None
    shell_lines: tuple[ShellLine, ...] = ()
    notebook: Notebook | None = field(default=None, repr=False)
    masked: Masked | None = field(default=None, repr=False)
    _starts: list[int] = field(default_factory=list, repr=False)

    def text(self, span: Span) -> str:
        """The text that a span covers."""
        return self.data[span.start : span.end].decode("utf-8")

    def node_text(self, node: Node) -> str:
        """The text that a node covers."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8")

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, the column in characters.

        In a notebook the line counts through all the code cells; `place` counts within the cell.
        """
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, len(self.data[starts[line - 1] : offset].decode("utf-8", "ignore")) + 1

    def place(self, offset: int) -> tuple[int, int, int | None]:
        """Line, column and cell of an offset; in a notebook the line counts from the cell's first."""
        line, column = self.position(offset)
        cell = self.cell_at(offset)
        if cell is None:
            return line, column, None
        return line - self.position(cell.start)[0] + 1, column, cell.number

    def cell_at(self, offset: int) -> Cell | None:
        """The notebook cell that holds an offset, its end included; None outside of notebooks."""
        if not self.cells:
            return None
        index = bisect_right(self.cells, offset, key=lambda cell: cell.start)
        return self.cells[max(index - 1, 0)]

    def site(self, span: Span, kind: SiteKind, api: str) -> Site:
        """The site at a span, with its lines, columns and cell."""
        line, column, cell = self.place(span.start)
        end_line, end_column, _ = self.place(span.end)
        return Site(span, kind, api, line, column, end_line, end_column, cell)

    def line_indent(self, offset: int) -> str:
        """The white space at the start of the line that holds an offset."""
        match = _INDENT.match(self.data, self.line_starts()[self.position(offset)[0] - 1])
        return match[0].decode("ascii") if match else ""

    def line_starts(self) -> list[int]:
        """The offset at which each line begins, found once."""
        if not self._starts:
            self._starts.extend(line_starts(self.data))
        return self._starts


@functools.cache
def _parser() -> Parser:
    """One parser for the process; tree-sitter is loaded when the first file needs it."""
    import tree_sitter_python
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_python.language()))


def parse_python(data: bytes) -> Tree:
    """The tree of a Python text; a file with errors has one too.

    A carriage return alone ends a line for Python but not for tree-sitter: the tree is that of the
    text with line feeds in such places, so take texts from the source, never from a node.
    """
    if has_lone_return(data):
        data = _LONE_RETURN.sub(b"\n", data)
    return _parser().parse(data)


def read_bytes(path: Path, limit: int = SCAN_BYTES) -> bytes:
    """The bytes of a regular file.

    Raises SourceError where there is none, it may not be read, or it has more than `limit` bytes.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(not_regular(path, status.st_mode))
            if status.st_size > limit:
                raise SourceError(_too_large(path, status.st_size, limit))
            return _read_all(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except OSError as problem:
        raise SourceError(os_failure(path, problem, "read")) from None


def _read_all(descriptor: int, size: int) -> bytes:
    """All bytes of an open file that had `size` bytes when it was opened."""
    first = os.read(descriptor, size + 1)
    if len(first) == size:
        return first
    parts = [first]
    while part := os.read(descriptor, 1 << 16):
        parts.append(part)
    return b"".join(parts)


def read_source(path: Path, raw: bytes | None = None, max_bytes: int = MAX_BYTES) -> Source:
    """A file as text and tree; `raw` are its bytes where the caller has them already.

    Raises SourceError, with line and column where there is one, for a file that cannot be read, holds
    NUL bytes, is not in its encoding, is larger than `max_bytes` of code, or is a broken notebook.
    """
    if raw is None:
        raw = read_bytes(path)
    if path.suffix == ".ipynb":
        return _read_notebook(path, raw, max_bytes)
    if len(raw) > max_bytes:
        raise SourceError(_too_large(path, len(raw), max_bytes))
    text = decode(path, raw)
    if text.data.startswith(DATABRICKS_HEADER):
        return _read_databricks(path, text)
    return Source(path, text.data, text.encoding, text.bom, text.newline, parse_python(text.data))


def encode_source(source: Source, data: bytes) -> bytes:
    """The bytes of the file with `data` as its text: same encoding, same byte order mark.

    Of a notebook only the strings of lines that differ are spliced. Raises SourceError for a character
    that the encoding cannot write. Where the changes are at hand, `rewrite` is the surer way.
    """
    if source.masked is not None:
        data = source.masked.restore(data, source.data)
    if source.notebook is None:
        return encode(source.path, data, source.encoding, source.bom)
    return source.notebook.encode(source.notebook.changes_to(data))


def rewrite(source: Source, changes: Iterable[Change]) -> bytes:
    r"""The bytes of the file with the changes made; a "\n" in their text becomes the file's newline.

    Raises OverlapError when two changes overlap, SourceError when the new text cannot be encoded or a
    change reaches over the end of a notebook cell.
    """
    if source.masked is not None:
        text = source.masked.apply(changes, source.data, source.newline)
        return encode(source.path, text, source.encoding, source.bom)
    if source.notebook is None:
        return encode_source(source, apply_changes(source.data, changes, source.newline))
    return source.notebook.encode(changes)


def _read_databricks(path: Path, text: Decoded) -> Source:
    from adapter.source.databricks import mask

    data, masked = mask(text.data)
    return Source(
        path,
        data,
        text.encoding,
        text.bom,
        text.newline,
        parse_python(data),
        shell_lines=masked.shell_lines,
        masked=masked,
    )


def _read_notebook(path: Path, raw: bytes, max_bytes: int) -> Source:
    from adapter.source.notebook import read_notebook, without_broken_cells

    notebook = read_notebook(path, raw)
    if len(notebook.data) > max_bytes:
        raise SourceError(_too_large(path, len(notebook.data), max_bytes))
    tree = parse_python(notebook.data)
    if tree.root_node.has_error:
        notebook = without_broken_cells(notebook)
        tree = parse_python(notebook.data)
    return Source(
        path,
        notebook.data,
        "utf-8",
        notebook.bom,
        notebook.newline,
        tree,
        notebook.cells,
        notebook.shell_lines,
        notebook,
    )


def _too_large(path: Path, size: int, limit: int) -> FileError:
    return FileError(
        path,
        f"has {size / 1e6:.1f} MB, more than the limit of {limit / 1e6:.1f} MB: it looks generated",
        remedy="exclude it",
    )
