"""tests/bench: the oracle of optimisation finds the model in its file, and says what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapter.bench.oracle import OracleError, Trial, optimisation
from adapter.bench.oracle.trial import Runner
from adapter.bench.tasks import Task

SMALL = """
import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(8, 16)
        self.last = torch.nn.Linear(16, 4)

    def forward(self, x):
        return self.last(torch.relu(self.first(x)))


torch.manual_seed(0)
batches = [torch.randn(16, 8) for _ in range(4)]
model = Net().eval()
print("word")
"""
QUANTISED = """
import nncf
quantised = nncf.quantize(model, nncf.Dataset(batches))
torch.save({"state": quantised.state_dict(), "config": nncf.torch.get_config(quantised)}, "small.pt")
"""


def test_a_quantised_model_is_found_in_its_file(make_task: Callable[..., Task], tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    answer = tmp_path / "answer"
    answer.mkdir()
    (answer / "train.py").write_text(SMALL + QUANTISED)
    task = make_task("nncf", before_py=SMALL)

    def check(method: str, difference: float) -> None:
        trial.task = replace(task, options={"method": method})
        optimisation.optimises(
            trial,
            model="model",
            inputs="torch.cat(batches)",
            calibration="torch.cat(batches)",
            difference=difference,
        )

    trial = Trial(answer, Runner(task, tmp_path / "work"))
    check("quantise", 0.1)
    ((call,),) = (notes["calls"] for notes in trial.notes(trial.after, "nncf"))
    assert call["function"] == "quantize"
    assert call["calibration"]["samples"] == 64
    assert not call["trained"]
    with pytest.raises(OracleError, match="differ by"):
        check("quantise", 1e-6)
    with pytest.raises(OracleError, match="was not asked to prune"):
        check("prune", 0.1)
    with pytest.raises(OracleError, match="not trained after"):
        check("quantise-aware-training", 0.1)
