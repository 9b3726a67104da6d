"""Where models are made, and which files a script writes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.script import Script
from adapter.source.text import read_source


def landmarks(text: str) -> Landmarks:
    source = read_source(Path("train.py"), dedent(text).encode())
    return find_landmarks(Script(source, packaged_frameworks()))


MODELS = {
    "class": ("from torch import nn\nclass Net(nn.Module): pass\nnet = Net().to(device)", "net"),
    "attribute": (
        "import torch as t\nclass T:\n    def f(self):\n        self.m = t.nn.GRU(2, 2)",
        "self.m",
    ),
    "torchvision": ("from torchvision import models\nm = models.resnet18(weights=None)", "m"),
    "pipeline": ("from sklearn.pipeline import make_pipeline\np = make_pipeline(SVC())", "p"),
    "function": (
        "import keras\ndef build():\n    m = keras.Sequential()\n    return m\nmodel = build()",
        "model",
    ),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_is_found_where_it_gets_its_name(case: str) -> None:
    text, name = MODELS[case]
    assert name in [model.name for model in landmarks(text).models]


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ncriterion = torch.nn.CrossEntropyLoss()",
        "from torch import nn\nclass Net(nn.Module):\n    def f(self):\n        self.l = nn.GRU(2, 2)",
        "from torch import nn\nclass Net(nn.Module): pass\ndef f(net=Net()):\n    out = net(x)",
        "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()",
    ],
)
def test_what_is_no_model(text: str) -> None:
    assert landmarks(text).models == []


FILES = {
    "state": ("import torch\ntorch.save(net.state_dict(), 'net.pt')", "state_dict", "'net.pt'"),
    "checkpoint": ("import torch\ntorch.save({'net': net.state_dict()}, args.out)", "state_dict", "args.out"),
    "named state": ("import torch\nstate = {'n': n.state_dict()}\ntorch.save(state, p)", "state_dict", "p"),
    "module": ("import torch\nnet = torch.nn.Linear(1, 1)\ntorch.save(net, 'net.pt')", "model", "'net.pt'"),
    "joblib": ("import joblib\njoblib.dump(model, 'm.joblib')", "model", "'m.joblib'"),
    "pickle": ("import pickle\nwith open(out, 'wb') as f:\n    pickle.dump(clf, f)", "model", "out"),
    "keras": ("import keras\nm = keras.Sequential()\nm.save('m.keras')", "model", "'m.keras'"),
    "figure": ("import matplotlib.pyplot as plt\nplt.savefig('loss.png')", "figure", "'loss.png'"),
    "tokenizer": ("tokenizer.save_pretrained('out')", "data", "'out'"),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_are_written(case: str) -> None:
    text, what, path = FILES[case]
    assert [(saved.what, saved.path) for saved in landmarks(text).saved] == [(what, path)]
