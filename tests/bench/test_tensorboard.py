"""tests/bench: event files are read as TensorBoard's own writer leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.bench.recording.tensorboard_reader import read_tensorboard


def test_scalars_parameters_and_pictures_are_read(tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "runs" / "first")) as writer:
        writer.add_hparams({"lr": 0.5, "name": "small", "deep": True}, {"final": 0.25})
        for step in range(3):
            writer.add_scalar("train/loss", 1 / (step + 1), step)
        writer.add_text("seed", "7")
        writer.add_scalars("both", {"a": 1.0, "b": 2.0}, 5)
    (run,) = read_tensorboard(tmp_path).runs
    assert [(step, pytest.approx(value)) for step, value in run.metrics["train/loss"]] == [
        (0, 1.0),
        (1, 0.5),
        (2, 1 / 3),
    ]
    assert (run.metrics["both/a"], run.metrics["both/b"]) == ([(5, 1.0)], [(5, 2.0)])
    assert run.params == {"lr": "0.5", "name": "small", "deep": "1", "seed": "7"}
    assert run.summary == {"final": 0.25}


@pytest.mark.parametrize(
    "text",
    [
        "{'lr': 0.5, 'epochs': 3}",
        '{"lr": 0.5, "epochs": 3}',
        "Namespace(lr=0.5, epochs=3)",
        "|name|value|\n|-|-|\n|lr|0.5|\n|epochs|3|",
        "| name | value |\n|---|---|\n| lr | 0.5 |\n| epochs | 3 |\n",
    ],
)
def test_a_text_can_state_parameters(tmp_path: Path, text: str) -> None:
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "runs")) as writer:
        writer.add_text("options", text)
    (run,) = read_tensorboard(tmp_path).runs
    assert run.params == {"lr": "0.5", "epochs": "3"}


def test_two_writers_are_two_runs_and_nothing_is_none(tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter

    assert read_tensorboard(tmp_path).runs == []
    for name in ("one", "two"):
        with SummaryWriter(str(tmp_path / name)) as writer:
            writer.add_scalar("loss", 1.0, 0)
    assert len(read_tensorboard(tmp_path).runs) == 2
