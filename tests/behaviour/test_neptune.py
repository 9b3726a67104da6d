"""tests/behaviour: a program for Neptune, translated, records in MLflow what it told Neptune to record."""

from __future__ import annotations

from pathlib import Path

from adapter.bench.recording import Library, run_program
from adapter.graph.catalogs import catalog_of
from adapter.graph.network import route
from adapter.graph.store import packaged_atlas
from adapter.translate.file import translate_file

PROGRAM = """
import neptune
from neptune.types import File
from neptune.utils import stringify_unsupported
import numpy as np

settings = {"lr": 0.5, "rounds": 3}
run = neptune.init_run(project="team/shapes", api_token="none", tags=["small"])
run["parameters"] = stringify_unsupported(settings)
run["model/kind"] = "linear"
train = run["train"]
for round in range(settings["rounds"]):
    for batch in range(2):
        train["batch"]["loss"].append(round + batch / 10)
    train["loss"].append(1 / (round + 1))
    if round != 1:
        run["test/score"].append(round, step=10 * round)
run["rises"].extend([0.25, 0.75])
run["best/accuracy"] = 0.875
run["shape"].upload(File.as_image(np.zeros((4, 4, 3), dtype=np.uint8)))
with open("model.txt", "w") as file:
    file.write("3")
run["model/weights"].upload("model.txt")
run.stop()
"""

# Neptune numbers every series on its own, from 0: so it would have kept these pairs of step and value.
SERIES = {
    "train/batch/loss": [(0, 0.0), (1, 0.1), (2, 1.0), (3, 1.1), (4, 2.0), (5, 2.1)],
    "train/loss": [(0, 1.0), (1, 0.5), (2, 1 / 3)],
    "test/score": [(0, 0.0), (20, 2.0)],
    "rises": [(0, 0.25), (1, 0.75)],
    "best/accuracy": [(0, 0.875)],
}


def test_the_translated_program_records_the_same(tmp_path: Path) -> None:
    way = route(packaged_atlas(), "neptune", "mlflow")
    plan = translate_file(Path("program.py"), PROGRAM.encode(), way, catalog_of(way.source), None).plan
    assert [f"{gap.site.line} {gap.site.api}: {gap.detail}" for gap in plan.gaps] == []
    assert plan.after is not None
    program = tmp_path / "program.py"
    program.write_bytes(plan.after)
    recording = run_program(program, library=Library.MLFLOW, workdir=tmp_path / "kept")
    (run,) = recording.runs
    assert recording.project == "team/shapes"
    assert run.metrics == SERIES
    assert run.params == {"lr": "0.5", "rounds": "3", "model/kind": "linear"}
    assert run.tags == {"small"}
    assert run.media == {"shape"}
    assert {name.partition(" ")[0] for name in run.artifacts} == {"model.txt"}
    assert run.finished


STORED = """
import neptune

with neptune.init_run(project="team/shapes", name="first", tags=["small"]) as run:
    run["accuracy"] = 0.875
    version = neptune.init_model_version(model="SHA-LINE")
    with open("model.txt", "w") as file:
        file.write("3")
    version["model"].upload("model.txt")
    version.change_stage("staging")

with neptune.init_project(project="team/shapes", mode="read-only") as project:
    table = project.fetch_runs_table(tag=["small"]).to_pandas()
    others = project.fetch_runs_table(tag="large").to_pandas()
model = neptune.init_model(with_id="SHA-LINE")
versions = model.fetch_model_versions_table().to_pandas()
staged = versions[versions["sys/stage"] == "staging"]["sys/id"].tolist()
newest = neptune.init_model_version(with_id=staged[0])
newest["model"].download("copy")
newest.change_stage("production")

run = neptune.init_run(project="team/shapes", name="second")
run["found/name"] = table[table["sys/failed"] == False]["sys/name"].values[0]
run["found/accuracy"] = float(table["accuracy"].max())
run["found/others"] = len(others)
run["found/versions"] = len(staged)
run["copied"].upload("copy/model/model.txt")
run.stop()
"""


def test_what_is_read_from_stored_runs_and_models_is_read_from_mlflow(tmp_path: Path) -> None:
    way = route(packaged_atlas(), "neptune", "mlflow")
    plan = translate_file(Path("program.py"), STORED.encode(), way, catalog_of(way.source), None).plan
    assert [f"{gap.site.line} {gap.site.api}: {gap.detail}" for gap in plan.gaps] == []
    assert plan.after is not None
    program = tmp_path / "program.py"
    program.write_bytes(plan.after)
    recording = run_program(program, library=Library.MLFLOW, workdir=tmp_path / "kept")
    second = next(run for run in recording.runs if run.name == "second")
    assert second.params == {"found/name": "first", "found/others": "0", "found/versions": "1"}
    values = {name: [value for _, value in series] for name, series in second.metrics.items()}
    assert values == {"found/accuracy": [0.875]}
    assert {name.partition(" ")[0] for name in second.artifacts} == {"model.txt"}
