"""tests/bench: the tasks of the corpus keep the format, and errors say where a task breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.bench.answers import change_program, put_before, put_mutant, put_reference
from adapter.bench.arms import command_of
from adapter.bench.grading import load_oracle
from adapter.bench.tasks import Task, TaskError, load_task, select_tasks, tasks_folder

FOLDERS = sorted(path.parent for path in tasks_folder().glob("*/*/task.yaml"))


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_task_of_the_corpus_is_complete(folder: Path, tmp_path: Path) -> None:
    task = load_task(folder)
    before = texts(put_before(task, tmp_path / "before"))
    reference = texts(put_reference(task, tmp_path / "reference"))
    assert before != reference
    mutants = [texts(put_mutant(task, item, tmp_path / str(i))) for i, item in enumerate(task.mutants)]
    assert all(mutant not in (before, reference) for mutant in mutants)
    assert callable(load_oracle(task))


def test_a_task_is_chosen_by_name_family_or_path() -> None:
    name = "torch-argparse-epochs"
    for text in (name, f"tracking/{name}", str(tasks_folder() / "tracking" / name)):
        (task,) = select_tasks([text])
        assert task.name == f"tracking/{name}"
    with pytest.raises(TaskError, match="'torch' is not the name of a task"):
        select_tasks(["torch"])


def test_a_value_that_the_schema_refuses_is_shown_with_its_place(make_task: Callable[..., Task]) -> None:
    task = make_task()
    path = task.folder / "task.yaml"
    path.write_text(path.read_text().replace("difficulty: simple", "difficulty: horrible"))
    with pytest.raises(TaskError, match=r"task.yaml:6:13: difficulty: 'horrible' is not one of"):
        load_task(task.folder)
    path.write_text(path.read_text().replace("difficulty: horrible", "difficulty: simple\nspeed: 1"))
    with pytest.raises(TaskError, match="'speed' was unexpected"):
        load_task(task.folder)


def test_a_missing_file_is_named(make_task: Callable[..., Task]) -> None:
    with pytest.raises(TaskError, match=r"task.yaml:8:10: program: reference.py is missing"):
        make_task(reference_py="")


def test_a_mutant_must_change_the_reference_and_stay_python(
    make_task: Callable[..., Task], tmp_path: Path
) -> None:
    task = make_task(reference_py="print('word', 'more')\n")
    with pytest.raises(TaskError, match=r"does not occur in the reference train\.py"):
        put_mutant(task, task.mutants[1], tmp_path / "one")
    (task.folder / "reference.py").write_text("more = 1 if True else 2\nprint('more')\n")
    unfit = type(task.mutants[0])("no Python", "if True", "if")
    with pytest.raises(TaskError, match="is not Python any more at line 1"):
        put_mutant(task, unfit, tmp_path / "two")


def test_a_notebook_is_changed_in_its_code_cells_only(tmp_path: Path) -> None:
    notebook = tmp_path / "train.ipynb"
    notebook.write_text(
        '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["lr = 1"]},'
        '{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["lr = 1\\n", "x"]}]}'
    )
    assert change_program(notebook, lambda text: text.replace("lr = 1", "lr = 2"))
    assert notebook.read_text().count("lr = 1") == 1
    assert notebook.read_text().count("lr = 2") == 1
    assert not change_program(notebook, lambda text: text.replace("lr = 3", ""))


def test_the_rules_are_asked_as_a_person_would_ask(make_task: Callable[..., Task]) -> None:
    task = make_task()
    assert command_of(task) == ["inline", "tracking", "train.py", "--with", "mlflow", "--write"]
    path = task.folder / "task.yaml"
    path.write_text(
        path.read_text() + "options: {run_name: first, nested: true, metric: [a, b], off: false}\n"
    )
    expected = ["--run-name", "first", "--nested", "--metric", "a", "--metric", "b", "--write"]
    assert command_of(load_task(task.folder))[5:] == expected
