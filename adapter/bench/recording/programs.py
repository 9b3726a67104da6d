"""Bench: runs a program on its own and reads what it recorded."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from adapter.bench.recording.aim_reader import read_aim
from adapter.bench.recording.dvclive_reader import read_dvclive
from adapter.bench.recording.mlflow_reader import read_mlflow
from adapter.bench.recording.records import Library, Recording
from adapter.bench.recording.tensorboard_reader import read_tensorboard
from adapter.bench.recording.wandb_reader import read_wandb
from adapter.sandbox.run import LEFT_BEHIND, Limits, mlflow_store, run_in

TIME_LIMITS = Limits(seconds=240, cpu_seconds=120)
NOT_PYTHON = ("!", "%", "?")


class ProgramFailedError(Exception):
    """A program ended with an error; the message holds the end of what it printed."""


def run_program(path: Path, *, library: Library | str, workdir: Path) -> Recording:
    """Run a script or a notebook in a copy of its folder and read what it recorded with the library.

    The program runs in the sandbox, below `workdir`, which must be empty or new.

    Raises:
        ProgramFailedError: when the program ends with an error or takes longer than `TIME_LIMITS` allow.
    """
    project = workdir / "project"
    shutil.copytree(path.parent, project, ignore=LEFT_BEHIND)
    program = runnable(project / path.name)
    done = run_in([sys.executable, program.name], project, workdir, TIME_LIMITS)
    if done.timed_out:
        raise ProgramFailedError(f"{program.name} took longer than {TIME_LIMITS.cpu_seconds} s")
    if done.code:
        tail = (done.stdout + done.stderr)[-2000:]
        raise ProgramFailedError(f"{program.name} ended with {done.code}:\n{tail}")
    return read_recording(Library(library), workdir)


def runnable(program: Path) -> Path:
    """The script to run for a program: itself, or the script made of a notebook's cells beside it."""
    if program.suffix != ".ipynb":
        return program
    script = program.with_name(f"{program.stem}_cells.py")
    script.write_text(code_of_notebook(program), encoding="utf-8")
    return script


def read_recording(library: Library, workdir: Path) -> Recording:
    """What was recorded below a work folder with the library, and which others recorded something as well."""
    readers: dict[Library, Callable[[], Recording]] = {
        Library.WANDB: lambda: read_wandb(workdir),
        Library.MLFLOW: lambda: read_mlflow(mlflow_store(workdir)),
        Library.TENSORBOARD: lambda: read_tensorboard(workdir / "project"),
        Library.DVCLIVE: lambda: read_dvclive(workdir / "project"),
        Library.AIM: lambda: read_aim(workdir / "project"),
    }
    recording = readers.pop(library)()
    recording.strays = [name.value for name, read in readers.items() if read().runs]
    return recording


def code_of_notebook(path: Path) -> str:
    """The code cells of a notebook as one script, without magics and shell lines.

    What a cell shows because it is its last expression is shown as a Python prompt shows it.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    lines = [
        line for source in cells if not source.lstrip().startswith("%%") for line in _lines_of_cell(source)
    ]
    return "\n".join(lines) + "\n"


def _lines_of_cell(source: str) -> Iterator[str]:
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(NOT_PYTHON)]
    try:
        statements = ast.parse("\n".join(lines)).body
    except SyntaxError:
        statements = []  # running the script shows the place
    last = statements[-1] if statements else None
    if (
        isinstance(last, ast.Expr)
        and last.end_lineno
        and not lines[last.end_lineno - 1].rstrip().endswith(";")
    ):
        first, end = last.lineno - 1, last.end_lineno
        # columns of the tree count bytes; a cell's last expression starts its line, but for a semicolon
        shown = ast.unparse(last.value)
        before = lines[first].encode()[: last.col_offset].decode()
        lines[first:end] = [f'{before}__import__("sys").displayhook({shown})']
    yield from lines
    yield ""
