"""tests/behaviour: what PyTorch's eager quantisation makes smaller, NNCF makes smaller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import route
from adapter.graph.store import packaged_atlas
from adapter.plan import Plan
from adapter.translate.file import translate_file

PROGRAM = """
import json

import torch
from torch import nn
from torch.ao.quantization import DeQuantStub, QuantStub, convert, fuse_modules, get_default_qconfig, prepare


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.quant, self.dequant = QuantStub(), DeQuantStub()
        self.hidden, self.relu, self.out = nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 4)

    def forward(self, x):
        return self.dequant(self.out(self.relu(self.hidden(self.quant(x)))))


def calibrate(model, batches):
    with torch.no_grad():
        for batch in batches:
            model(batch)


torch.manual_seed(0)
plain = Net().eval()
samples = [torch.randn(16, 8) for _ in range(8)]
expected = plain(samples[0])
plain.qconfig = get_default_qconfig("x86")
fused = fuse_modules(plain, [["hidden", "relu"]])
prepared = prepare(fused)
calibrate(prepared, samples)
quantized = convert(prepared)
found = quantized(samples[0])
error = float((found - expected).abs().max() / expected.abs().max())
kinds = sorted({type(module).__module__ for module in quantized.modules()})
print(json.dumps({"error": error, "kinds": kinds}))
"""
IN_PLACE = """
from torch.ao.quantization import convert, prepare

prepare(model, inplace=True)
model(images)
convert(model, inplace=True)
"""


def translated(program: str) -> Plan:
    way = route(packaged_atlas(), "torch_ao", "nncf")
    return translate_file(Path("program.py"), program.encode(), way, catalog_of(way.source), None).plan


def said(folder: Path, *programs: str) -> list[dict[str, Any]]:
    """What each of several programs prints last, run one after another by one interpreter."""
    for number, program in enumerate(programs):
        (folder / f"program_{number}.py").write_text(program)
    lines = "".join(f"import program_{number}\n" for number in range(len(programs)))
    # without a compiler NNCF computes with PyTorch's own operations instead of code built in half a minute
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CXX": "/bin/false", "TORCHDYNAMO_DISABLE": "1"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", lines],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


def test_the_quantised_model_answers_as_exactly(tmp_path: Path) -> None:
    plan = translated(PROGRAM)
    assert plan.gaps == []
    assert plan.after is not None
    before, after = said(tmp_path, PROGRAM, plan.after.decode())
    assert any("torch.ao.nn" in kind for kind in before["kinds"])
    assert any(kind.startswith("nncf.") for kind in after["kinds"])
    assert 0 < before["error"] < 0.1
    assert 0 < after["error"] < 0.1


def test_what_is_prepared_in_place_is_observed_in_place() -> None:
    after = (translated(IN_PLACE).after or b"").decode()
    assert "model.calibration_hook = model.register_forward_pre_hook" in after
    assert "model = nncf.quantize(model, " in after
    assert "torch.ao.quantization" not in after


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("torch.ao.quantization.prepare_qat(model, inplace=True)", "samples before it trains"),
        ("torch.ao.quantization.quantize_dynamic(model)", "one input of the model"),
        ("torch.nn.utils.prune.ln_structured(model.hidden, 'weight', 0.5, n=2, dim=0)", "whole channels"),
        ("torch.nn.utils.prune.l1_unstructured(model.hidden, 'weight', 0.5)", "examples_inputs"),
    ],
)
def test_what_needs_data_that_the_call_does_not_have_is_a_gap(line: str, why: str) -> None:
    plan = translated(f"import torch\n\n{line}\n")
    assert plan.after is None
    assert any(why in gap.detail for gap in plan.gaps)
