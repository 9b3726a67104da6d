"""Artifacts after their translation, with the real MLflow: the version that was asked for comes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapter.graph.catalogs import catalog_of
from adapter.translate.file import translate_file
from adapter.translate.pipeline import find_route

STORING = """\
import wandb

for number in range(3):
    with wandb.init(project="shapes") as run:
        artifact = wandb.Artifact("shapes", type="dataset")
        with artifact.new_file("shapes.txt") as file:
            file.write(f"number {number}")
        run.log_artifact(artifact, aliases=["best", "round"] if number == 1 else ["later"])
"""

READING = """\
import wandb
from pathlib import Path

with wandb.init(project="shapes") as run:
    artifact = run.use_artifact("team/shapes/shapes:ADDRESS")
    print(Path(artifact.download(), "shapes.txt").read_text())
"""


def run_translated(text: str, folder: Path) -> str:
    """What the MLflow program that a W&B program becomes prints; it is run in a process of its own."""
    way = find_route("wandb", "mlflow")
    plan = translate_file(Path("program.py"), text.encode(), way, catalog_of(way.source), None).plan
    assert plan.gaps == []
    assert plan.after is not None
    (folder / "program.py").write_bytes(plan.after)
    store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'store.db'}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env={**os.environ, **store},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store in which three versions of an artifact lie."""
    folder = tmp_path_factory.mktemp("artifacts")
    run_translated(STORING, folder)
    return folder


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("latest", "number 2"),
        ("v0", "number 0"),
        ("v1", "number 1"),
        ("best", "number 1"),
        ("later", "number 2"),
    ],
)
def test_the_version_that_is_asked_for_comes(store: Path, address: str, found: str) -> None:
    assert found in run_translated(READING.replace("ADDRESS", address), store).splitlines()
