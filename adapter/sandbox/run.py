"""Sandbox: runs a command in a copy of a folder, closed in and within limits.

The program sees a cleared environment, its own home and temporary folder, no network but loopback, no other
processes, and can write nothing but its own folder. How much of that holds depends on what is installed and
what the kernel allows; `Execution.isolation` says it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Thread
from typing import IO

from adapter.sandbox.fonts import with_fonts

SUPERVISOR = Path(__file__).with_name("supervisor.py")
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", ".adapter", ".git")
# The supervisor ends a program at its limit; this long after, it is itself taken for hanging.
GRACE_SECONDS = 15.0


class Isolation(StrEnum):
    """How a program is closed in, strongest first.

    `BUBBLEWRAP`: network, processes and /proc of its own, everything but its own folder read-only, homes and
    scratch folders hidden. `NAMESPACES`: network, processes and /proc of its own. `NETWORK`: a network of its
    own; what it leaves running is hunted down. `LIMITS`: only limits, environment and that hunt.
    """

    BUBBLEWRAP = "bubblewrap"
    NAMESPACES = "namespaces"
    NETWORK = "network"
    LIMITS = "limits"


class SandboxError(Exception):
    """The sandbox itself failed; the program is not to blame."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use.

    Wall seconds; per process CPU seconds and memory; size of a file; all files in its folder together;
    processes at a time; bytes of output.
    """

    seconds: float = 240.0
    cpu_seconds: int = 120
    memory_mb: int = 4000
    file_mb: int = 1000
    disk_mb: int = 8000
    processes: int = 512
    output_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Execution:
    """How a program ended and what it printed; `project` is its folder, `workdir` all that is its own.

    `stopped` says which limit ended it, "" when it ended by itself or by a limit of its processes.
    """

    code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool
    truncated: bool
    project: Path
    workdir: Path
    isolation: Isolation
    stopped: str = ""


def run(
    command: Sequence[str],
    folder: Path,
    workdir: Path,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> Execution:
    """Run a command in `workdir/project`, a copy of `folder`; `workdir` must be empty or new.

    The environment is `clean_environment(workdir)` and what `environment` adds to it.

    Raises:
        SandboxError: the program could not be started.
    """
    project = workdir / "project"
    shutil.copytree(folder, project, ignore=LEFT_BEHIND, symlinks=True)
    return run_in(command, project, workdir, limits, environment)


def run_in(
    command: Sequence[str],
    project: Path,
    workdir: Path,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
    visible: Sequence[Path] = (),
) -> Execution:
    """Run a command in a folder that was prepared below `workdir`, as `run` does.

    It may read `visible` folders, where the isolation hides what lies in temporary folders.
    """
    limits = limits or Limits()
    variables = clean_environment(workdir) | dict(environment or {})
    isolation = strongest_isolation()
    ended = _supervise(command, project, variables, limits, isolation, workdir, visible)
    return Execution(
        code=ended.code,
        stdout=ended.stdout.text(),
        stderr=ended.stderr.text(),
        seconds=ended.seconds,
        timed_out=ended.timed_out,
        truncated=ended.stdout.truncated or ended.stderr.truncated,
        project=project,
        workdir=workdir,
        isolation=isolation,
        stopped=ended.stopped,
    )


def clean_environment(workdir: Path) -> dict[str, str]:
    """The environment of a program: nothing of ours but the path and the language, everything offline."""
    workdir = workdir.resolve()
    home, temporary = workdir / "home", workdir / "tmp"
    for folder in (home, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    return (
        kept
        | with_fonts(home / "matplotlib")
        | {
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "CUDA_VISIBLE_DEVICES": "",
            "KERAS_BACKEND": "torch",
            "MPLBACKEND": "Agg",
            "COLUMNS": "120",
            "HF_HUB_OFFLINE": "1",
            "TRANSFORMERS_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "WANDB_MODE": "offline",
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_DISABLE_GIT": "true",
            "WANDB_DIR": str(workdir),
            "WANDB_DATA_DIR": str(home / "wandb-data"),
            "WANDB_CACHE_DIR": str(home / "wandb-cache"),
            "WANDB_CONFIG_DIR": str(home / "wandb-config"),
            "MLFLOW_TRACKING_URI": mlflow_store(workdir).as_uri(),
            "MLFLOW_ALLOW_FILE_STORE": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            # A logged model lists the packages it was made with; loading it once more to see is slow.
            "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "0",
            "DO_NOT_TRACK": "true",
        }
    )


def mlflow_store(workdir: Path) -> Path:
    """The folder in which the programs of a work folder keep their MLflow runs."""
    return workdir.resolve() / "mlruns"


@cache
def strongest_isolation() -> Isolation:
    """The strongest isolation that works on this machine, tried once with a command that does nothing."""
    for isolation in Isolation:
        if is_there(isolation):
            return isolation
    raise SandboxError("no program can be started here, not even without isolation")


@cache
def is_there(isolation: Isolation) -> bool:
    """Whether this machine has an isolation, tried with a command that does nothing."""
    limits = Limits(seconds=30, cpu_seconds=10)
    command = [sys.executable, "-I", "-S", "-c", ""]
    with tempfile.TemporaryDirectory(prefix="adapter-sandbox-") as place:
        folder = Path(place)
        try:
            return _supervise(command, folder, dict(os.environ), limits, isolation, folder).code == 0
        except SandboxError:
            return False


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    timed_out: bool
    stopped: str
    seconds: float
    stdout: _Collector
    stderr: _Collector


class _Collector:
    """Reads a pipe to its end in a thread of its own and keeps the first bytes."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        self.truncated = False
        self._kept = bytearray()
        self._limit = limit
        self._thread = Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def text(self) -> str:
        """What was kept, with every line ending as it was written."""
        return self._kept.decode(errors="replace")

    def finish(self) -> None:
        """Wait until the last writer has closed the pipe."""
        self._thread.join()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while data := pipe.read1(65536):  # type: ignore[attr-defined]
                room = self._limit - len(self._kept)
                self._kept += data[: max(room, 0)]
                self.truncated = self.truncated or len(data) > room


def _supervise(
    command: Sequence[str],
    project: Path,
    variables: Mapping[str, str],
    limits: Limits,
    isolation: Isolation,
    workdir: Path,
    visible: Sequence[Path] = (),
) -> _Ended:
    if isolation is Isolation.BUBBLEWRAP:
        command = _in_bubble(command, project, variables, limits, workdir, visible)
    reading, writing = os.pipe()
    asked = {key: value for key, value in asdict(limits).items() if key != "output_bytes"}
    own = {"isolation": isolation.value, "report": writing, "workdir": str(workdir.resolve())}
    spec = json.dumps(own | asked)
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(SUPERVISOR), spec, *command],
        cwd=project,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(writing,),
        start_new_session=True,
    )
    os.close(writing)
    assert process.stdout is not None
    assert process.stderr is not None
    collectors = [_Collector(pipe, limits.output_bytes) for pipe in (process.stdout, process.stderr)]
    try:
        process.wait(limits.seconds + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for collector in collectors:
        collector.finish()
    with os.fdopen(reading, "rb") as report:
        line = report.readline()
    seconds = time.monotonic() - started
    if not line:
        return _Ended(process.returncode, True, "", seconds, *collectors)
    said = json.loads(line)
    if said["error"]:
        raise SandboxError(f"{command[0]} was not started with isolation {isolation}: {said['error']}")
    return _Ended(said["code"], said["timed_out"], said["stopped"], seconds, *collectors)


def _in_bubble(
    command: Sequence[str],
    project: Path,
    variables: Mapping[str, str],
    limits: Limits,
    workdir: Path,
    visible: Sequence[Path],
) -> list[str]:
    from adapter.sandbox.bubble import bubble_options, bubblewrap

    program = bubblewrap()
    if program is None:
        raise SandboxError("bubblewrap is not installed")
    if shutil.which(command[0], path=variables.get("PATH")) is None:
        raise SandboxError(f"{command[0]} was not started with bubblewrap: there is no such program")
    return [program, *bubble_options(workdir, project, variables, limits.file_mb, visible), *command]
