"""tests/bench: small tasks, and trials whose recordings are given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.bench.oracle.trial import Runner, Trial
from adapter.bench.recording.records import Library, Recording, RunRecord
from adapter.bench.tasks import Task, load_task
from adapter.sandbox.run import Execution, Isolation

TASK = """\
family: tracking
function: inline
source: null
target: {target}
framework: sklearn
difficulty: simple
traits: [small]
program: before.py
instruction: Say more than the program says now.
mutants:
- {{why: wrong word, replace: more, by: less}}
- {{why: says it twice, replace: "print('more')", by: "print('more'); print('more')"}}
- {{why: no word, replace: "print('more')", by: pass}}
"""
ORACLE = """\
from adapter.bench.oracle import OracleError, Trial


def check(task: Trial) -> None:
    if task.after.stdout != task.before.stdout + "more\\n":
        raise OracleError(f"it says {task.after.stdout!r}")
"""


@pytest.fixture
def make_task(tmp_path: Path) -> Callable[..., Task]:
    """Writes a small task, with any of its files another text, and loads it."""

    def make(target: str = "mlflow", **texts: str) -> Task:
        folder = tmp_path / "tasks" / "tracking" / "small"
        folder.mkdir(parents=True)
        files = {
            "task_yaml": TASK.format(target=target),
            "before_py": "print('word')\n",
            "reference_py": "print('word')\nprint('more')\n",
            "oracle_py": ORACLE,
        }
        for name, text in (files | texts).items():
            if text:
                stem, _, suffix = name.rpartition("_")
                (folder / f"{stem}.{suffix}").write_text(text)
        return load_task(folder)

    return make


@pytest.fixture
def trial_of(tmp_path: Path, make_task: Callable[..., Task]) -> Callable[..., Trial]:
    """A trial whose programs printed this and whose plain run recorded these runs."""

    def make(*runs: RunRecord, before: str = "", after: str | None = None, target: str = "mlflow") -> Trial:
        runner = Runner(make_task(target), tmp_path / "work")
        trial = Trial(tmp_path / "answer", runner)
        vars(runner)["before"] = ended(tmp_path / "before", before)
        vars(trial)["after"] = ended(tmp_path / "after", before if after is None else after)
        vars(trial)["store"] = Recording(Library(target), runs=list(runs))
        return trial

    return make


def ended(workdir: Path, stdout: str) -> Execution:
    """An execution that went well."""
    project = workdir / "project"
    project.mkdir(parents=True)
    return Execution(0, stdout, "", 0.1, False, False, project, workdir, Isolation.LIMITS)
