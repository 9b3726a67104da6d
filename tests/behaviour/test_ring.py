"""tests/behaviour: one program, translated around a ring of libraries, records the same with each of them.

wandb -> mlflow -> tensorboard -> dvclive -> aim -> wandb: what one translation wrote is the next one's
source, and every version is run with the real library that it was written for.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from adapter.bench.recording import Library, RunRecord, run_program
from adapter.graph.catalogs import catalog_of
from adapter.graph.network import route
from adapter.graph.store import packaged_atlas
from adapter.translate.file import translate_file

RING = (Library.WANDB, Library.MLFLOW, Library.TENSORBOARD, Library.DVCLIVE, Library.AIM, Library.WANDB)
PROGRAM = """\
import wandb


def train(epochs, lr):
    loss = 1.0
    for epoch in range(epochs):
        loss = loss * (1 - lr)
        wandb.log({"train/loss": loss, "accuracy": 1 - loss})
    return loss


def main():
    wandb.init(project="moons", name="first", config={"lr": 0.25, "epochs": 4, "optimizer": "sgd"})
    loss = train(wandb.config.epochs, wandb.config.lr)
    wandb.log({"final": loss})
    wandb.finish()


if __name__ == "__main__":
    main()
"""
SERIES = {
    "train/loss": [(0, 0.75), (1, 0.5625), (2, 0.421875), (3, 0.31640625)],
    "accuracy": [(0, 0.25), (1, 0.4375), (2, 0.578125), (3, 0.68359375)],
    "final": [(4, 0.31640625)],
}
PARAMS = {"lr": "0.25", "epochs": "4", "optimizer": "sgd"}


@cache
def program_after(translations: int) -> str:
    """The program after so many translations around the ring."""
    if translations == 0:
        return PROGRAM
    way = route(packaged_atlas(), RING[translations - 1], RING[translations])
    before = program_after(translations - 1).encode()
    plan = translate_file(Path("train.py"), before, way, catalog_of(way.source), None).plan
    assert plan.error is None
    assert plan.gaps == []
    assert plan.after is not None
    return plan.after.decode()


def recorded(translations: int, folder: Path) -> RunRecord:
    library = RING[translations]
    program = folder / "program" / "train.py"
    program.parent.mkdir()
    program.write_text(program_after(translations), encoding="utf-8")
    recording = run_program(program, library=library, workdir=folder / "run")
    assert recording.strays == []
    (run,) = recording.runs
    return run


@pytest.mark.parametrize("translations", range(len(RING)), ids=[f"{i}-{name}" for i, name in enumerate(RING)])
def test_the_same_is_recorded_all_around_the_ring(translations: int, tmp_path: Path) -> None:
    if RING[translations] is Library.AIM:
        pytest.importorskip("aim", reason="Aim asks for older packages; install it apart")
    run = recorded(translations, tmp_path)
    assert run.metrics == SERIES
    assert run.params == PARAMS


@pytest.mark.parametrize("translations", range(1, len(RING)))
def test_nothing_of_the_library_before_is_left(translations: int) -> None:
    text = program_after(translations)
    old = RING[translations - 1]
    assert old not in text
    compile(text, "train.py", "exec")
