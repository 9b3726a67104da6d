"""Bench: arms, the ways to adapt a program that are measured against each other."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import adapter
from adapter.bench.answers import put_before
from adapter.bench.grading import Verdict, grade
from adapter.bench.oracle.trial import Runner
from adapter.bench.tasks import Task

TIME_LIMIT = 120  # seconds


class Arm(Protocol):
    """Adapts the program in a folder, in place."""

    name: str

    def adapt(self, task: Task, folder: Path) -> str:
        """Adapt it, or leave it and say why; the text is what the arm had to say."""


class Rules:
    """What `adapter` makes of the program without a model."""

    name = "rules"

    def adapt(self, task: Task, folder: Path) -> str:
        """Run the command in the folder; what it wrote on stderr."""
        package_root = str(Path(adapter.__file__).parents[1])
        done = subprocess.run(
            [sys.executable, "-m", "adapter", *command_of(task)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": package_root},
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            check=False,
        )
        return (done.stderr + done.stdout).strip()


ARMS: dict[str, Arm] = {arm.name: arm for arm in (Rules(),)}


def command_of(task: Task) -> list[str]:
    """The arguments of `adapter` that a person would give for the task, in the program's folder."""
    if task.function == "translate":
        return ["translate", ".", "--from", str(task.source), "--to", task.target, "--write"]
    if task.function == "upgrade":
        return ["upgrade", task.target, ".", "--write"]
    options = [text for name, value in task.options.items() for text in _option(name, value)]
    return ["inline", task.family, task.entry, "--with", task.target, *options, "--write"]


def _option(name: str, value: object) -> Iterator[str]:
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, list):
        for item in value:
            yield from (flag, str(item))
    elif value is True:
        yield flag
    elif value is not False and value is not None:
        yield from (flag, str(value))


@dataclass(frozen=True, slots=True)
class Result:
    """What an arm's answer is worth; `said` is what the arm had to say, `changed` whether it tried."""

    task: Task
    verdict: Verdict
    changed: bool
    said: str


def run_arm(arm: Arm, tasks: Iterable[Task], jobs: int) -> Iterator[Result]:
    """Let an arm adapt every task once and grade the answers, several at a time, in order."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda task: answer_and_grade(arm, task), tasks)


def answer_and_grade(arm: Arm, task: Task) -> Result:
    """Let an arm adapt one program and grade the answer."""
    with tempfile.TemporaryDirectory(prefix="adapter-bench-") as place:
        runner = Runner(task, Path(place))
        answer = put_before(task, Path(place) / "answer")
        untouched = _texts(answer)
        said = arm.adapt(task, answer)
        changed = _texts(answer) != untouched
        return Result(task, grade(answer, runner), changed, said)


def _texts(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".adapter" not in path.parts
    }
