"""source: a Jupyter notebook as one Python text, and changes of that text put back into its JSON."""

from __future__ import annotations

import difflib
import json
import re
from bisect import bisect_right
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from adapter.plan import Change, Span
from adapter.source.celljson import RawCell, escapes_letters, scan_notebook
from adapter.source.cells import Cell, ShellLine
from adapter.source.edits import OverlapError, with_newlines
from adapter.source.encoding import BOM, newline_of
from adapter.source.errors import SourceError
from adapter.source.magics import Mask, find_masks, masked_text, whole_cell
from adapter.source.python_says import syntax_problem
from adapter.source.splicing import Splice, splice_cell


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell: where it lies in the Python text, how the JSON spells it, what it really says."""

    cell: Cell
    raw: RawCell
    text: bytes
    masks: tuple[Mask, ...]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The JSON of a notebook, and its code cells as one Python text `data`.

    Between two cells stands a comment that no cell contains. Lines that are not Python are masked by
    placeholders of the same length, so an offset means the same in `data` and in the real text.
    """

    path: Path
    json: str
    bom: bool
    data: bytes
    separator: bytes
    parts: tuple[CodeCell, ...]
    newline: str

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Where each code cell lies."""
        return tuple(part.cell for part in self.parts)

    @property
    def shell_lines(self) -> tuple[ShellLine, ...]:
        """All that is masked, in order."""
        return tuple(
            ShellLine(
                part.cell.start + mask.start,
                part.cell.start + mask.end,
                part.text[mask.start : mask.end].decode("utf-8"),
                mask.kind,
            )
            for part in self.parts
            for mask in part.masks
        )

    def encode(self, changes: Iterable[Change]) -> bytes:
        """The bytes of the notebook with the changes made; only strings of lines that change differ.

        Raises OverlapError, and SourceError for a change that reaches over the end of a cell.
        """
        by_cell: dict[int, list[Change]] = {}
        for change in sorted(changes, key=lambda change: change.span):
            by_cell.setdefault(self._cell_of(change.span), []).append(change)
        ascii_only = bool(by_cell) and escapes_letters(self.json)
        splices: list[Splice] = []
        for index, in_cell in by_cell.items():
            part = self.parts[index]
            inner = self._inside(part, in_cell)
            splices.extend(splice_cell(self.json, part.raw, part.text, inner, ascii_only))
        text = _spliced(self.json, splices).encode("utf-8")
        return BOM + text if self.bom else text

    def changes_to(self, data: bytes) -> list[Change]:
        """Changes that make `data` of the Python text; raises SourceError if it has other cells."""
        if data == self.data:
            return []
        texts = data.split(self.separator)
        if len(texts) != len(self.parts):
            raise SourceError.at(self.path, "the new text does not have the cells of the notebook")
        changes: list[Change] = []
        for part, new in zip(self.parts, texts, strict=True):
            old = self.data[part.cell.start : part.cell.end]
            if old != new:
                real = _unmasked(part, part.masks, old, new.decode("utf-8")).encode("utf-8")
                changes.extend(_differences(part.text, real, part.cell.start))
        return changes

    def _cell_of(self, span: Span) -> int:
        """The index of the cell that holds a span; the line end after a cell's last line counts to it."""
        index = bisect_right(self.parts, span.start, key=lambda part: part.cell.start) - 1
        if index < 0 or not span.start <= span.end <= self.parts[index].cell.end + 1:
            raise SourceError.at(self.path, f"a change reaches over the end of a cell: {span!r}")
        return index

    def _inside(self, part: CodeCell, changes: list[Change]) -> list[Change]:
        """The changes with offsets in the cell's real text and what they enclose unmasked."""
        virtual = self.data[part.cell.start : part.cell.end]
        inner: list[Change] = []
        for change in changes:
            span = Span(change.span.start - part.cell.start, change.span.end - part.cell.start)
            masks = tuple(mask for mask in part.masks if span.start <= mask.start and mask.end <= span.end)
            text = with_newlines(_unmasked(part, masks, virtual, change.text), self.newline)
            floor = inner[-1].span.end if inner else 0
            inner.append(_before_end(part.text, Change(span, text), floor))
        for before, after in pairwise(inner):
            if before.span.end > after.span.start:
                raise OverlapError(f"{after!r} overlaps {before!r}")
        return inner


def read_notebook(path: Path, raw: bytes) -> Notebook:
    """The code cells of a notebook; raises SourceError, with the place, for what is not one."""
    bom = raw.startswith(BOM)
    try:
        text = raw[len(BOM) :].decode("utf-8") if bom else raw.decode("utf-8")
        found = scan_notebook(text)
    except UnicodeDecodeError as problem:
        raise _broken(path, f"byte 0x{raw[problem.start]:02x} is not UTF-8", None, None) from None
    except json.JSONDecodeError as problem:
        raise _broken(path, f"is not JSON: {problem.msg}", problem.lineno, problem.colno) from None
    except RecursionError:
        raise _broken(path, "is nested too deeply", None, None) from None
    if not found.found_cells:
        raise _broken(path, "is JSON, but has no cells", 1, 1)
    cells = [cell for cell in found.cells if cell.kind == "code" and cell.end]
    if found.language and "python" not in found.language.lower():
        cells = []
    return _assemble(path, text, bom, cells)


def without_broken_cells(notebook: Notebook) -> Notebook:
    """The same notebook with every cell masked that Python cannot parse: in Jupyter it fails alone."""
    broken = {
        part.cell.number
        for part in notebook.parts
        if syntax_problem(notebook.data[part.cell.start : part.cell.end], notebook=True)
    }
    cells = [part.raw for part in notebook.parts]
    return _assemble(notebook.path, notebook.json, notebook.bom, cells, broken) if broken else notebook


def _assemble(
    path: Path, text: str, bom: bool, cells: list[RawCell], broken: Container[int] = ()
) -> Notebook:
    """Join the cells to one Python text; those numbered in `broken` are masked as a whole."""
    texts = [_cell_text(path, cell) for cell in cells]
    separator = b"\n#\x0c\n"
    while any(separator.strip(b"\n") in cell for cell in texts):
        separator = b"\n#\x0c" + separator[2:]
    parts: list[CodeCell] = []
    pieces: list[bytes] = []
    start = masked = 0
    for raw, cell_text in zip(cells, texts, strict=True):
        masks = (whole_cell(cell_text),) if raw.number in broken else tuple(find_masks(cell_text))
        parts.append(CodeCell(Cell(raw.number, start, start + len(cell_text)), raw, cell_text, masks))
        pieces.append(masked_text(cell_text, masks, masked))
        masked += len(masks)
        start += len(cell_text) + len(separator)
    data = separator.join(pieces)
    return Notebook(path, text, bom, data, separator, tuple(parts), newline_of(b"".join(texts)))


def _cell_text(path: Path, cell: RawCell) -> bytes:
    try:
        text = "".join(element.value for element in cell.elements).encode("utf-8")
    except UnicodeEncodeError:
        raise _broken(path, f"cell {cell.number} holds half of a surrogate pair", None, None) from None
    if b"\0" in text:
        raise _broken(path, f"cell {cell.number} holds a NUL character", None, None)
    return text


def _broken(path: Path, message: str, line: int | None, column: int | None) -> SourceError:
    return SourceError.at(path, message, line, column, "open it in Jupyter and save it again, or exclude it")


def _unmasked(part: CodeCell, masks: tuple[Mask, ...], virtual: bytes, text: str) -> str:
    """A new text for what `masks` lie in, with the real lines where it has their placeholders."""
    for mask in masks:
        stood = virtual[mask.start : mask.end].decode("utf-8").split("\n")
        real = part.text[mask.start : mask.end].decode("utf-8").split("\n")
        done = 0
        for placed, line in zip(stood, real, strict=True):
            if not placed:
                continue
            found = _placed(placed).search(text, done)
            if not found:
                break
            text = text[: found.start()] + line + text[found.end() :]
            done = found.start() + len(line)
    return text


def _placed(placeholder_line: str) -> re.Pattern[str]:
    """Finds a placeholder that is not a part of a longer name."""
    end = "" if placeholder_line.endswith(";") else r"(?!\w)"
    return re.compile(rf"(?<!\w){re.escape(placeholder_line)}{end}")


def _before_end(text: bytes, change: Change, floor: int) -> Change:
    """A change that takes the line end after a cell's last line, without it: there is none in a cell.

    `floor` is where the change before it ends.
    """
    if change.span.end <= len(text):
        return change
    start, new = change.span.start, change.text.removesuffix("\n").removesuffix("\r")
    if start > len(text):
        start = len(text)
        new = "\n" + new if text and not text.endswith(b"\n") else new
    elif not new and text[:start].endswith(b"\n"):
        line_end = start - (2 if text[:start].endswith(b"\r\n") else 1)
        start = line_end if line_end >= floor else start
    return Change(Span(start, len(text)), new)


def _spliced(text: str, splices: list[Splice]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, new in sorted(splices, key=lambda splice: splice[:2]):
        pieces += (text[done:start], new)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _differences(old: bytes, new: bytes, offset: int) -> list[Change]:
    """Changes, line by line, that make one text of another; `offset` is where the old one begins."""
    before, after = (text.decode("utf-8").splitlines(keepends=True) for text in (old, new))
    starts = [offset]
    for line in before:
        starts.append(starts[-1] + len(line.encode("utf-8")))
    changes: list[Change] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag == "equal":
            continue
        changes.append(Change(Span(starts[first], starts[last]), "".join(after[new_first:new_last])))
    return changes
