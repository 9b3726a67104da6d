"""tests/behaviour: a Lightning logger that is given a run goes on with it in the other library too."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.bench.recording import Library, run_program
from adapter.graph.catalogs import catalog_of
from adapter.graph.network import route
from adapter.graph.store import packaged_atlas
from adapter.translate.file import translate_file

WANDB = """
import wandb
from pytorch_lightning.loggers import WandbLogger

run = wandb.init(project="shapes", mode="offline")
logger = WandbLogger(experiment=run, mode="offline")
logger.log_metrics({"loss": 0.5}, step=3)
run.summary["best"] = 0.25
wandb.finish()
"""

NEPTUNE = """
import neptune
from pytorch_lightning.loggers import NeptuneLogger

PROJECT = "team/shapes"
run = neptune.init_run(project=PROJECT)
logger = NeptuneLogger(run=run)
logger.log_metrics({"loss": 0.5}, step=3)
run["best"] = 0.25
run.stop()
"""


@pytest.mark.parametrize(
    ("source", "target", "text"), [("wandb", "mlflow", WANDB), ("neptune", "wandb", NEPTUNE)]
)
def test_the_logger_writes_into_the_run(source: str, target: str, text: str, tmp_path: Path) -> None:
    way = route(packaged_atlas(), source, target)
    plan = translate_file(Path("program.py"), text.encode(), way, catalog_of(way.source), None).plan
    assert [f"{gap.site.line} {gap.site.api}: {gap.detail}" for gap in plan.gaps] == []
    assert plan.after is not None
    program = tmp_path / "program.py"
    program.write_bytes(plan.after)
    recording = run_program(program, library=Library(target), workdir=tmp_path / "kept")
    (run,) = recording.runs
    assert recording.project == "shapes"
    assert [value for _step, value in run.metrics["loss"]] == [0.5]
