"""tests/bench: what a report calls the arms, and how several runs come together in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from adapter.bench.ablation import Cell
from adapter.bench.failures import Failure
from adapter.bench.report.labels import labels
from adapter.bench.report.tables import all_tables
from adapter.bench.tasks import Task
from adapter.bench.trials import Record, TrialLog, Wanted, read_runs

MODEL = "gguf:/models/small.gguf"
CELLS = [
    Cell("rules"),
    Cell("hybrid", MODEL, temperature=0.2),
    Cell("llm", MODEL, temperature=0.2),
    Cell("llm", MODEL, "docssearch", temperature=0.2),
]


def record(cell: Cell, task: Task, passed: bool) -> Record:
    failure = None if passed else Failure.ORACLE
    wanted = Wanted(cell, task, 0)
    return Record(wanted.id, cell, task.name, task.family, task.function, 0, passed, failure, "", 1.0, 1.0)


def test_what_all_arms_have_in_common_is_not_in_their_names() -> None:
    assert [*labels(CELLS).values()] == [
        "rules",
        "hybrid, docs none",
        "llm, docs docssearch",
        "llm, docs none",
    ]
    assert [*labels(CELLS[:3]).values()] == ["rules", "hybrid", "llm"]
    other = [*CELLS[1:3], replace(CELLS[2], temperature=1.0)]
    assert [*labels(other).values()] == ["hybrid, T=0.2", "llm, T=0.2", "llm, T=1"]
    assert [*labels([CELLS[2], replace(CELLS[2], model="replay:x.jsonl")]).values()] == [
        "llm, small.gguf",
        "llm, x.jsonl",
    ]


def test_a_report_begins_with_what_was_measured(make_task: Callable[..., Task]) -> None:
    task = make_task()
    first, families, against, *_ = all_tables([record(cell, task, cell.arm != "llm") for cell in CELLS[:3]])
    assert [row[0] for row in first.rows] == ["rules", "hybrid", "llm"]
    assert first.rows[2][1:3] == (
        "a model that gets the whole program",
        "model small.gguf, docs none, T 0.2, prompt v1",
    )
    assert families.headings[:5] == ("Family", "Tasks", "rules", "hybrid", "llm")
    assert against.rows[0][:5] == ("all", "hybrid", "llm", "1", "+100 points")
    assert [row[:3] for row in against.rows if row[1] == "rules"] == [
        ("all", "rules", "hybrid"),
        ("all", "rules", "llm"),
    ]


def test_an_answer_that_several_runs_hold_counts_once(make_task: Callable[..., Task], tmp_path: Path) -> None:
    task = make_task()
    for name, passed in (("old", False), ("new", True)):
        TrialLog(tmp_path / name).add(record(CELLS[0], task, passed))
    TrialLog(tmp_path / "new").add(record(CELLS[2], task, False))
    found = read_runs([tmp_path / "old", tmp_path / "new"])
    assert [(each.cell.arm, each.passed) for each in found] == [("rules", True), ("llm", False)]
