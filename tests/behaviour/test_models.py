"""Models, and frameworks that record by themselves: programs run before and after their translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.bench.recording.programs import run_program
from adapter.bench.recording.records import Recording
from adapter.graph.catalogs import catalog_of
from adapter.translate.file import translate_file
from adapter.translate.pipeline import find_route

FITTED = """\
import mlflow
import numpy as np
from sklearn.linear_model import Lasso


class Doubled(mlflow.pyfunc.PythonModel):
    def __init__(self, model):
        self.model = model

    def predict(self, context, data):
        return 2 * self.model.predict(data)


mlflow.sklearn.autolog(log_models=False)
inputs = np.arange(20.0).reshape(10, 2)
outputs = inputs.sum(axis=1)

with mlflow.start_run():
    model = Lasso(alpha=0.25)
    model.fit(inputs, outputs)
    mlflow.pyfunc.log_model("doubled", python_model=Doubled(model))
"""

BOOSTED = """\
import lightgbm as lgb
import numpy as np
import wandb
from wandb.integration.lightgbm import wandb_callback

inputs = np.arange(400.0).reshape(200, 2)
outputs = inputs.sum(axis=1)
wandb.init(project="shapes")
data = lgb.Dataset(inputs[:150], outputs[:150])
test = lgb.Dataset(inputs[150:], outputs[150:], reference=data)
options = {"objective": "regression", "metric": "l2", "num_leaves": 7, "verbosity": -1}
told = [wandb_callback()]
lgb.train(options, data, num_boost_round=4, valid_sets=[test], valid_names=["test"], callbacks=told)
wandb.finish()
"""

NESTED = """\
import mlflow


def train(level):
    with mlflow.start_run(run_name=f"level {level}", nested=level > 0):
        mlflow.log_param("level", level)
        mlflow.log_metric("loss", 0.5 * level, step=1)
        for _ in range(2 - level):
            train(level + 1)


train(0)
"""


def both(text: str, source: str, target: str, folder: Path) -> tuple[Recording, Recording]:
    """What a program records, and what its translation does."""
    way = find_route(source, target)
    plan = translate_file(Path("program.py"), text.encode(), way, catalog_of(way.source), None).plan
    assert plan.gaps == []
    assert plan.after is not None
    found = []
    for name, program in ((source, text.encode()), (target, plan.after)):
        (folder / name / "code").mkdir(parents=True)
        path = folder / name / "code" / "program.py"
        path.write_bytes(program)
        found.append(run_program(path, library=name, workdir=folder / name / "work"))
    return found[0], found[1]


def test_what_scikit_learn_is_fitted_with_is_recorded_without_autolog(tmp_path: Path) -> None:
    before, after = both(FITTED, "mlflow", "wandb", tmp_path)
    old, new = before.runs[0], after.runs[0]
    assert float(old.params["alpha"]) == float(new.params["alpha"]) == 0.25
    assert set(old.params) <= set(new.params)
    score = old.metrics["training_score"][-1][1]
    assert new.summary["training_score"] == pytest.approx(score)


def test_lightgbm_records_each_round_without_a_callback(tmp_path: Path) -> None:
    before, after = both(BOOSTED, "wandb", "mlflow", tmp_path)
    old, new = before.runs[0], after.runs[0]
    values = [value for _, value in old.metrics["test_l2"]]
    assert len(values) == 4
    # behind the rounds MLflow gives the best one once more
    assert [value for _, value in new.metrics["test-l2"]][:4] == pytest.approx(values)
    assert new.params["num_leaves"] == "7"


def test_runs_inside_of_runs_become_runs_of_their_own(tmp_path: Path) -> None:
    before, after = both(NESTED, "mlflow", "wandb", tmp_path)
    names = ["level 0", "level 1", "level 2", "level 1", "level 2"]
    assert sorted(run.name for run in after.runs) == sorted(run.name for run in before.runs) == sorted(names)
    told = [
        sorted((run.name, run.params["level"], run.metrics["loss"]) for run in each.runs)
        for each in (before, after)
    ]
    assert told[0] == told[1]
    assert all(run.finished for run in after.runs)
