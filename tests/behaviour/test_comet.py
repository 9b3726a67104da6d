"""tests/behaviour: a program for MLflow, translated to Comet and back, records the same on each way."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from adapter.bench.recording import Library, run_program
from adapter.graph.catalogs import catalog_of
from adapter.graph.network import route
from adapter.graph.store import packaged_atlas
from adapter.sandbox.run import Limits, run_in
from adapter.translate.file import translate_file

PROGRAM = """
import mlflow

mlflow.set_experiment("shapes")
run = mlflow.start_run()
mlflow.log_params({"lr": 0.5, "rounds": 3})
for round in range(3):
    mlflow.log_metric("loss", 1 / (round + 1), step=round)
    mlflow.log_metrics({"accuracy": round / 4}, step=round)
mlflow.set_tag("device", "cpu")
with open("note.txt", "w") as file:
    file.write("done")
mlflow.log_artifact("note.txt")
mlflow.end_run()
"""
SERIES = {"loss": [(0, 1.0), (1, 0.5), (2, 1 / 3)], "accuracy": [(0, 0.0), (1, 0.25), (2, 0.5)]}
PARAMETERS = {"lr": 0.5, "rounds": 3}


def translated(text: str, source: str, target: str) -> str:
    way = route(packaged_atlas(), source, target)
    plan = translate_file(Path("program.py"), text.encode(), way, catalog_of(way.source), None).plan
    assert [f"{gap.site.line} {gap.site.api}: {gap.detail}" for gap in plan.gaps] == []
    assert plan.after is not None
    return plan.after.decode()


def offline_messages(folder: Path) -> list[dict[str, object]]:
    """What Comet would have sent: each message as it stands in the offline archive."""
    (archive,) = folder.rglob("*.zip")
    with zipfile.ZipFile(archive) as kept:
        return [json.loads(line) for line in kept.read("messages.json").decode().splitlines()]


def test_what_is_written_for_comet_records_the_same(tmp_path: Path) -> None:
    pytest.importorskip("comet_ml")
    project = tmp_path / "project"
    project.mkdir()
    (project / "program.py").write_text(translated(PROGRAM, "mlflow", "comet_ml"))
    environment = {
        "COMET_START_ONLINE": "0",
        "COMET_OFFLINE_DIRECTORY": "kept",
        "COMET_LOGGING_CONSOLE": "error",
    }
    done = run_in([sys.executable, "program.py"], project, tmp_path, Limits(seconds=300), environment)
    assert done.code == 0, done.stderr
    series: dict[str, list[tuple[int, float]]] = {}
    parameters: dict[str, object] = {}
    for message in offline_messages(done.project):
        payload = message["payload"]
        assert isinstance(payload, dict)
        if message["type"] == "metric_msg" and payload["metric"]["metricName"] in SERIES:
            metric = payload["metric"]
            series.setdefault(metric["metricName"], []).append((metric["step"], metric["metricValue"]))
        if message["type"] == "parameter_msg" and payload["param"]["source"] == "manual":
            parameters[payload["param"]["paramName"]] = payload["param"]["paramValue"]
    assert series == SERIES
    assert parameters == PARAMETERS


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    there = translated(PROGRAM, "mlflow", "comet_ml")
    program = tmp_path / "program.py"
    program.write_text(translated(there, "comet_ml", "mlflow"))
    (run,) = run_program(program, library=Library.MLFLOW, workdir=tmp_path / "kept").runs
    assert run.metrics == SERIES
    assert run.params == {name: str(value) for name, value in PARAMETERS.items()}
    assert {name.partition(" ")[0] for name in run.artifacts} == {"note.txt"}
