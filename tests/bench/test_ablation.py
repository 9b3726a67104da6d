"""Ablations: read, estimated, run with recorded answers, resumed, graded anew, reported, compared."""

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

from adapter.bench.ablation import Cell, read_ablation
from adapter.bench.failures import Failure
from adapter.bench.tasks import Task, TaskError
from adapter.bench.trials import Record, TrialLog

ROOT = Path(__file__).parents[2]
RIGHT = "```python\nprint('word')\nprint('more')\n```"
ANSWERS = {
    "right": RIGHT,
    "name": "```python\nprint('word')\nprint(more)\n```",
    "syntax": "```python\nprint('word'\nprint('more')\n```",
    "api": "```python\nprint('word')\nprint('more', sepp='')\n```",
    "unchanged": "```python\nprint('word')\n```",
    "oracle": "```python\nprint('word')\nprint('less')\n```",
    "prose": "I would rather not.",
    "crash": "```python\nprint('word')\n1 / 0\n```",
}
CLASSES = {
    "right": None,
    "name": Failure.NAME,
    "syntax": Failure.SYNTAX,
    "api": Failure.API,
    "unchanged": Failure.UNCHANGED,
    "oracle": Failure.ORACLE,
    "prose": Failure.NO_ANSWER,
    "crash": Failure.CRASH,
}


@pytest.fixture
def place(tmp_path: Path, make_task: Callable[..., Task]) -> Path:
    """A folder with one task and a recorded model for each answer."""
    make_task()
    for name, answer in ANSWERS.items():
        record = {"contains": ["print('word')"], "answers": [answer]}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(record) + "\n")
    return tmp_path


def write_spec(place: Path, models: list[str], samples: int = 1) -> Path:
    arms = [{"arm": "llm", "model": [f"replay:{place / name}.jsonl" for name in models]}]
    path = place / "spec.yaml"
    path.write_text(json.dumps({"name": "run", "samples": samples, "arms": arms}))
    return path


def bench(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "adapter", "bench", *arguments],
        cwd=place,
        env=environment(place),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def environment(place: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(place / "cache")}


def run(place: Path, spec: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = ("--tasks", "tasks", "--allow-code-execution", "--no-mlflow")
    return bench(place, "run", str(spec), *options, *arguments)


def records(place: Path) -> list[Record]:
    return TrialLog(place / "bench-runs" / "run").read()


class TestReading:
    def test_lists_make_a_grid(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(
            "name: a\nsamples: 5\ntasks: {names: [tracking/torch-kfold]}\narms:\n- arm: rules\n"
            "- {arm: llm, model: 'replay:a', temperature: [0.2, 1], docs: [none, docssearch]}\n"
            "- {arm: hybrid, model: 'replay:a', fallback: [edge, both]}\n"
        )
        ablation = read_ablation(path)
        assert [cell.label for cell in ablation.cells] == [
            "rules",
            "llm, a, docs none, T=0.2",
            "llm, a, docs none, T=1",
            "llm, a, docs docssearch, T=0.2",
            "llm, a, docs docssearch, T=1",
            "hybrid, a, docs none, T=0, asks edge",
            "hybrid, a, docs none, T=0, asks both",
        ]
        assert [ablation.samples_of(cell) for cell in ablation.cells[:2]] == [1, 5]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("name: a\narms:\n- {arm: magic}\n", "a.yaml:3:9: 'magic' is not one of"),
            ("name: a\narms:\n- {arm: llm}\n", "the arm llm needs a model"),
            ("name: a/b\narms: [{arm: rules}]\n", "a.yaml:1:7: 'a/b' does not match"),
            (
                "name: a\ntasks: {names: [nosuch]}\narms: [{arm: rules}]\n",
                "'nosuch' is not the name of a task",
            ),
            ("name: [\n", "a.yaml:2:1"),
        ],
    )
    def test_mistakes_are_said_with_their_place(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "a.yaml"
        path.write_text(text)
        with pytest.raises(TaskError, match=message):
            read_ablation(path)


def test_answers_are_graded_and_put_into_classes(place: Path) -> None:
    spec = write_spec(place, list(ANSWERS))
    done = run(place, spec, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert "at most 1 calls" in done.stderr
    found = {Path(record.cell.model).stem: record for record in records(place)}
    assert {name: record.failure for name, record in found.items()} == CLASSES
    assert found["right"].passed
    assert found["right"].reach == 0
    assert sum(record.passed for record in found.values()) == 1

    report = (place / "bench-runs" / "run" / "report.md").read_text()
    assert "| tracking | 1 |" in report
    assert "published 2024, other tasks, models retired" in report
    page = (place / "bench-runs" / "run" / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 3

    answers = list((place / "bench-runs" / "run" / "answers").glob("*/raw.txt"))
    assert len(answers) == len(ANSWERS)
    again = run(place, spec)
    assert again.stdout == ""
    assert len(TrialLog(place / "bench-runs" / "run").path.read_text().splitlines()) == len(ANSWERS)


def test_what_a_model_wrote_is_not_run_unasked(place: Path) -> None:
    done = bench(place, "run", str(write_spec(place, ["right"])), "--tasks", "tasks")
    assert done.returncode == 2
    assert "--allow-code-execution" in done.stderr
    assert not (place / "bench-runs").exists()


def test_a_model_that_cannot_be_opened_is_said(place: Path) -> None:
    done = run(place, write_spec(place, ["missing"]))
    assert done.returncode == 2
    assert "missing.jsonl: cannot be read as recorded answers" in done.stderr


def test_the_hybrid_arm_finds_a_model_beside_the_ablation(place: Path) -> None:
    spec = place / "spec.yaml"
    spec.write_text("name: run\narms:\n- {arm: hybrid, model: 'replay:right.jsonl'}\n")
    done = run(place, spec)
    assert done.returncode == 0, done.stderr
    (record,) = records(place)
    assert record.failure is not Failure.INFRASTRUCTURE


def test_a_run_that_is_killed_goes_on(place: Path) -> None:
    spec = write_spec(place, ["right", "name", "oracle", "crash"], samples=2)
    log = TrialLog(place / "bench-runs" / "run")
    for wanted in (1, 4):
        command = ["run", str(spec), "--tasks", "tasks", "--allow-code-execution", "--no-mlflow"]
        process = subprocess.Popen(
            [sys.executable, "-m", "adapter", "bench", *command],
            cwd=place,
            env=environment(place),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 200
        while len(log.read()) < wanted and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with log.path.open("a") as torn:
            torn.write('{"version": 1, "id": "to')
    run(place, spec)
    interrupted = [kept(record) for record in log.read()]
    (place / "bench-runs").rename(place / "interrupted")
    run(place, spec)
    assert interrupted == [kept(record) for record in log.read()]
    assert len(interrupted) == 8


def kept(record: Record) -> tuple[object, ...]:
    """What must not depend on interruptions; calls do, as answers are remembered."""
    return record.id, record.task, record.cell, record.sample, record.passed, record.failure, record.reach


def test_grading_anew_asks_no_model(place: Path) -> None:
    spec = write_spec(place, ["right", "oracle"])
    run(place, spec)
    oracle = place / "tasks" / "tracking" / "small" / "oracle.py"
    oracle.write_text(oracle.read_text().replace("more", "less"))
    for name in ("right", "oracle"):
        (place / f"{name}.jsonl").write_text("")
    done = bench(place, "regrade", str(spec), "--tasks", "tasks")
    assert done.returncode == 0, done.stderr
    assert "2 answers graded, 2 verdicts changed" in done.stderr
    assert {Path(r.cell.model).stem: r.passed for r in records(place)} == {"right": False, "oracle": True}


def test_two_runs_are_compared(place: Path) -> None:
    spec = write_spec(place, ["right", "oracle"])
    run(place, spec)
    (place / "bench-runs" / "run").rename(place / "first")
    oracle = place / "tasks" / "tracking" / "small" / "oracle.py"
    oracle.write_text(oracle.read_text().replace("more", "less"))
    run(place, spec)
    done = bench(place, "compare", "first", "bench-runs/run")
    assert done.returncode == 0, done.stderr
    assert "| llm, right.jsonl, docs none, T=0 | tracking | 1 | -100 points | 0 | 1 |" in done.stdout
    assert "| llm, oracle.jsonl, docs none, T=0 | tracking | 1 | +100 points | 1 | 0 |" in done.stdout
    missing = bench(place, "compare", "first", "nowhere")
    assert "nowhere: there is no run here" in missing.stderr


def test_a_cell_is_logged_to_mlflow(place: Path) -> None:
    run(place, write_spec(place, ["right"]), "--mlflow")
    store = place / "bench-runs" / "run" / "mlflow.db"
    code = (
        "import mlflow; mlflow.set_tracking_uri(f'sqlite:///{STORE}'); "
        "(run,) = mlflow.search_runs(experiment_names=['adapter bench run'], output_format='list'); "
        "print(run.data.metrics['pass_1'], run.data.params['arm'])"
    ).replace("{STORE}", str(store))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1.0", "llm"]


def test_the_key_of_a_cell_is_its_settings() -> None:
    assert Cell("llm", "a").key == Cell("llm", "a").key != Cell("llm", "a", temperature=0.2).key
