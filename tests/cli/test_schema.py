"""The JSON Schema of reports: it is published, fits what the commands print, and refuses what they do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator, ValidationError
from typer.testing import CliRunner

from adapter.cli.app import app
from adapter.plan import Fidelity, GapReason
from adapter.report.run import Decision

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "corpus" / "demo"
TO_MLFLOW = ("--from", "wandb", "--to", "mlflow")
TRAIN = "import wandb\n\nwandb.init()\nwandb.log({'loss': 1.0}, step=1)\n"


def output_of(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema as a user gets it."""
    found: dict[str, Any] = json.loads(output_of("schema").stdout)
    Draft202012Validator.check_schema(found)
    return found


@pytest.fixture
def report(schema: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """The report of a command, held against the schema."""

    def printed(*arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(output_of(*arguments, "--format", "json").stdout)
        Draft202012Validator(schema).validate(found)
        return found

    return printed


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "train.py"
    path.write_text(TRAIN)
    return path


def test_a_translated_demo(report: Callable[..., dict[str, Any]], script: Path) -> None:
    script.with_name("broken.py").write_text("import wandb\nwandb.init(\n")
    notebook = DEMO / "wandb" / "neighbours.ipynb"
    found = report("translate", str(notebook), str(script.parent), *TO_MLFLOW)
    assert {entry["status"] for entry in found["files"]} >= {"changed", "error"}
    assert any("cell" in edit for entry in found["files"] for edit in entry["edits"])
    assert found["summary"]["errors"] == 1


def test_data_that_goes_to_dvc(report: Callable[..., dict[str, Any]], script: Path) -> None:
    text = 'import git\n\nrepo = git.Repo(".")\nrepo.index.add(["data.csv"])\nrepo.index.commit("data")\n'
    script.write_text(text)
    found = report("translate", ".", "--from", "git", "--to", "dvc")
    assert found["files"][0]["kept"]


def test_an_inlined_demo(report: Callable[..., dict[str, Any]]) -> None:
    assert report("inline", "tracking", str(DEMO / "plain"), "--with", "mlflow")["summary"]["edits"]


def test_an_upgrade(report: Callable[..., dict[str, Any]], script: Path) -> None:
    script.write_text("import optuna\n\n\ndef f(t):\n    return t.suggest_uniform('x', 0, 1)\n")
    assert report("upgrade", "optuna", ".")["files"]


def test_a_run_that_was_verified(report: Callable[..., dict[str, Any]], script: Path) -> None:
    assert "verification" in report("translate", ".", *TO_MLFLOW, "--verify", "true")


def test_the_words_are_those_of_the_code(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    assert set(definitions["gap"]["properties"]["reason"]["enum"]) == set(GapReason)
    assert set(definitions["edit"]["properties"]["fidelity"]["enum"]) == set(Fidelity)
    assert set(schema["properties"]["review"]["items"]["properties"]["decision"]["enum"]) == set(Decision)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.update(version=2),
        lambda found: found["summary"].pop("sites"),
        lambda found: found["files"][0].update(status="renamed"),
        lambda found: found["files"][0].update(error="train.py: cannot be read"),
        lambda found: found["files"][0]["edits"][0].update(line=0),
        lambda found: found["files"][0]["edits"][0].update(colour="red"),
    ],
)
def test_what_is_no_report_is_refused(
    spoil: Callable[[dict[str, Any]], None],
    report: Callable[..., dict[str, Any]],
    schema: dict[str, Any],
    script: Path,
) -> None:
    spoiled = report("translate", ".", *TO_MLFLOW)
    spoil(spoiled)
    with pytest.raises(ValidationError):
        Draft202012Validator(schema).validate(spoiled)


@pytest.mark.parametrize("name", ["map", "concepts", "recipe", "upgrade", "task", "ablation"])
def test_schemas_of_what_users_write(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(output_of("schema", name).stdout))


def test_an_unknown_name_is_said() -> None:
    done = output_of("schema", "reports")
    assert done.exit_code == 2
    assert "there is no schema 'reports'; there are report, map," in done.stderr
