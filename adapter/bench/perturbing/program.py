"""Perturbing: a program as the Python text of its files; the cells of a notebook are one text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adapter.bench.whole_program import code_cells, program_files, source_of

_CELL = "# --- cell {number} ---"
# A command of the notebook (`%matplotlib inline`, `!ls`) is a comment in the text.
_COMMAND = re.compile(r"^([%!].*)$", re.MULTILINE)
_COMMENTED = re.compile(r"^# --- command --- (.*)$", re.MULTILINE)
_CELLS = re.compile(r"^# --- cell \d+ ---\n", re.MULTILINE)


class NotApplicableError(Exception):
    """A perturbation cannot be made of a program; the message says why."""


@dataclass(frozen=True, slots=True)
class Program:
    """The files of a program by their paths in its folder.

    `kept` are words that something outside the program knows it by: they stay as they are.
    """

    entry: str
    files: Mapping[str, str]
    kept: frozenset[str] = frozenset()

    @property
    def single(self) -> bool:
        """Whether no other file of the program can use what this one defines."""
        return len(self.files) == 1

    def words_beside(self, name: str) -> frozenset[str]:
        """All words of the other files, which may name what this file defines."""
        others = " ".join(text for other, text in self.files.items() if other != name)
        return frozenset(re.findall(r"\w+", others))

    def with_file(self, name: str, text: str) -> Program:
        """The program with another text in a file, or with a further file."""
        return replace(self, files={**self.files, name: text})


def read_program(folder: Path, entry: str, kept: frozenset[str]) -> Program:
    """The program in a folder."""
    texts = {path.relative_to(folder).as_posix(): _read(path) for path in program_files(folder)}
    return Program(entry, texts, kept)


def write_program(program: Program, folder: Path) -> None:
    """Write the texts over the files in a folder that holds the program they were made from."""
    for name, text in program.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ipynb":
            _write_cells(path, text)
        else:
            path.write_text(text, "utf-8")


def _read(path: Path) -> str:
    text = path.read_text("utf-8")
    if path.suffix != ".ipynb":
        return text
    sources = [source_of(cell) for cell in code_cells(json.loads(text))]
    marked = (f"{_CELL.format(number=number)}\n{source.rstrip()}\n" for number, source in enumerate(sources))
    return _COMMAND.sub(r"# --- command --- \1", "".join(marked))


def _write_cells(path: Path, text: str) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    parts = _CELLS.split(_COMMENTED.sub(r"\1", text))[1:]
    for cell, part in zip(code_cells(notebook), parts, strict=True):
        cell["source"] = part.rstrip("\n").splitlines(keepends=True)
    path.write_text(json.dumps(notebook, indent=1) + "\n", "utf-8")
