"""Running a command and measuring it: wall time and memory."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

# Reading a process's pages holds it up: more often would slow down what is measured.
_SAMPLE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a command took.

    `wall` is in seconds. `largest` is the peak of the largest process, `together` the peak of the
    process and its children with shared pages counted once; both in MB, `together` is 0 unless sampled.
    """

    wall: float
    largest: float
    together: float = 0.0


def measure(command: list[str], sampled: bool = False) -> Measured:
    """Run a command with its output thrown away.

    Raises:
        RuntimeError: it did not end with 0; the message has the end of what it said.
    """
    with tempfile.TemporaryFile() as said:
        measured, code = _run(command, said, sampled)
        if code != 0:
            said.seek(0)
            last = said.read()[-2_000:].decode(errors="replace")
            raise RuntimeError(f"{shlex.join(command)} ended with {code}:\n{last}")
    return measured


def _run(command: list[str], said: IO[bytes], sampled: bool) -> tuple[Measured, int]:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
    peak = _Peak(process.pid) if sampled else None
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    together = peak.stop() if peak is not None else 0.0
    return Measured(wall, usage.ru_maxrss / 1e3, together), process.returncode


def median_walls(commands: list[list[str]], times: int) -> list[float]:
    """The median wall time of each command, all run in turns so that they meet the same machine."""
    walls: list[list[float]] = [[] for _ in commands]
    for _ in range(times):
        for command, found in zip(commands, walls, strict=True):
            found.append(measure(command).wall)
    return [median(found) for found in walls]


def adapter_command(*arguments: str) -> list[str]:
    """The installed `adapter` beside this interpreter, else the module."""
    script = Path(sys.executable).parent / "adapter"
    return [str(script), *arguments] if script.exists() else [sys.executable, "-m", "adapter", *arguments]


def ast_grep_command(*arguments: str) -> list[str] | None:
    """The installed `ast-grep`, None where there is none."""
    script = shutil.which("ast-grep", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return [script, *arguments] if script else None


class _Peak:
    """Samples the memory of a process and its children until it is stopped."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._peak = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._peak

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(map(_memory, _family(self._process))))


def _family(process: int) -> list[int]:
    """The process and all that it started, directly or not."""
    found = [process]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except OSError:
            continue
        found += map(int, children.split())
    return found


def _memory(process: int) -> float:
    """Proportional set size in MB; 0 for a process that is gone."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1e3
