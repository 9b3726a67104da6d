"""tests/behaviour: the demo projects record the same before and after a translation, both ways.

Every program is run with the real library that it was written for, its project is translated from the
command line, and the translated program is run with the real target library.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from adapter.bench.recording import Library, Recording, differences, run_program

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "corpus" / "demo"
HELPERS = frozenset({"tracking.py"})
PROCESSES = 2


@dataclass(frozen=True)
class Direction:
    """From which library to which."""

    source: Library
    target: Library

    def __str__(self) -> str:
        return f"{self.source}-to-{self.target}"


DIRECTIONS = (Direction(Library.WANDB, Library.MLFLOW), Direction(Library.MLFLOW, Library.WANDB))


def programs(library: Library) -> list[str]:
    """The file names of the demo's scripts and notebooks."""
    files = [*(DEMO / library).glob("*.py"), *(DEMO / library).glob("*.ipynb")]
    return sorted(file.name for file in files if file.name not in HELPERS)


class Demo:
    """One demo project: its programs run before and after one translation, each at most once."""

    def __init__(self, direction: Direction, folder: Path, pool: ThreadPoolExecutor) -> None:
        self.direction = direction
        self.folder = folder
        self.pool = pool
        self.project = folder / "translated"
        self.translation = translate(direction, self.project)
        self.before = cache(self._start_before)
        self.after = cache(self._start_after)

    def start_all(self) -> None:
        """Let the pool work on all programs while the tests wait for the first."""
        for name in programs(self.direction.source):
            self.before(name)
            self.after(name)

    def _start_before(self, name: str) -> Future[Recording]:
        return self._start(DEMO / self.direction.source / name, self.direction.source, "before")

    def _start_after(self, name: str) -> Future[Recording]:
        return self._start(self.project / name, self.direction.target, "after")

    def _start(self, program: Path, library: Library, when: str) -> Future[Recording]:
        workdir = self.folder / when / program.name
        return self.pool.submit(run_program, program, library=library, workdir=workdir)


def translate(direction: Direction, project: Path) -> subprocess.CompletedProcess[str]:
    """Copy the demo to the project folder and translate it there."""
    shutil.copytree(DEMO / direction.source, project)
    arguments = ["translate", str(project), "--from", direction.source, "--to", direction.target, "--write"]
    return subprocess.run(
        [sys.executable, "-m", "adapter", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="session")
def demo_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Direction], Demo]]:
    """Gives the demo of a direction; what was started and not asked for is called off at the end."""
    pool = ThreadPoolExecutor(PROCESSES)

    @cache
    def make(direction: Direction) -> Demo:
        demo = Demo(direction, tmp_path_factory.mktemp(str(direction)), pool)
        # With pytest-xdist the workers share the programs among them, so none may run ahead.
        if demo.translation.returncode == 0 and "PYTEST_XDIST_WORKER" not in os.environ:
            demo.start_all()
        return demo

    yield make
    pool.shutdown(cancel_futures=True)


@pytest.fixture(params=DIRECTIONS, ids=str)
def demo(request: pytest.FixtureRequest, demo_of: Callable[[Direction], Demo]) -> Demo:
    """The demo of each direction."""
    return demo_of(request.param)


CASES = [
    pytest.param(direction, name, id=f"{direction}-{name}")
    for direction in DIRECTIONS
    for name in programs(direction.source)
]


@pytest.mark.parametrize(("direction", "name"), CASES)
def test_a_program_records_the_same_after_its_translation(
    direction: Direction, name: str, demo_of: Callable[[Direction], Demo]
) -> None:
    demo = demo_of(direction)
    assert demo.translation.returncode == 0, demo.translation.stderr
    before, after = demo.before(name), demo.after(name)
    assert differences(before.result(), after.result()) == []


def test_the_demo_has_the_programs_that_users_write() -> None:
    assert len(programs(Library.WANDB)) >= 7
    assert len(programs(Library.MLFLOW)) >= 6
    assert all(
        any(name.endswith(".ipynb") for name in programs(library))
        for library in (Library.WANDB, Library.MLFLOW)
    )


def test_the_helpers_and_manifests_are_translated_with_the_programs(demo: Demo) -> None:
    source, target = demo.direction.source, demo.direction.target
    assert demo.translation.returncode == 0, demo.translation.stderr
    manifests = {"requirements.txt", "pyproject.toml", "environment.yml", *HELPERS}
    texts = {path.name: path.read_text() for path in demo.project.iterdir() if path.name in manifests}
    assert len(texts) == 3
    for text in texts.values():
        assert target.value in text
        assert f"{source}==" not in text
        assert f"import {source}" not in text


def test_the_notebook_installs_the_target_and_keeps_its_outputs(demo: Demo) -> None:
    assert demo.translation.returncode == 0, demo.translation.stderr
    (before,) = (DEMO / demo.direction.source).glob("*.ipynb")
    after = demo.project / before.name
    installs = [line for line in after.read_text().splitlines() if "pip install" in line]
    assert len(installs) == 1
    assert demo.direction.target.value in installs[0]
    assert demo.direction.source.value not in installs[0]
    outputs_before, outputs_after = outputs(before), outputs(after)
    assert outputs_before == outputs_after
    assert any(outputs_before)


def outputs(notebook: Path) -> list[object]:
    """The outputs of the cells of a notebook."""
    return [cell.get("outputs") for cell in json.loads(notebook.read_text())["cells"]]
