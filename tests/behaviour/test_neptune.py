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
