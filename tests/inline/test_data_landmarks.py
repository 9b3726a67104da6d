"""Data loaders, optimisers, schedules and losses are found with their names and parts."""

from pathlib import Path

from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.landmarks.loaders import part_of
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.landmarks.words import DataForm, Part
from adapter.inline.script import Script
from adapter.source.text import read_source


def landmarks(text: str) -> Landmarks:
    return find_landmarks(Script(read_source(Path("train.py"), text.encode()), packaged_frameworks()))


def test_loaders_through_a_function_and_an_attribute() -> None:
    found = landmarks(
        "from torch.utils.data import DataLoader\n"
        "def loaders(a, b):\n"
        "    first = DataLoader(a)\n"
        "    return first, DataLoader(b)\n"
        "class Job:\n"
        "    def __init__(self, data):\n"
        "        self.val_loader = DataLoader(data)\n"
        "train_dl, rest = loaders(1, 2)\n"
    )
    assert [(loader.name, loader.part) for loader in found.loaders] == [
        ("first", Part.UNKNOWN),
        ("self.val_loader", Part.VALIDATION),
        ("train_dl", Part.TRAIN),
        ("rest", Part.UNKNOWN),
    ]


def test_a_loader_that_the_file_is_given_stands_at_its_loop() -> None:
    found = landmarks(
        "from torch.utils.data import DataLoader\n"
        "def train(batches):\n    for x, y in batches:\n        print(x)\n"
        "train(DataLoader([]))\n"
    )
    assert [(loader.name, loader.made.type) for loader in found.loaders] == [("batches", "for_statement")]


def test_arrays_and_their_targets() -> None:
    found = landmarks(
        "from sklearn.datasets import load_iris\n"
        "from sklearn.model_selection import train_test_split\n"
        "X, y = load_iris(return_X_y=True)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y)\n"
    )
    assert [(loader.name, loader.form, loader.part) for loader in found.loaders] == [
        ("X", DataForm.ARRAY, Part.UNKNOWN),
        ("y", DataForm.TARGETS, Part.UNKNOWN),
        ("X_train", DataForm.ARRAY, Part.TRAIN),
        ("X_test", DataForm.ARRAY, Part.TEST),
        ("y_train", DataForm.TARGETS, Part.TRAIN),
        ("y_test", DataForm.TARGETS, Part.TEST),
    ]


def test_optimiser_schedule_and_loss() -> None:
    found = landmarks(
        "import torch.nn.functional as F\nfrom torch import nn, optim\n"
        "criterion = nn.CrossEntropyLoss().to('cpu')\n"
        "optimizer = optim.LBFGS(net.parameters())\n"
        "scheduler = optim.lr_scheduler.StepLR(optimizer, 1)\n"
        "loss = F.nll_loss(out, y)\noptimizer.step()\n"
    )
    assert [(o.name, o.api) for o in found.optimisers] == [("optimizer", "torch.optim.LBFGS")]
    assert [s.name for s in found.schedulers] == ["scheduler"]
    assert [loss.name for loss in found.losses] == ["criterion", "loss"]


def test_what_a_keras_model_is_compiled_with() -> None:
    found = landmarks(
        "import keras\nmodel = keras.Sequential()\nmodel.compile(optimizer='adam', loss='mse')\n"
    )
    assert [o.api for o in found.optimisers] == ["adam"]
    assert [loss.api for loss in found.losses] == ["mse"]


def test_parts_by_name() -> None:
    names = [
        "trainloader",
        "x_val",
        "self.testset",
        "dev_dataloader",
        "TrainLoader",
        "data",
        "eval_dataloader",
    ]
    parts = [part_of(name) for name in names]
    assert parts == [
        Part.TRAIN,
        Part.VALIDATION,
        Part.TEST,
        Part.VALIDATION,
        Part.TRAIN,
        Part.UNKNOWN,
        Part.TEST,
    ]
