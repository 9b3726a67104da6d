"""Bench: a program as the text of a question, and an answer put back into its files.

A script is one block. The files of a folder each follow a line that names them, and so do they in the answer.
The code cells of a notebook are parts of one script, divided by `# %%` lines, as editors write notebooks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r"^```[\w+-]*[ \t]*\n(.*?)(?:^```|\Z)", re.DOTALL | re.MULTILINE)
_CELL = re.compile(r"^# %%.*\n?", re.MULTILINE)
_FILE_LINE = "### File: {name}"


class AnswerError(Exception):
    """An answer holds no program; the message says what is missing."""


def shown(folder: Path) -> str:
    """The program in a folder as a question shows it."""
    paths = program_files(folder)
    blocks = [f"```python\n{_text(path)}```" for path in paths]
    if len(paths) == 1:
        return blocks[0]
    names = [_FILE_LINE.format(name=path.relative_to(folder).as_posix()) for path in paths]
    return "\n\n".join(f"{name}\n{block}" for name, block in zip(names, blocks, strict=True))


def program_files(folder: Path) -> list[Path]:
    """The files of a program that a model sees: Python and notebooks."""
    return sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".ipynb"} and path.is_file())


def put_back(answer: str, folder: Path) -> None:
    """Write the program of an answer over the one in a folder; a file that the answer leaves out stays.

    Raises:
        AnswerError: there is no block of code, or none for a file of the program.
    """
    paths = program_files(folder)
    blocks = [match[1] for match in _BLOCK.finditer(answer)]
    if not blocks:
        raise AnswerError("the answer has no block of code")
    if len(paths) == 1:
        # Models add usage examples in blocks of their own; the program is the longest one.
        _write(paths[0], max(blocks, key=len))
        return
    found = dict(_named_blocks(answer, folder, paths))
    if not found:
        raise AnswerError("no block of the answer follows a line that names a file of the program")
    for path, text in found.items():
        _write(path, text)


def _named_blocks(answer: str, folder: Path, paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """The blocks that follow a line with the name of a file."""
    for match in _BLOCK.finditer(answer):
        heading = answer[: match.start()].rstrip().rpartition("\n")[2]
        for path in paths:
            name = path.relative_to(folder).as_posix()
            if re.search(rf"(?<![\w/.]){re.escape(name)}(?![\w/])", heading):
                yield path, match[1]


def _text(path: Path) -> str:
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        text = "".join(f"# %%\n{source_of(cell)}\n" for cell in code_cells(json.loads(text)))
    return text if text.endswith("\n") else text + "\n"


def _write(path: Path, text: str) -> None:
    if path.suffix != ".ipynb":
        path.write_text(text, "utf-8")
        return
    notebook = json.loads(path.read_text("utf-8"))
    parts = [part.strip("\n") for part in _CELL.split(text)]
    parts = parts if parts[0] else parts[1:]
    cells = code_cells(notebook)
    # Cells that the answer adds go into the last one; those that it leaves out become empty.
    if len(parts) > len(cells):
        parts = [*parts[: len(cells) - 1], "\n\n".join(parts[len(cells) - 1 :])]
    for cell, part in zip(cells, [*parts, *[""] * (len(cells) - len(parts))], strict=True):
        cell["source"] = part.splitlines(keepends=True)
    path.write_text(json.dumps(notebook, indent=1) + "\n", "utf-8")


def code_cells(notebook: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """The cells of a notebook that hold code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source_of(cell: dict[str, object]) -> str:
    """The text of a cell."""
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)
