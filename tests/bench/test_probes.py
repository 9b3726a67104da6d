"""tests/bench: probes note what a library did and leave the program as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.bench.oracle import Trial, optimisation
from adapter.bench.oracle.trial import Runner
from adapter.bench.tasks import Task


def test_a_program_without_probed_libraries_notes_nothing(
    make_task: Callable[..., Task], tmp_path: Path
) -> None:
    runner = Runner(make_task(), tmp_path / "work")
    done = runner.run(runner.untouched, [])
    assert done.stdout == "word\n"
    assert done.stderr == ""
    assert list((done.workdir / "notes").iterdir()) == []


OPTIMISED = """
import nncf
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
model = nncf.quantize(model, nncf.Dataset(batches))
torch.save(model.state_dict(), "small.pt")
"""


def test_a_quantised_model_is_noted(make_task: Callable[..., Task], tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    answer = tmp_path / "answer"
    answer.mkdir()
    (answer / "train.py").write_text(OPTIMISED)
    trial = Trial(answer, Runner(make_task("nncf"), tmp_path / "work"))
    (notes,) = trial.notes(trial.after, "nncf")
    assert [call["function"] for call in notes["calls"]] == ["quantize"]
    assert [path.name for path in optimisation.new_files(trial)] == ["small.pt"]
