"""Bench: grading one answer with the oracle of its task."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapter.bench.oracle.trial import OracleError, ProgramFailedError, Runner, Trial
from adapter.bench.tasks import ORACLE_FILE, Task, TaskError


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is right, and if not why; `crashed` when it did not run to its end."""

    passed: bool
    reason: str
    crashed: bool
    seconds: float


def grade(answer: Path, runner: Runner) -> Verdict:
    """Hold the program in a folder against the oracle of the runner's task.

    Raises:
        TaskError: the oracle itself is broken.
    """
    check = load_oracle(runner.task)
    started = time.monotonic()
    try:
        check(Trial(answer, runner))
    except ProgramFailedError as error:
        return Verdict(False, str(error), True, time.monotonic() - started)
    except OracleError as error:
        return Verdict(False, str(error), False, time.monotonic() - started)
    return Verdict(True, "", False, time.monotonic() - started)


def load_oracle(task: Task) -> Callable[[Trial], None]:
    """The function `check` of a task's oracle.

    Raises:
        TaskError: the file does not load or has no such function.
    """
    path = task.folder / ORACLE_FILE
    spec = importlib.util.spec_from_file_location(f"oracle_of_{task.folder.name.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        check: Callable[[Trial], None] = module.check
    except (SyntaxError, ImportError, AttributeError) as error:
        raise TaskError(
            f"{path}:1:1: the oracle does not load: {error}; it must define check(task)"
        ) from error
    return check
