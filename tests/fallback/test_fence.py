"""Every check of the fence has answers that it and no other check turns away; good answers pass them all."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml

from adapter.fallback.fence.examine import FORM, MEANING, check_name, examine

_spec = importlib.util.spec_from_file_location("answering", Path(__file__).with_name("answering.py"))
assert _spec is not None
assert _spec.loader is not None
answering = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(answering)

CASES = yaml.safe_load(Path(__file__).with_name("fences.yaml").read_text("utf-8"))


def _candidate(case: dict[str, str]):
    answer = case.get("raw") or answering.fenced(case["answer"])
    return answering.candidate_of(
        case["region"], answer, case.get("file", answering.FILE), complete=case.get("finish") != "length"
    )


@pytest.mark.parametrize("case", CASES, ids=[f"{case['check']}: {case.get('why', '')}" for case in CASES])
def test_an_answer_that_one_check_turns_away(case):
    candidate = _candidate(case)
    verdict = examine(candidate)
    assert verdict.check == case["check"]
    assert verdict.message
    failing = [check_name(check) for check in FORM if check(candidate)]
    if not failing or failing == ["complete"]:
        failing += [check_name(check) for check in MEANING if check(candidate)]
    assert failing == [case["check"]]


def test_every_check_has_a_case():
    assert {case["check"] for case in CASES} == {check_name(check) for check in (*FORM, *MEANING)}


GOOD = {
    "one statement": ('wandb.mystery({"loss": loss})', 'mlflow.log_metrics({"loss": loss})'),
    "with an import of its own": (
        'wandb.mystery({"loss": loss})',
        'import mlflow\nmlflow.log_metrics({"loss": loss})',
    ),
    "several statements": (
        'wandb.mystery({"loss": loss, "seen": seen})',
        'mlflow.log_metric("loss", loss)\nmlflow.log_metric("seen", seen)',
    ),
    "a block stays around what is in it": (
        "with wandb.mystery_run(loss):\n    # counted\n    seen += 1",
        "with mlflow.start_run(run_name=loss):\n    # counted\n    seen += 1",
    ),
    "a name for a file made of the region's words": (
        "wandb.mystery_confusion_matrix(loss)",
        'mlflow.log_figure(loss, "confusion_matrix.png")',
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_passes(name):
    region, answer = GOOD[name]
    verdict = examine(answering.candidate_of(region, answering.fenced(answer)))
    assert verdict.passed, verdict


def test_an_answer_that_is_indented_like_the_region_is_read():
    answer = answering.fenced('    mlflow.log_metrics({"loss": loss})')
    candidate = answering.candidate_of('wandb.mystery({"loss": loss})', answer)
    assert examine(candidate).passed
    assert candidate.code == 'mlflow.log_metrics({"loss": loss})'
    assert candidate.imports == ("import mlflow",)
