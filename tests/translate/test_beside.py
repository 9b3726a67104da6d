"""`--alongside`: the source's calls stay beside the target's; a later run takes the old side out."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.bench.recording import Library, run_program
from adapter.bench.recording.programs import read_recording
from adapter.graph.catalogs import catalog_of
from adapter.graph.network import route
from adapter.graph.store import packaged_atlas
from adapter.plan import Plan
from adapter.translate.file import translate_file

FLAT = """\
import wandb

wandb.init(project="moons", name="first", config={"lr": 0.25, "epochs": 3})
loss = 1.0
for epoch in range(3):
    loss = loss * (1 - 0.25)
    wandb.log({"train/loss": loss, "accuracy": 1 - loss})
wandb.log({"final": loss})
wandb.finish()
"""
BOUND = """\
import wandb


def train(run, epochs):
    loss = 1.0
    for epoch in range(epochs):
        loss = loss / 2
        run.log({"loss": loss}, step=epoch)
    return loss


def main():
    run = wandb.init(config={"epochs": 3})
    loss = train(run, run.config.epochs)
    run.summary["best"] = loss
    print(run.id)
    run.finish()


main()
"""
WITH = """\
import wandb

with wandb.init(project="moons", config={"lr": 0.25}) as run:
    for step in range(3):
        run.log({"loss": 1 / (step + 1)}, step=step)
"""
BACK = """\
import mlflow

mlflow.set_experiment("moons")
with mlflow.start_run(run_name="first"):
    mlflow.log_params({"lr": 0.25})
    for step in range(3):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
"""
CASES = [
    pytest.param(FLAT, "wandb", "mlflow", id="flat"),
    pytest.param(BOUND, "wandb", "mlflow", id="bound"),
    pytest.param(WITH, "wandb", "mlflow", id="with"),
    pytest.param(BACK, "mlflow", "wandb", id="back"),
    pytest.param(FLAT, "wandb", "tensorboard", id="flat-holder"),
    pytest.param(FLAT, "wandb", "dvclive", id="flat-steps"),
]


def planned(text: str, source: str, target: str, *, alongside: bool) -> Plan:
    way = route(packaged_atlas(), source, target)
    catalog = catalog_of(way.source)
    plan = translate_file(Path("train.py"), text.encode(), way, catalog, None, alongside=alongside).plan
    assert plan.error is None
    assert plan.gaps == []
    return plan


def written(text: str, source: str, target: str, *, alongside: bool) -> str:
    plan = planned(text, source, target, alongside=alongside)
    return (plan.after or plan.before).decode()


@pytest.mark.parametrize(("text", "source", "target"), CASES)
def test_every_line_of_the_source_stays(text: str, source: str, target: str) -> None:
    both = written(text, source, target, alongside=True)
    compile(both, "train.py", "exec")
    left = iter(both.splitlines())
    kept = [line for line in text.splitlines() if line.strip() and not line.startswith("with ")]
    assert all(line in left for line in kept)
    assert len(both.splitlines()) > len(text.splitlines())


@pytest.mark.parametrize(("text", "source", "target"), CASES)
def test_a_second_run_changes_nothing(text: str, source: str, target: str) -> None:
    both = written(text, source, target, alongside=True)
    assert not planned(both, source, target, alongside=True).changed


@pytest.mark.parametrize(("text", "source", "target"), CASES)
def test_a_later_run_leaves_what_a_translation_writes(text: str, source: str, target: str) -> None:
    both = written(text, source, target, alongside=True)
    later = written(both, source, target, alongside=False)
    at_once = written(text, source, target, alongside=False)
    assert [line for line in later.splitlines() if line] == [line for line in at_once.splitlines() if line]


def test_both_sides_of_a_with_block() -> None:
    both = written(WITH, "wandb", "mlflow", alongside=True)
    assert 'with wandb.init(project="moons", config={"lr": 0.25}) as run, mlflow.start_run():' in both


def test_what_must_not_be_evaluated_twice_is_left() -> None:
    text = 'import wandb\n\nwandb.init()\nwandb.log({"loss": next(losses)}, step=1)\n'
    way = route(packaged_atlas(), "wandb", "mlflow")
    plan = translate_file(
        Path("train.py"), text.encode(), way, catalog_of(way.source), None, alongside=True
    ).plan
    (gap,) = plan.gaps
    assert "evaluated twice" in gap.detail
    assert plan.after is not None
    assert plan.after.count(b"next(losses)") == 1


def test_an_object_of_the_library_is_not_handed_to_the_other() -> None:
    text = 'import wandb\n\nwandb.init()\nimage = wandb.Image(pixels)\nwandb.log({"digit": image})\n'
    way = route(packaged_atlas(), "wandb", "mlflow")
    plan = translate_file(
        Path("train.py"), text.encode(), way, catalog_of(way.source), None, alongside=True
    ).plan
    assert b"mlflow.log_image" not in (plan.after or b"")
    assert any("library that stays" in gap.detail for gap in plan.gaps)


def test_one_run_fills_both_stores_with_the_same(tmp_path: Path) -> None:
    program = tmp_path / "program" / "train.py"
    program.parent.mkdir()
    program.write_text(written(FLAT, "wandb", "mlflow", alongside=True), encoding="utf-8")
    wandb_side = run_program(program, library=Library.WANDB, workdir=tmp_path / "run")
    assert wandb_side.strays == ["mlflow"]
    mlflow_side = read_recording(Library.MLFLOW, tmp_path / "run")
    ((old,), (new,)) = (wandb_side.runs, mlflow_side.runs)
    assert old.metrics == new.metrics
    assert [step for step, _ in old.metrics["train/loss"]] == [0, 1, 2]
    assert old.params == new.params == {"lr": "0.25", "epochs": "3"}
    assert (old.name, wandb_side.project) == (new.name, mlflow_side.project) == ("first", "moons")
