"""Models are made smaller with NNCF: what is written, and what the written program does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapter.bench.tasks import tasks_folder
from adapter.inline.pipeline import Options, inline_paths
from adapter.plan import Plan

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples" / "optimisation.yaml").read_text())
NOISE = ("INFO:nncf", "WARNING:nncf", "Reason:", "Statistics", "Applying", "Mixed-Precision")


def planned(folder: Path, text: str, **options: str | float) -> Plan | None:
    file = folder / "train.py"
    file.write_text(text)
    return next(iter(inline_paths([file], Options("optimisation", "nncf", options))), None)


def printed(folder: Path, text: str) -> list[str]:
    """The lines that a program prints, without those of the library."""
    (folder / "train.py").write_text(text)
    # without a compiler NNCF computes with PyTorch's own operations instead of code built in half a minute
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CXX": "/bin/false", "TORCHDYNAMO_DISABLE": "1"}
    run = subprocess.run(
        [sys.executable, "train.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    return [line for line in lines if line.strip() and not line.startswith(NOISE) and line.isascii()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_examples_come_out_as_written(example: dict[str, Any], tmp_path: Path) -> None:
    plan = planned(tmp_path, example["before"], **example["options"])
    assert plan is not None
    assert plan.error is None
    assert plan.after is not None
    assert plan.after.decode() == example["after"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_second_time_changes_nothing(example: dict[str, Any], tmp_path: Path) -> None:
    assert planned(tmp_path, example["after"], **example["options"]) is None


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_the_written_program_prints_what_it_printed_and_saves_a_smaller_model(
    example: dict[str, Any], tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("nncf")
    before = printed(tmp_path, example["before"])
    old = {path.name for path in tmp_path.rglob("*.pt*")}
    (tmp_path / "weights").mkdir(exist_ok=True)
    after = printed(tmp_path, example["after"])
    assert after[: len(before)] == before
    (saved,) = [path for path in tmp_path.rglob("*.pt*") if path.name not in old]
    if example["options"]["method"] == "compress-weights":
        held = "import torch, train\nimport sys; sys.modules['__main__'].Net = train.Net\n"
        held += f"model = torch.load({str(saved)!r}, weights_only=False)\n"
        held += "print([str(value.dtype) for value in model.state_dict().values()])\n"
        (tmp_path / "look.py").write_text(held)
        run = subprocess.run(
            [sys.executable, "look.py"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert "torch.uint8" in run.stdout
        return
    kept = torch.load(saved, weights_only=False)
    state = kept["state_dict"]
    assert kept["config"]["compression_state"]
    if example["options"]["method"] == "prune":
        masks = torch.cat([value.flatten() for name, value in state.items() if "mask" in name]).float()
        assert abs(float(masks.mean()) - 0.5) < 0.03
    else:
        assert any("hooks" in name and "scale" in name for name in state)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "from sklearn.linear_model import Ridge\nmodel = Ridge()\nmodel.fit([[1.0]], [1.0])\n",
            "a scikit-learn model has none",
        ),
        (
            "import keras\nmodel = keras.Sequential()\nmodel.compile('adam', 'mse')\nmodel.fit(x, y)\n",
            "no support for Keras",
        ),
        (
            (
                "import torch\nfrom torch import nn\nnetG, netD = nn.Linear(1, 1), nn.Linear(1, 1)\n"
                "optG = torch.optim.Adam(netG.parameters())\noptD = torch.optim.Adam(netD.parameters())\n"
                "for epoch in range(2):\n    for x in loader:\n"
                "        lossD = netD(x).mean()\n        lossD.backward()\n        optD.step()\n"
                "        lossG = netD(netG(x)).mean()\n        lossG.backward()\n        optG.step()\n"
            ),
            "several models are trained here (netD, netG); --name says which one is meant",
        ),
        (
            (
                "import torch\nfrom torch import nn\nfrom torch.utils.data import DataLoader\n"
                "for train, test in folds:\n    model = nn.Linear(1, 1)\n"
                "    opt = torch.optim.SGD(model.parameters())\n    for epoch in range(3):\n"
                "        for x, y in DataLoader(train):\n            loss = (model(x) - y).sum()\n"
                "            loss.backward()\n            opt.step()\n"
            ),
            "made anew in each turn of the loop",
        ),
    ],
)
def test_what_cannot_be_told_is_a_gap(text: str, said: str, tmp_path: Path) -> None:
    plan = planned(tmp_path, text)
    assert plan is not None
    assert not plan.changed
    assert [said in gap.detail for gap in plan.gaps] == [True], plan.gaps


def test_the_calibration_data_are_those_of_the_training_phase(tmp_path: Path) -> None:
    text = (
        "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
        "        return x.sum(1)\n\n\nloaders = make_loaders()\n\n\n"
        "def train(model, optimizer):\n    for epoch in range(2):\n"
        "        model.train()\n        for phase in ['train', 'val']:\n"
        "            for x, y in loaders[phase]:\n"
        "                loss = (model(x) - y).pow(2).mean()\n                if phase == 'train':\n"
        "                    loss.backward()\n                    optimizer.step()\n    return model\n\n\n"
        "net = Net()\noptimizer = torch.optim.SGD(net.parameters(), lr=0.1)\nnet = train(net, optimizer)\n"
    )
    plan = planned(tmp_path, text)
    assert plan is not None
    assert plan.after is not None
    assert b"nncf.Dataset(loaders['train'], lambda batch: batch[0])" in plan.after


def test_a_model_that_an_accelerator_shards_is_a_gap(tmp_path: Path) -> None:
    text = (
        "import torch\nfrom accelerate import Accelerator, FullyShardedDataParallelPlugin\n"
        "plugin = FullyShardedDataParallelPlugin(fsdp_version=2)\n"
        "accelerator = Accelerator(fsdp_plugin=plugin)\nmodel = torch.nn.Linear(2, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "model, optimizer, loader = accelerator.prepare(model, optimizer, loader)\n"
        "for x, y in loader:\n    loss = (model(x) - y).pow(2).mean()\n"
        "    accelerator.backward(loss)\n    optimizer.step()\n"
    )
    plan = planned(tmp_path, text)
    assert plan is not None
    assert plan.after is None
    assert ["at line 3 spreads it over processes or devices" in gap.detail for gap in plan.gaps] == [True]


def test_one_of_several_models_is_chosen_by_name(tmp_path: Path) -> None:
    text = (
        "import torch\nfrom torch import nn\nnetG, netD = nn.Linear(1, 1), nn.Linear(1, 1)\n"
        "optG = torch.optim.Adam(netG.parameters())\n"
        "for epoch in range(2):\n    for x in loader:\n"
        "        loss = netD(netG(x)).mean()\n        loss.backward()\n        optG.step()\n"
    )
    plan = planned(tmp_path, text, name="netG")
    assert plan is not None
    assert plan.after is not None
    assert b"quantized = nncf.quantize(netG, calibration)" in plan.after


def test_what_shows_progress_is_known_under_an_alias_too(tmp_path: Path) -> None:
    text = (tasks_folder() / "optimisation" / "prune-train-function" / "before.py").read_text()
    for written in (text, text.replace("import tqdm", "import tqdm as bar").replace("tqdm(", "bar(")):
        plan = planned(tmp_path, written, method="prune", ratio=0.5)
        assert plan is not None
        assert not plan.gaps
        assert len(plan.edits) == 1
