"""Oracle: one adapted program under trial: it and the untouched one, run in the sandbox."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from adapter.bench.answers import change_program, put_before
from adapter.bench.oracle.machine import machine_environment, prepare_machine
from adapter.bench.recording.programs import read_recording, runnable
from adapter.bench.recording.records import Library, Recording
from adapter.bench.tasks import Task, TaskError
from adapter.sandbox.run import LEFT_BEHIND, Execution, Limits, run_in

PROBES = Path(__file__).with_name("probes")
NOTES = "notes"
# A program may wait for a busy machine this many times longer than it may compute.
WALL_PER_CPU = 6


class OracleError(Exception):
    """The adapted program is wrong; the message is a sentence that says how."""


class ProgramFailedError(OracleError):
    """The adapted program ended with an error or was stopped."""


@dataclass(frozen=True, slots=True)
class Edits:
    """Changes to a program before it is run: texts put in the place of others, constants set to values."""

    replace: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)

    def make(self, program: Path) -> None:
        """Change a script or a notebook.

        Raises:
            OracleError: a text does not occur, or a constant is not assigned at the start of a line.
        """
        for old, new in self.replace.items():
            self._change(program, re.escape(old), new)
        for name, value in self.constants.items():
            self._change(program, rf"(?m)^{name}\b([^=\n]*)=(?!=).*$", f"{name} = {value!r}")

    @staticmethod
    def _change(program: Path, pattern: str, new: str) -> None:
        text = program.read_text(encoding="utf-8")
        found = False

        def change(part: str) -> str:
            nonlocal found
            changed, times = re.subn(pattern, lambda _match: new, part)
            found = found or times > 0
            return changed

        change_program(program, change)
        if not found:
            raise OracleError(f"{pattern!r} does not occur in {program.name}:\n{text[:200]}")


class Runner:
    """Runs programs of one task, each in a work folder of its own below `workdir`."""

    def __init__(self, task: Task, workdir: Path) -> None:
        self.task = task
        self.workdir = workdir
        self._number = count()
        self._untouched_runs: dict[str, Execution] = {}

    def run(self, program: Path, arguments: Sequence[str], edits: Edits | None = None) -> Execution:
        """Run a copy of the program folder, with its entry edited first.

        Raises:
            OracleError: a text or a constant to be changed does not occur.
        """
        workdir = self.workdir / f"{program.name}-{next(self._number)}"
        project = workdir / "project"
        shutil.copytree(program, project, ignore=LEFT_BEHIND)
        entry = project / self.task.entry
        if edits:
            edits.make(entry)
        command = [sys.executable, runnable(entry).name, *arguments]
        (workdir / NOTES).mkdir()
        if self.task.target == "dvc":
            prepare_machine(workdir)
        return run_in(command, project, workdir, self.limits, self.environment(workdir))

    def run_untouched(self, arguments: Sequence[str], edits: Edits) -> Execution:
        """A run of the untouched program; one made before, for another answer, is not repeated."""
        key = repr((list(arguments), edits))
        if key not in self._untouched_runs:
            self._untouched_runs[key] = self.run(self.untouched, arguments, edits)
        return self._untouched_runs[key]

    def environment(self, workdir: Path) -> dict[str, str]:
        """What lets the probes note what a program does."""
        notes = {"PYTHONPATH": str(PROBES), "ADAPTER_NOTES": str(workdir.resolve() / NOTES)}
        return notes | (machine_environment(workdir) if self.task.target == "dvc" else {})

    @cached_property
    def untouched(self) -> Path:
        """The folder of the untouched program."""
        return put_before(self.task, self.workdir / "before")

    @cached_property
    def before(self) -> Execution:
        """The plain run of the untouched program, made once.

        Raises:
            TaskError: it ended with an error: the task is broken.
        """
        done = self.run(self.untouched, self.task.arguments)
        if done.code or done.timed_out:
            raise TaskError(f"{self.task.before}: the untouched program fails:\n{done.stderr[-1000:]}")
        return done

    @property
    def limits(self) -> Limits:
        """The limits of one run."""
        task = self.task
        return Limits(seconds=task.seconds * WALL_PER_CPU, cpu_seconds=task.seconds, memory_mb=task.memory_mb)


class Trial:
    """What an oracle looks at: `before` and `after`, the plain runs, and any further run it asks for.

    Reading `before` or `after` the first time runs the program; an adapted program that ends with an error
    raises there.
    """

    def __init__(self, answer: Path, runner: Runner) -> None:
        self.task = runner.task
        self.answer = answer
        self._runner = runner

    @property
    def before(self) -> Execution:
        """The plain run of the untouched program."""
        return self._runner.before

    @cached_property
    def after(self) -> Execution:
        """The plain run of the adapted program.

        Raises:
            ProgramFailedError: it ended with an error or was stopped.
        """
        return self.run(*self.task.arguments)

    @cached_property
    def store(self) -> Recording:
        """What the plain run of the adapted program recorded with the task's target library."""
        return self.recording(self.after)

    def run(
        self,
        *arguments: str,
        replace: Mapping[str, str] | None = None,
        constants: Mapping[str, object] | None = None,
        check: bool = True,
    ) -> Execution:
        """A further run of the adapted program, in a fresh copy, with this command line.

        `replace` changes texts of its entry first, `constants` what is assigned to names at line starts.

        Raises:
            ProgramFailedError: it ended with an error or was stopped, and `check` is true.
        """
        done = self._runner.run(self.answer, arguments, Edits(replace or {}, constants or {}))
        return checked(done, f"the adapted program {_command(arguments)}") if check else done

    def run_before(
        self,
        *arguments: str,
        replace: Mapping[str, str] | None = None,
        constants: Mapping[str, object] | None = None,
    ) -> Execution:
        """A further run of the untouched program, with another command line or with changed constants.

        Raises:
            ProgramFailedError: it ended with an error, so what it was given makes no sense.
        """
        edits = Edits(replace or {}, constants or {})
        done = self._runner.run_untouched(arguments, edits)
        return checked(done, f"the untouched program {_command(arguments)} with {edits}")

    def recording(self, execution: Execution, library: Library | str | None = None) -> Recording:
        """What a run recorded, with the task's target library unless another is named."""
        return read_recording(Library(library or self.task.target), execution.workdir)

    def notes(self, execution: Execution, probe: str) -> list[Any]:
        """What a probe (`optuna`, `nncf`) noted during a run, one entry per process that used the library."""
        folder = execution.workdir / NOTES
        return [json.loads(path.read_text()) for path in sorted(folder.glob(f"{probe}-*.json"))]

    def ask(self, code: str, within: Execution | None = None) -> Any:
        """Run Python code in a fresh process where a run left its files and stores; the value of `result`.

        The code sees the run's folder as working directory and module path, can read those of the other
        runs, and must bind `result` to
        something that JSON can hold; NumPy arrays and tensors become lists.

        Raises:
            ProgramFailedError: the code ended with an error.
        """
        at = within or self.after
        script = f"{code}\n{_SAY_RESULT}"
        limits = self._runner.limits
        variables = machine_environment(at.workdir) if self.task.target == "dvc" else {}
        visible = [self._runner.workdir]
        done = run_in([sys.executable, "-c", script], at.project, at.workdir, limits, variables, visible)
        checked(done, "a fresh process that reads what the adapted program left")
        return json.loads(done.stdout.splitlines()[-1])


_SAY_RESULT = """
import json
print()
print(json.dumps(result, default=lambda value: value.tolist()))
"""


def checked(done: Execution, what: str) -> Execution:
    """The execution itself.

    Raises:
        ProgramFailedError: it did not end well.
    """
    if done.timed_out:
        raise ProgramFailedError(f"{what} took too long")
    if done.stopped:
        raise ProgramFailedError(f"{what} was stopped at the limit of {done.stopped}")
    if done.code:
        tail = "\n".join(done.stderr.strip().splitlines()[-12:])
        raise ProgramFailedError(f"{what} ended with {done.code}:\n{tail}")
    return done


def _command(arguments: Sequence[str]) -> str:
    return f"(arguments: {' '.join(arguments)})" if arguments else "(no arguments)"
