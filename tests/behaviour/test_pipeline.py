"""A pipeline of several stages is translated as one: it runs with W&B before and with MLflow after."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from adapter.bench.recording import differences
from adapter.bench.recording.programs import read_recording
from adapter.bench.recording.records import Library, Recording
from adapter.sandbox.run import Limits, run_in

ROOT = Path(__file__).parents[2]
PIPELINE = ROOT / "corpus" / "demo" / "pipeline"


def run_stages(project: Path, library: Library) -> tuple[str, Recording]:
    """What `run.sh` prints in the sandbox, and what its stages recorded."""
    workdir = project.parent
    # The script calls `python`, which has to be the one with the libraries.
    command = f'PATH="{Path(sys.executable).parent}:$PATH" exec sh run.sh'
    done = run_in(["/bin/sh", "-c", command], project, workdir, Limits(seconds=240, cpu_seconds=120))
    assert done.code == 0, done.stdout + done.stderr
    said = [line for line in done.stdout.splitlines() if line.split(maxsplit=1)[0] in WORDS]
    return "\n".join(said), read_recording(library, workdir)


WORDS = {"300", "epoch", "accuracy", "answer"}


def test_all_stages_run_after_as_before(tmp_path: Path) -> None:
    before, after = tmp_path / "before" / "project", tmp_path / "after" / "project"
    for folder in (before, after):
        shutil.copytree(PIPELINE, folder)
    command = [
        sys.executable,
        "-m",
        "adapter",
        "translate",
        ".",
        "--from",
        "wandb",
        "--to",
        "mlflow",
        "--write",
    ]
    done = subprocess.run(
        command,
        cwd=after,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    for left in (
        "Dockerfile:4:5 WANDB_API_KEY value",
        ".github/workflows/train.yml:5:3 WANDB_API_KEY value",
        ".github/workflows/train.yml:12:14 wandb no-edge a command of wandb",
    ):
        assert left in done.stderr
    assert "dvc.yaml:7:10 WANDB_NAME no-edge" in done.stderr
    assert "4 left" in done.stderr

    said, first = run_stages(before, Library.WANDB)
    said_after, second = run_stages(after, Library.MLFLOW)

    assert len(said.splitlines()) == 7
    assert said_after == said
    assert len(first.runs) == len(second.runs) == 2
    assert differences(first, second) == []
    # The variable of the shell script reaches the new library.
    assert second.project == "moons"
