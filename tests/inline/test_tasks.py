"""Over the programs of the benchmark: a recipe is applied whole or not at all, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.bench.answers import put_before, put_reference
from adapter.bench.tasks import Family, Task, load_task, tasks_folder
from adapter.inline.pipeline import Options, inline_paths
from adapter.plan import Plan
from adapter.source.python_says import syntax_problem
from adapter.source.text import read_source

FAMILIES = (Family.TRACKING, Family.REGISTRY, Family.TUNING, Family.OPTIMISATION)
TASKS = [
    load_task(path.parent)
    for family in FAMILIES
    for path in sorted(tasks_folder().glob(f"{family}/*/task.yaml"))
]
# Recipes that are not the task's own are tried with the first library, and no options.
OTHERS = {family: [other for other in FAMILIES if other is not family] for family in FAMILIES}


def plans(folder: Path, recipe: str, library: str, options: dict[str, object]) -> list[Plan]:
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    return list(inline_paths([folder], Options(recipe, library, given)))  # type: ignore[arg-type]


def apply_twice(folder: Path, recipe: str, library: str, options: dict[str, object]) -> bool:
    """Writes what a recipe makes of a program and asks again; whether anything was written."""
    written = False
    for plan in plans(folder, recipe, library, options):
        assert plan.error is None
        assert not (plan.gaps and plan.changed)
        if plan.after is not None and plan.changed:
            written = True
            plan.path.write_bytes(plan.after)
            if plan.path.suffix in (".py", ".ipynb"):
                source = read_source(plan.path, plan.after)
                assert syntax_problem(source.data, notebook=source.cells is not None) is None
    again = plans(folder, recipe, library, options)
    assert [plan.path.name for plan in again if plan.changed] == []
    if written:
        assert [gap.detail for plan in again for gap in plan.gaps] == []
    return written


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_recipe_changes_a_program_once(task: Task, tmp_path: Path) -> None:
    folder = put_before(task, tmp_path / "before")
    apply_twice(folder, task.family, task.target, dict(task.options))


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_program_adapted_by_hand_is_left_alone(task: Task, tmp_path: Path) -> None:
    folder = put_reference(task, tmp_path / "reference")
    assert [
        plan.path.name for plan in plans(folder, task.family, task.target, dict(task.options)) if plan.changed
    ] == []


# a third of them, for the time that it takes
@pytest.mark.parametrize("task", TASKS[::3], ids=lambda task: task.name)
def test_other_recipes_too_are_applied_whole_and_once(task: Task, tmp_path: Path) -> None:
    for other in OTHERS[task.family]:
        apply_twice(put_before(task, tmp_path / other), other, "", {})
