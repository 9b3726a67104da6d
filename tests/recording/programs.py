"""tests/recording: runs a program on its own and reads what it recorded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib

from recording.mlflow_reader import read_mlflow
from recording.records import Library, Recording
from recording.wandb_reader import read_wandb

TIME_LIMIT = 120  # seconds
NOT_PYTHON = ("!", "%", "?")


class ProgramFailedError(Exception):
    """A program ended with an error; the message holds the end of what it printed."""


def run_program(path: Path, *, library: Library | str, workdir: Path) -> Recording:
    """Run a script or a notebook in a copy of its folder and read what it recorded with the library.

    The program gets an environment of its own: home, temporary folder, an offline W&B and an MLflow store
    below `workdir`, which must be empty or new.

    Raises:
        ProgramFailedError: when the program ends with an error or takes longer than `TIME_LIMIT`.
    """
    project = workdir / "project"
    shutil.copytree(path.parent, project, ignore=shutil.ignore_patterns("__pycache__", ".adapter"))
    program = project / path.name
    if path.suffix == ".ipynb":
        program = program.with_name(f"{path.stem}_cells.py")
        program.write_text(code_of_notebook(path), encoding="utf-8")
    _run(program, clean_environment(workdir), workdir / "output.txt")
    return _read(Library(library), workdir)


def code_of_notebook(path: Path) -> str:
    """The code cells of a notebook as one script, without magics and shell lines."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    lines = [
        line
        for source in cells
        if not source.lstrip().startswith("%%")
        for line in [*source.splitlines(), ""]
        if not line.lstrip().startswith(NOT_PYTHON)
    ]
    return "\n".join(lines) + "\n"


def clean_environment(workdir: Path) -> dict[str, str]:
    """The environment of a program: nothing of ours but the path and the language, everything offline."""
    home, temporary = workdir / "home", workdir / "tmp"
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    return kept | {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "KERAS_BACKEND": "torch",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": matplotlib.get_cachedir(),  # shared: building the font cache takes seconds
        "WANDB_MODE": "offline",
        "WANDB_SILENT": "true",
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_DISABLE_GIT": "true",
        "WANDB_DIR": str(workdir),
        "WANDB_DATA_DIR": str(home / "wandb-data"),
        "WANDB_CACHE_DIR": str(home / "wandb-cache"),
        "WANDB_CONFIG_DIR": str(home / "wandb-config"),
        "MLFLOW_TRACKING_URI": _store(workdir).as_uri(),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
    }


def _store(workdir: Path) -> Path:
    return workdir.resolve() / "mlruns"


def _run(program: Path, environment: dict[str, str], output: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, program.name],
            cwd=program.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramFailedError(f"{program.name} took longer than {TIME_LIMIT} s") from error
    output.write_bytes(done.stdout)
    if done.returncode:
        tail = done.stdout.decode(errors="replace")[-2000:]
        raise ProgramFailedError(f"{program.name} ended with {done.returncode}:\n{tail}")


def _read(library: Library, workdir: Path) -> Recording:
    recordings = {
        Library.WANDB: read_wandb(workdir),
        Library.MLFLOW: read_mlflow(_store(workdir)),
    }
    recording = recordings.pop(library)
    recording.strays = [name.value for name, other in recordings.items() if other.runs]
    return recording
