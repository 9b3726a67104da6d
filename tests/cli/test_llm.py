"""Asking a model from the command line, with recorded answers."""

from __future__ import annotations

import json
from functools import partial

import pytest

FILE = 'import wandb\n\nwandb.init(project="p")\nwandb.mystery("a", "notes.txt")\nwandb.finish()\n'
EDGE = {"target": "mlflow.log_text", "arguments": {"text": "argument_1", "artifact_file": "argument_2"}}
ASK = ("translate", "train.py", "--from", "wandb", "--to", "mlflow", "--llm")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One cache for all tests here, so that the maps are read and checked once."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def adapter(adapter, cache):
    return partial(adapter, XDG_CACHE_HOME=cache)


@pytest.fixture
def recorded(project):
    """The project with a site that no rule covers, notes, and recorded answers about it."""
    (project / "train.py").write_text(FILE)
    (project / "pyproject.toml").write_text("[project]\nname = 'p'\n")
    (project / "notes.md").write_text("mlflow.log_text, mlflow.log_param")
    answers = {"contains": ["as wandb.mystery?"], "answers": [json.dumps(EDGE)]}
    (project / "answers.jsonl").write_text(json.dumps(answers))
    return project


def ask(adapter, *more):
    return adapter(*ASK, "replay:answers.jsonl", "--llm-docs", "notes.md", *more)


def test_a_gap_is_filled_and_the_run_is_told(adapter, recorded):
    done = ask(adapter)
    assert done.returncode == 0, done.stderr
    assert '+mlflow.log_text("a", "notes.txt")' in done.stdout
    assert "1 APIs for an edge (1 found)" in done.stderr
    assert "1 to ask about: 1 filled by edge, 0 by code, 0 left" in done.stderr


def test_json_counts_calls_and_tokens(adapter, recorded):
    # a question that no other test asks, for remembered answers are no calls
    (recorded / "train.py").write_text(FILE.replace('"a"', '"b"'))
    summary = json.loads(ask(adapter, "--format", "json").stdout)["summary"]
    assert summary["llm"] == {"calls": 2, "tokens": 0}


def test_without_llm_nothing_is_asked(adapter, recorded):
    done = adapter("translate", "train.py", "--from", "wandb", "--to", "mlflow")
    assert "wandb.mystery" in done.stderr
    assert "model " not in done.stderr


def test_a_dry_run_prints_the_questions_and_no_diff(adapter, recorded):
    done = ask(adapter, "--llm-dry-run")
    assert done.returncode == 0
    assert "Which of them does the same as wandb.mystery?" in done.stdout
    assert "Region to rewrite:" in done.stdout
    assert "+++" not in done.stdout


def test_a_learned_edge_is_accepted_and_needs_no_model(adapter, recorded):
    ask(adapter)
    listed = adapter("maps", "learn")
    assert "wandb.mystery(argument_1, argument_2)" in listed.stdout
    assert "-> mlflow.log_text({argument_1}, {argument_2})" in listed.stdout
    assert "train.py:4" in listed.stdout
    assert "agreement" in listed.stdout
    accepted = adapter("maps", "learn", "--accept", "wandb.mystery")
    assert accepted.returncode == 0, accepted.stderr
    text = (recorded / ".adapter" / "maps" / "learned-wandb.yaml").read_text()
    assert "extends: wandb" in text
    assert 'mlflow.log_text("a", "notes.txt")' in text
    done = adapter("translate", "train.py", "--from", "wandb", "--to", "mlflow")
    assert '+mlflow.log_text("a", "notes.txt")' in done.stdout
    assert "wandb.mystery" not in done.stderr.split("remark")[0]
    assert "no edges wait" in adapter("maps", "learn").stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nothing"], "cannot read the model"),
        (["other:model"], "there is no kind of model 'other'"),
        (["gguf:missing.gguf"], "adapter models list"),
        (["openai:m@http://example.com/v1", "--llm-local-only"], "example.com/v1 is not on this machine"),
        (["replay:answers.jsonl", "--llm-strategy", "guess"], "--llm-strategy takes edge, code"),
        (["replay:answers.jsonl", "--llm-docs", "guess"], "--llm-docs takes"),
    ],
)
def test_what_cannot_be_asked_is_said(adapter, recorded, options, said):
    done = adapter(*ASK, *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_edges_wait_for_a_name_that_is_there(adapter, recorded):
    done = adapter("maps", "learn", "--accept", "wandb.other")
    assert done.returncode == 2
    assert "no edge of wandb.other waits" in done.stderr
