"""A fixed sample of the tasks, the quick ones, is solved by the rules: their oracles run the answers."""

from __future__ import annotations

import pytest

from adapter.bench.arms import ARMS, answer_and_grade
from adapter.bench.tasks import select_tasks

SAMPLE = ("tracking/sklearn-grid-search", "registry/sklearn-joblib-flat", "tuning/sklearn-forest-keywords")


@pytest.mark.parametrize("name", SAMPLE)
def test_the_rules_solve_a_task(name: str) -> None:
    (task,) = select_tasks([name])
    result = answer_and_grade(ARMS["rules"], task)
    assert result.changed, result.said
    assert result.verdict.passed, result.verdict.reason
