"""What trains in a script, and what is trained there."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.landmarks.model import Fit
from adapter.inline.script import Script
from adapter.source.text import read_source


def fits(text: str) -> list[Fit]:
    source = read_source(Path("train.py"), dedent(text).encode())
    return find_landmarks(Script(source, packaged_frameworks())).fits


CALLS = {
    "sklearn": ("from sklearn.linear_model import Ridge\nm = Ridge()\nm.fit(X, y)", "m", ("X", "y")),
    "sklearn bound": ("from sklearn.linear_model import Ridge\nm = Ridge().fit(X, y)", "m", ("X", "y")),
    "keras": ("from tensorflow import keras\nm = keras.Sequential()\nh = m.fit(x, y)", "m", ("x", "y")),
    "keras class": ("import keras\nclass M(keras.Model): pass\nm = M()\nm.fit(x, y=t)", "m", ("x", "t")),
    "xgboost": ("import xgboost as xgb\nb = xgb.train(p, d)", "b", ("d",)),
    "lightgbm": ("import lightgbm as lgb\nb = lgb.train(p, train_set=d)", "b", ("d",)),
    "lightning": ("import lightning as L\nt = L.Trainer()\nt.fit(net, loader)", "net", ("loader",)),
    "old lightning": (
        "import pytorch_lightning as pl\nt = pl.Trainer()\nt.fit(m, datamodule=dm)",
        "m",
        ("dm",),
    ),
    "transformers": ("from transformers import Trainer\nt = Trainer(m)\nt.train()", "t.model", ()),
    "trainer class": (
        "import transformers\nclass T(transformers.Trainer): pass\nt = T(m)\nt.train()",
        "t.model",
        (),
    ),
    "dict of models": (
        "from sklearn.svm import SVC\nms = {'a': SVC()}\nfor n, m in ms.items():\n    m.fit(X, y)",
        "m",
        ("X", "y"),
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_calls_of_frameworks_that_train(case: str) -> None:
    text, model, data = CALLS[case]
    assert [(fit.model, fit.data) for fit in fits(text)] == [(model, data)]


@pytest.mark.parametrize(
    "text",
    [
        "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit(X)",
        "from sklearn.impute import SimpleImputer\nX = SimpleImputer().fit_transform(X)",
        "from keras.preprocessing.image import ImageDataGenerator\nImageDataGenerator().fit(X)",
        "import torch\nprint(torch.ones(3))",
        "class Model:\n    def fit(self, X):\n        return self\nModel().fit([1])",
    ],
)
def test_what_does_not_train(text: str) -> None:
    assert fits(text) == []


def test_a_cross_validation_keeps_no_model() -> None:
    text = (
        "from sklearn.model_selection import cross_val_score\ns = cross_val_score(m, X, y)\nprint(s.mean())"
    )
    assert [(fit.model, fit.keeps) for fit in fits(text)] == [("m", False)]


TORCH = """
    import torch

    def train(net, loader, optimizer):
        net.train()
        for x, y in loader:
            loss = net(x).sum()
            loss.backward()
            optimizer.step()

    def main(model):
        optimizer = torch.optim.SGD({parameters}, lr=0.1)
        for epoch in range(3):
            train(model, loader, optimizer)

    main(torch.nn.Linear(2, 2))
"""


@pytest.mark.parametrize("parameters", ["model.parameters()", "groups"])
def test_a_function_that_steps_is_followed_to_the_loop_that_calls_it(parameters: str) -> None:
    (fit,) = fits(TORCH.format(parameters=parameters))
    assert fit.node.type == "for_statement"
    assert fit.statement.start_point.row == 12
    assert fit.model == "model"


def test_a_loop_that_makes_the_model_anew_is_not_the_training_loop() -> None:
    text = """
        import torch

        for fold in range(5):
            model = torch.nn.Linear(2, 2)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            for epoch in range(3):
                loss = model(x).sum()
                loss.backward()
                optimizer.step()
    """
    (fit,) = fits(text)
    assert fit.statement.start_point.row == 6
