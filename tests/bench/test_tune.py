"""tests/bench: Optuna chooses settings on the development tasks, with recorded answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from adapter.bench.ablation import Cell, read_ablation
from adapter.bench.tasks import Task
from adapter.bench.trials import TrialLog
from adapter.bench.tuning import STORAGE, Attempt, Tuning, TuningError, tune
from adapter.cli.app import app

ROOT = Path(__file__).parents[2]
SAID = {"right": "print('word')\nprint('more')", "wrong": "print('word')"}
# The second version of the prompt begins with these words, the first does not.
SECOND = "The program:"


@pytest.fixture
def place(tmp_path: Path, make_task: Callable[..., Task]) -> Path:
    """Four tasks, and models that are right always, never, and with the second prompt only."""
    first = make_task().folder
    for name in ("other", "third", "fourth"):
        (first.parent / name).mkdir()
        for path in first.iterdir():
            (first.parent / name / path.name).write_bytes(path.read_bytes())
    answers = {name: f"```python\n{text}\n```" for name, text in SAID.items()}
    lines = {
        "right": [("print('word')", "right")],
        "wrong": [("print('word')", "wrong")],
        "second": [(SECOND, "right"), ("print('word')", "wrong")],
    }
    for name, pairs in lines.items():
        records = [{"contains": [text], "answers": [answers[answer]]} for text, answer in pairs]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return tmp_path


def write_spec(place: Path, **arm: object) -> Path:
    path = place / "spec.yaml"
    text = {"name": "small", "arms": [{"arm": "llm", **arm}]}
    path.write_text(json.dumps(text))
    return path


def tuning_of(place: Path, share: float = 0.5, **arm: object) -> Tuning:
    return Tuning(read_ablation(write_spec(place, **arm), place / "tasks"), share, 0)


def command(place: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "adapter", "bench", "tune", "spec.yaml", "--tasks", "tasks", *arguments],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(place / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_the_split_leaves_tasks_for_measuring(place: Path) -> None:
    tuning = tuning_of(place, model="replay:x", prompt=["v1", "v2"], temperature=[0, 1])
    sides = [task.name for task in (*tuning.development, *tuning.untouched)]
    assert sorted(sides) == sorted(task.name for task in tuning.ablation.tasks)
    tuning.check()
    assert tuning.axes == {"temperature": [0, 1], "prompt": ["v1", "v2"]}
    assert tuning.combinations == 4


@pytest.mark.parametrize(
    ("share", "arm", "said"),
    [
        (0.5, {"model": "replay:x"}, "every setting has one value"),
        (0.0, {"model": "replay:x", "temperature": [0, 1]}, "of 4 tasks 0 are held out"),
        (1.0, {"model": "replay:x", "temperature": [0, 1]}, "of 4 tasks 4 are held out"),
        (0.5, {"arm": "rules"}, "one arm with a model is tuned at a time"),
    ],
)
def test_what_cannot_be_tuned_is_said(place: Path, share: float, arm: dict[str, object], said: str) -> None:
    with pytest.raises(TuningError, match=said):
        tuning_of(place, share, **arm).check()


def test_equal_rates_are_told_apart_by_calls_and_tokens() -> None:
    cell = Cell("llm", "a")
    attempts = [Attempt(cell, 1, 2, 9, 9), Attempt(cell, 2, 2, 5, 90), Attempt(cell, 2, 2, 4, 99)]
    attempts.append(Attempt(cell, 2, 2, 4, 80))
    assert [attempt.tokens for attempt in sorted(attempts, key=lambda a: a.rank)] == [9, 90, 99, 80]


def test_the_best_settings_are_found_and_a_killed_study_goes_on(place: Path) -> None:
    write_spec(
        place,
        model=[f"replay:{place / 'wrong.jsonl'}", f"replay:{place / 'second.jsonl'}"],
        prompt=["v1", "v2"],
    )
    refused = CliRunner().invoke(
        app, ["bench", "tune", str(place / "spec.yaml"), "--tasks", str(place / "tasks")]
    )
    assert refused.exit_code == 2
    assert "small: 4 of 4 settings on" in refused.stderr
    assert "--allow-code-execution" in refused.stderr

    log = TrialLog(place / "bench-runs" / "small-tuning")
    started = command(place, "--allow-code-execution")
    deadline = time.monotonic() + 100
    while not log.read() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()

    done = command(place, "--allow-code-execution")
    out, said = done.communicate(timeout=300)
    assert done.returncode == 0, said
    (_heading, best, *others, last) = out.splitlines()
    assert len(others) == 3
    assert "100.0%" in best
    assert "second.jsonl, docs none, T=0, prompt v2" in best
    assert all(line.split()[2] == "0.0%" for line in others)
    assert last.endswith("adapter bench run bench-runs/small-tuning/best.yaml")

    tuning = Tuning(read_ablation(place / "spec.yaml", place / "tasks"), 0.5, 0)
    assert {record.task for record in log.read()} == {task.name for task in tuning.development}
    chosen = yaml.safe_load((log.folder / "best.yaml").read_text())
    assert chosen["tasks"]["names"] == [task.name for task in tuning.untouched]
    assert chosen["arms"][0]["prompt"] == "v2"
    assert [cell.prompt for cell in read_ablation(log.folder / "best.yaml", place / "tasks").cells] == ["v2"]


def test_a_study_is_not_mixed_with_another(place: Path) -> None:
    models = [f"replay:{place / name}.jsonl" for name in ("right", "wrong")]
    attempts = [*tune(tuning_of(place, model=models), place / "out", 1, 1)]
    assert len(attempts) == 1
    both = [*tune(tuning_of(place, model=models), place / "out", 2, 1)]
    assert both[0] == attempts[0]
    assert sorted(attempt.rate for attempt in both) == [0.0, 1.0]
    assert (place / "out" / STORAGE).exists()
    with pytest.raises(TuningError, match="holds a study of other settings"):
        [*tune(tuning_of(place, model=[*models, "replay:x"]), place / "out", 2, 1)]
