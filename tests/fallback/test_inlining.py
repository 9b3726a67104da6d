"""Recipes that miss a fact about a script get it from recorded answers; what is written is the recipe's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapter.fallback.answers import AnswerCache
from adapter.fallback.session import LlmSettings, Session
from adapter.inline.pipeline import Options, inline_paths, request_of

SCRIPT = """\
import torch
from torch import nn

lr = 0.1
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=lr)
x, y = torch.randn(64, 4), torch.randn(64, 1)
for epoch in range(3):
    optimizer.zero_grad()
    value = nn.functional.mse_loss(model(x), y)
    value.backward()
    optimizer.step()
    print(f"epoch {epoch}: fitness {value.item():.4f}")
"""


def tuned(tmp_path: Path, answer: str):
    record = tmp_path / "answers.jsonl"
    record.write_text(json.dumps({"contains": ["say it with --direction"], "answers": [answer]}))
    (tmp_path / "train.py").write_text(SCRIPT)
    session = Session(
        LlmSettings(f"replay:{record}"),
        show=print,
        notice=print,
        cache=AnswerCache(tmp_path / "cache.sqlite"),
    )
    options = Options("tuning", "optuna")
    refine = session.for_inlining(request_of(options)).refine
    (plan,) = inline_paths([tmp_path / "train.py"], Options("tuning", "optuna", refine=refine))
    return plan, session


def test_a_fact_lets_the_recipe_be_carried_out(tmp_path):
    plan, session = tuned(tmp_path, json.dumps({"metric": "fitness", "direction": "maximize"}))
    text = plan.after.decode()
    assert 'direction="maximize"' in text
    compile(text, "train.py", "exec")
    assert not plan.gaps
    assert all("answered --metric fitness, --direction maximize" in edit.note for edit in plan.edits)
    assert (session.tally.by_edge, session.tally.left) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        ("I would maximize the fitness.", "facts-schema-fits"),
        (json.dumps({"metric": "accuracy", "direction": "maximize"}), "facts-schema-fits"),
        (json.dumps({"metric": "fitness", "direction": "sideways"}), "facts-schema-fits"),
    ],
)
def test_an_answer_that_is_no_fact_changes_nothing(tmp_path, answer, check):
    plan, session = tuned(tmp_path, answer)
    assert not plan.changed
    assert len(plan.gaps) == 1
    assert session.tally.rejected == {check: 1}
