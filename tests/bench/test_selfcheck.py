"""tests/bench: the self-check tells good tasks from bad ones, by running them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.bench.arms import ARMS, answer_and_grade
from adapter.bench.selfcheck import check_task
from adapter.bench.tasks import Task

ROOT = Path(__file__).parents[2]
# One of the tasks, chosen because its program is done in a second.
SAMPLE = "tracking/sklearn-grid-search"


def findings(task: Task) -> dict[str, tuple[bool, str]]:
    return {item.what.split(" (")[0]: (item.right, item.said) for item in check_task(task).findings}


def test_a_good_task_holds(make_task: Callable[..., Task]) -> None:
    found = findings(make_task())
    assert all(right for right, _said in found.values()), found
    assert list(found) == ["reference", "untouched", "mutant 1", "mutant 2", "mutant 3"]
    assert found["mutant 1"][1] == "it says 'word\\nless\\n'"


def test_a_reference_that_fails_is_found(make_task: Callable[..., Task]) -> None:
    found = findings(make_task(reference_py="print('word')\nprint('more')  # more\nprint('x')\n"))
    assert found["reference"] == (False, "it says 'word\\nmore\\nx\\n'")


def test_an_oracle_that_takes_everything_is_found(make_task: Callable[..., Task]) -> None:
    found = findings(make_task(oracle_py="def check(task):\n    task.after\n"))
    assert found["reference"][0]
    assert not found["untouched"][0]
    assert not any(found[f"mutant {number}"][0] for number in (1, 2, 3))


def test_a_mutant_that_only_crashes_says_nothing(make_task: Callable[..., Task]) -> None:
    task = make_task()
    path = task.folder / "task.yaml"
    text = path.read_text().replace("by: pass", "by: 1 / 0")
    path.write_text(text)
    right, said = findings(load(task))["mutant 3"]
    assert not right
    assert "ends with an error" in said
    assert "ZeroDivisionError" in said
    path.write_text(text.replace("by: 1 / 0", "by: 1 / 0, crashes: true"))
    assert findings(load(task))["mutant 3"][0]


def load(task: Task) -> Task:
    from adapter.bench.tasks import load_task

    return load_task(task.folder)


def test_a_broken_program_or_oracle_is_the_fault_of_the_task(make_task: Callable[..., Task]) -> None:
    task = make_task(before_py="raise SystemExit(3)\n")
    assert "the untouched program fails" in findings(task)["the task"][1]
    (task.folder / "oracle.py").write_text("def chekc(task): pass\n")
    assert "must define check(task)" in findings(task)["the task"][1]


def test_an_arm_is_graded_by_running_its_answer(make_task: Callable[..., Task]) -> None:
    class Appending:
        name = "appending"

        def adapt(self, task: Task, folder: Path) -> str:
            (folder / task.entry).write_text("print('word')\nprint('more')\n")
            return "done"

    task = make_task()
    result = answer_and_grade(Appending(), task)
    assert (result.verdict.passed, result.changed, result.said) == (True, True, "done")
    assert "rules" in ARMS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["selfcheck", "no-such-task"], "'no-such-task' is not the name of a task"),
        (["selfcheck", "--family", "cooking"], "there is no family 'cooking'"),
        (["run", "--arm", "wishes"], "there is no arm 'wishes'"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], said: str) -> None:
    done = adapter_bench(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_command_says_what_does_not_hold(make_task: Callable[..., Task]) -> None:
    task = make_task(oracle_py="def check(task):\n    task.after\n")
    done = adapter_bench("selfcheck", "--tasks", str(task.folder.parents[1]))
    assert done.returncode == 1
    assert "WRONG  tracking/small  0 mutants fail" in done.stdout
    assert "untouched: passes" in done.stdout
    assert done.stdout.endswith("1 tasks, 0 hold\n")


def test_the_sample_of_the_corpus_holds() -> None:
    done = adapter_bench("selfcheck", SAMPLE, "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("1 tasks, 1 hold\n")


def adapter_bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "adapter", "bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
