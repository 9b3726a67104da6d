"""tests/sandbox: hostile programs are contained as `docs/sandbox.md` says, under every isolation there is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from adapter.sandbox import run as sandbox
from adapter.sandbox.run import Isolation

DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox.md"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


hostile_programs = load(Path(__file__).with_name("hostile_programs.py"))


def documented() -> dict[tuple[str, str], bool]:
    """Whether the table says that a program is contained, by program and isolation."""
    rows = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines() if line[:1] == "|"]
    (heading, _rule, *programs) = rows
    return {
        (program.strip("`"), isolation): cell.startswith(hostile_programs.CONTAINED)
        for program, *cells in programs
        for isolation, cell in zip(heading[1:], cells, strict=True)
    }


@pytest.mark.parametrize("isolation", Isolation, ids=str)
@pytest.mark.parametrize("hostile", hostile_programs.HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_program_comes_off_no_better_than_documented(hostile: object, isolation: Isolation) -> None:
    if not sandbox.is_there(isolation):
        pytest.skip(f"there is no {isolation} here")
    found = hostile_programs.outcome(hostile, isolation)
    contained = documented()[hostile.name, isolation]  # type: ignore[attr-defined]
    assert found.startswith(hostile_programs.CONTAINED) or not contained, found


def test_the_strongest_isolation_contains_everything() -> None:
    weaker = {isolation for (_program, isolation), contained in documented().items() if not contained}
    assert Isolation.BUBBLEWRAP not in weaker
    assert {program for program, _isolation in documented()} == {
        path.stem for path in hostile_programs.PROGRAMS.glob("*.py")
    }
