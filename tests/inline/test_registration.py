"""Trained models are registered: what is written, and what the written program leaves in the real store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from adapter.inline.pipeline import Options, inline_paths
from adapter.plan import Plan

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples" / "registry.yaml").read_text())
RUN = [example for example in EXAMPLES if example["run"]]
# Each starts frameworks that another example starts too.
SLOW = {
    "functions, and the best state in a file",
    "a run that is active",
    "a search has a best estimator",
    "the best of several, kept in the loop",
}

USED = """
    import mlflow
    import numpy as np

    seen = np.load("seen.npz")
    model = mlflow.pyfunc.load_model("models:/shapes/1")
    assert model.metadata.signature.outputs is not None
    found = np.asarray(model.predict(seen["x"]), dtype=float)
    expected = np.asarray(seen["y"], dtype=float)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    assert np.allclose(found, expected, atol=1e-5), np.abs(found - expected).max()
"""


def planned(folder: Path, text: str, library: str, **options: str) -> Plan | None:
    file = folder / "train.py"
    file.write_text(dedent(text))
    return next(iter(inline_paths([file], Options("registry", library, options))), None)


def gaps(folder: Path, text: str) -> list[str]:
    plan = planned(folder, text, "mlflow")
    assert plan is not None
    assert plan.after is None
    return [gap.detail for gap in plan.gaps]


def printed(folder: Path, text: str) -> str:
    """What a program prints; the stores of the libraries lie in the folder."""
    (folder / "train.py").write_text(dedent(text))
    environment = {
        **os.environ,
        "KERAS_BACKEND": "torch",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/store.db",
        "OMP_NUM_THREADS": "1",
        "WANDB_DIR": str(folder),
        "WANDB_MODE": "offline",
    }
    run = subprocess.run(
        [sys.executable, "train.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_examples_come_out_as_written(example: dict[str, Any], tmp_path: Path) -> None:
    plan = planned(tmp_path, example["before"], example["with"], **example["options"])
    assert plan is not None
    assert plan.gaps == []
    assert plan.after is not None
    assert plan.after.decode() == example["after"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_a_second_time_changes_nothing(example: dict[str, Any], tmp_path: Path) -> None:
    assert planned(tmp_path, example["after"], example["with"], **example["options"]) is None


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(each, id=each["name"], marks=pytest.mark.slow if each["name"] in SLOW else ())
        for each in RUN
    ],
)
def test_the_registered_model_predicts_what_the_program_did(example: dict[str, Any], tmp_path: Path) -> None:
    before = printed(tmp_path, example["before"])
    assert printed(tmp_path, example["after"]) == before
    if example["with"] == "wandb":
        (log,) = tmp_path.glob("wandb/offline-run-*/run-*.wandb")
        assert b"shapes" in log.read_bytes()
    elif (tmp_path / "seen.npz").exists():
        printed(tmp_path, USED)


def test_the_name_comes_from_the_class_where_the_file_says_nothing(tmp_path: Path) -> None:
    text = """
        import torch

        class DigitClassifier(torch.nn.Module):
            pass

        model = DigitClassifier()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for epoch in range(3):
            loss = model(x).sum()
            loss.backward()
            optimizer.step()
    """
    plan = planned(tmp_path, text, "mlflow")
    assert plan is not None
    assert plan.after is not None
    assert b'registered_model_name="digit-classifier"' in plan.after


def test_the_generator_of_a_gan_is_registered(tmp_path: Path) -> None:
    text = """
        import torch

        netD, netG = torch.nn.Linear(4, 1), torch.nn.Linear(2, 4)
        optimizerD = torch.optim.Adam(netD.parameters())
        optimizerG = torch.optim.Adam(netG.parameters())
        for epoch in range(3):
            noise = torch.randn(8, 2)
            fake = netG(noise)
            errD = netD(fake.detach()).mean()
            errD.backward()
            optimizerD.step()
            errG = -netD(fake).mean()
            errG.backward()
            optimizerG.step()
    """
    plan = planned(tmp_path, text, "mlflow")
    assert plan is not None
    assert plan.after is not None
    assert b"log_model(\n        netG," in plan.after
    assert b"example = noise[:5]" in plan.after


def test_a_model_registered_already_is_left_alone(tmp_path: Path) -> None:
    text = """
        import mlflow
        from sklearn.svm import SVC

        model = SVC().fit(X, y)
        info = mlflow.sklearn.log_model(model, name="model")
        mlflow.register_model(info.model_uri, "shapes")
    """
    assert planned(tmp_path, text, "mlflow") is None


def test_only_the_main_process_of_an_accelerator_registers(tmp_path: Path) -> None:
    text = """
        import torch
        from accelerate import Accelerator

        accelerator = Accelerator()
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
        for epoch in range(3):
            for x, y in loader:
                loss = (model(x) - y).pow(2).mean()
                accelerator.backward(loss)
                optimizer.step()
        accelerator.end_training()
    """
    plan = planned(tmp_path, text, "mlflow")
    assert plan is not None
    assert plan.after is not None
    assert b"if accelerator.is_main_process:\n    with mlflow.start_run():\n" in plan.after
    assert b"accelerator.unwrap_model(model),\n" in plan.after
    assert plan.after.endswith(b"\naccelerator.end_training()\n")


def test_a_cross_validated_model_is_a_gap(tmp_path: Path) -> None:
    text = """
        from sklearn.model_selection import cross_val_score
        from sklearn.svm import SVC

        print(cross_val_score(SVC(), X, y).mean())
    """
    assert gaps(tmp_path, text) == [
        "the model is only cross-validated and no trained one is left to register"
    ]


def test_models_that_a_comprehension_trains_are_a_gap(tmp_path: Path) -> None:
    text = """
        from sklearn.svm import SVC

        fitted = [model.fit(X, y) for model in (SVC(), SVC(C=2.0))]
    """
    assert gaps(tmp_path, text) == ["the models that are trained in line 4 have no name behind it"]


def test_a_model_that_is_given_back_as_it_is_trained_is_registered_by_the_caller(tmp_path: Path) -> None:
    text = """
        from sklearn.svm import SVC

        def fit_model(X, y):
            model = SVC()
            return model.fit(X, y)

        best = fit_model(features, labels)
        print(best.score(features, labels))
    """
    plan = planned(tmp_path, text, "mlflow")
    assert plan is not None
    assert plan.after is not None
    after = plan.after.decode()
    assert "    return model.fit(X, y)\n\nbest = " in after
    assert after.index("log_model(\n        best,") > after.index("print(best.score")
    assert "example = features[:5]\n" in after


def test_nothing_is_put_behind_what_is_given_back(tmp_path: Path) -> None:
    text = """
        from sklearn.svm import SVC

        def fit_model(X, y):
            model = SVC()
            return model.fit(X, y), 1
    """
    assert gaps(tmp_path, text) == ["nothing that stands behind line 6 in its block is reached"]


def test_a_new_model_each_turn_without_a_best_one_is_a_gap(tmp_path: Path) -> None:
    text = """
        from sklearn.svm import SVC

        for c in (0.1, 1.0):
            model = SVC(C=c)
            model.fit(X, y)
            print(model.score(X, y))
    """
    assert gaps(tmp_path, text) == [
        "the loop in line 4 trains a new model each turn, and none is kept as the best"
    ]


def test_inputs_that_cannot_be_told_are_a_gap(tmp_path: Path) -> None:
    text = """
        import torch

        model = torch.nn.GRU(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for epoch in range(3):
            output, hidden = model(x, hidden)
            output.sum().backward()
            optimizer.step()
    """
    assert gaps(tmp_path, text) == ["what model is fed with by the training in line 6 cannot be told"]


def test_several_processes_are_a_gap(tmp_path: Path) -> None:
    text = """
        import torch

        torch.distributed.init_process_group("gloo")
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for x in batches:
            model(x).sum().backward()
            optimizer.step()
    """
    assert gaps(tmp_path, text) == [
        "several processes train the model (line 4): one of them has to register it"
    ]
