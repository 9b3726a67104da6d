"""What one file says about another: notebooks that are run in place, frameworks that models are stored by."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from adapter.plan import Plan
from adapter.translate.pipeline import Options, translate_paths


def _translated(root: Path, files: dict[str, str]) -> dict[str, Plan]:
    """Writes the files, translates them from MLflow to W&B, and looks at the second run too."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    plans = list(translate_paths([root], Options("mlflow", "wandb")))
    for plan in plans:
        assert plan.error is None
        if plan.after is not None:
            plan.path.write_bytes(plan.after)
    assert not [plan.path for plan in translate_paths([root], Options("mlflow", "wandb")) if plan.changed]
    return {plan.path.relative_to(root).as_posix(): plan for plan in plans}


def test_the_library_comes_from_a_notebook_that_is_run(tmp_path: Path) -> None:
    plans = _translated(
        tmp_path,
        {
            "includes/Common.py": "# Databricks notebook source\nimport mlflow\n",
            "Train.py": """\
                # Databricks notebook source
                # MAGIC %run ./includes/Common

                # COMMAND ----------

                with mlflow.start_run():
                    mlflow.log_metric("loss", 0.5)
                """,
            "Other.py": "# Databricks notebook source\nmlflow.log_metric('loss', 0.5)\n",
        },
    )

    text = (tmp_path / "Train.py").read_text()
    assert "with wandb.init():\n    wandb.log({" in text
    assert text.index("import wandb") < text.index("wandb.init")
    assert [gap.site.api for gap in plans["Other.py"].gaps] == ["?.log_metric"]


@pytest.mark.parametrize(
    ("stored", "loaded"),
    [
        ("mlflow.sklearn.log_model(model, 'model')", "joblib.load("),
        ("mlflow.lightgbm.log_model(model, 'model')", "joblib.load("),
        ("mlflow.tensorflow.log_model(model, 'model')", "keras.models.load_model("),
        ("mlflow.onnx.log_model(model, 'model')", "mlflow.pyfunc.load_model("),
        ("mlflow.spark.log_model(model, 'model')", "mlflow.pyfunc.load_model("),
        ("mlflow.log_metric('loss', 0.5)", "mlflow.pyfunc.load_model("),
    ],
)
def test_how_models_are_stored_in_the_folder_says_how_they_are_read(
    stored: str, loaded: str, tmp_path: Path
) -> None:
    reading = "import mlflow\n\nmodel = mlflow.pyfunc.load_model(address)\nprint(model.predict(x))\n"
    _translated(
        tmp_path,
        {
            "digits/train.py": f"import mlflow\n\n{stored}\n",
            "digits/serve/predict.py": reading,
            "other/train.py": "import mlflow\n\nmlflow.pytorch.log_model(model, 'model')\n",
        },
    )

    assert f"model = {loaded}" in (tmp_path / "digits/serve/predict.py").read_text()


def test_two_frameworks_in_a_folder_leave_it_open(tmp_path: Path) -> None:
    plans = _translated(
        tmp_path,
        {
            "train.py": "import mlflow\n\nmlflow.sklearn.log_model(model, 'model')\n",
            "convert.py": "import mlflow\n\nmlflow.onnx.log_model(model, 'other')\n",
            "predict.py": "import mlflow\n\nmodel = mlflow.pyfunc.load_model(address)\n",
        },
    )

    assert [(gap.site.api, gap.reason) for gap in plans["predict.py"].gaps][-1] == (
        "mlflow.pyfunc.load_model",
        "unsafe",
    )
