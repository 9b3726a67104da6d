"""tests/bench: examples for the training of models: verified, distinct, with a licence, split by source."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapter.bench.ablation import read_ablation
from adapter.bench.examples.example import Example
from adapter.bench.examples.likeness import distinct
from adapter.bench.experiment import run_ablation
from adapter.bench.halves import is_held_out
from adapter.bench.tasks import Task
from adapter.cli.app import app

ANSWERS = {"right": "print('word')\nprint('more')", "wrong": "print('word')\nprint('less')"}
PROGRAM = (
    "rows = [3, 4]\nlimit = 2\nfor row in rows:\n    if row > limit:\n        print(row)\nprint('word')\n"
    "total = sum(rows)\nmean = total / len(rows)\nprint('mean', mean)\n"
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def export(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["bench", "export", "--tasks", "tasks", "--output", "out", *arguments])


def lines(place: Path) -> list[dict[str, Any]]:
    paths = [place / "out" / name for name in ("train.jsonl", "held-out.jsonl")]
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def test_only_right_answers_of_a_run_become_examples(make_task: Callable[..., Task], place: Path) -> None:
    make_task()
    for name, answer in ANSWERS.items():
        record = {"contains": ["print('word')"], "answers": [f"```python\n{answer}\n```"]}
        (place / f"{name}.jsonl").write_text(json.dumps(record))
    arms = [{"arm": "llm", "model": [f"replay:{place / name}.jsonl" for name in ANSWERS]}]
    (place / "spec.yaml").write_text(json.dumps({"name": "run", "samples": 2, "arms": arms}))
    ablation = read_ablation(Path("spec.yaml"), Path("tasks"))
    assert len([*run_ablation(ablation, Path("bench-runs/run"), 1)]) == 4

    done = export("bench-runs/run", "--arm", "llm")
    assert "2 left out: the licence is not known: add licence: to task.yaml, or give --licence" in done.stderr
    assert "2 left out: not right, or of another arm" in done.stderr
    assert lines(place) == []

    done = export("bench-runs/run", "--arm", "llm", "--licence", "MIT")
    assert done.exit_code == 0, done.stderr
    assert "1 left out: like another example" in done.stderr
    (line,) = lines(place)
    assert [message["role"] for message in line["messages"]] == ["system", "user", "assistant"]
    question, answer = (message["content"] for message in line["messages"][1:])
    assert "Say more than the program says now." in question
    assert "print('more')" not in question
    assert answer == f"```python\n{ANSWERS['right']}\n```"
    about = line["metadata"]
    assert (about["source"], about["licence"], about["oracle"]) == ("tracking/small", "MIT", "passed")
    assert about["made_by"] == "llm, right.jsonl, docs none, T=0"


def test_references_are_graded_and_keep_to_one_side(make_task: Callable[..., Task], place: Path) -> None:
    make_task(before_py=PROGRAM, reference_py=PROGRAM + "print('more')\n")
    options = ("--references", "--variants", "--perturbation", "rename", "--perturbation", "split")
    done = export(*options, "--licence", "MIT")
    assert done.exit_code == 0, done.stderr
    assert "1 left out: the variant cannot be made" in done.stderr
    assert [line["metadata"]["made_by"] for line in lines(place)] == ["reference", "reference, rename"]
    sizes = [len((place / "out" / name).read_text()) for name in ("train.jsonl", "held-out.jsonl")]
    assert sizes.count(0) == 1

    oracle = place / "tasks" / "tracking" / "small" / "oracle.py"
    oracle.write_text(oracle.read_text().replace("more", "nothing"))
    done = export("--references", "--licence", "MIT")
    assert "1 left out: the oracle refuses the reference" in done.stderr
    assert lines(place) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name folders of runs, or give --references"),
        (("nowhere",), "nowhere: there is no run here"),
        (("nowhere", "--variants"), "--variants goes with --references"),
        (("--references", "--arm", "wishes"), "there is no arm 'wishes'"),
    ],
)
def test_wrong_usage_is_told(
    make_task: Callable[..., Task], place: Path, arguments: tuple[str, ...], said: str
) -> None:
    make_task()
    done = export(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def example(answer: str, source: str = "a", family: str = "tracking") -> Example:
    return Example(source, family, "MIT", "rules", "", "", f"```python\n{answer}```")


def test_what_differs_in_layout_comments_and_numbers_is_the_same() -> None:
    first = example(PROGRAM)
    written = (
        PROGRAM.replace("'", '"').replace("[3, 4]", "[5,\n  6]  # rows").replace("limit = 2", "limit = 9")
    )
    assert [*distinct([first, first, example(written, "b")], 0.9)] == [first]
    other_family = replace(first, family="registry")
    other_names = example(PROGRAM.replace("row", "line").replace("total", "whole"))
    one_more = example(PROGRAM + "print(limit)\n")
    assert [*distinct([first, other_family, other_names], 0.9)] == [first, other_family, other_names]
    assert [*distinct([first, one_more], 0.9)] == [first]
    assert [*distinct([first, one_more], 1.0)] == [first, one_more]


def test_a_source_is_on_the_same_side_whatever_else_there_is() -> None:
    sources = [f"tracking/{number}" for number in range(1000)]
    held = {source for source in sources if is_held_out(source, 0.2, 0)}
    assert 150 < len(held) < 250
    assert held <= {source for source in sources if is_held_out(source, 0.5, 0)}
    assert held != {source for source in sources if is_held_out(source, 0.2, 1)}
    assert not any(is_held_out(source, 0, 0) for source in sources)
    assert all(is_held_out(source, 1, 0) for source in sources)
