"""Fits ridge regressions and logs each as a model."""

import json

import mlflow
import mlflow.sklearn
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

FEATURES, TARGET = load_diabetes(return_X_y=True)

if "ridge" not in [experiment.name for experiment in mlflow.list_experiments()]:
    mlflow.create_experiment("ridge")
experiment = mlflow.set_experiment("ridge")
addresses = {}
for alpha in (0.1, 1.0, 10.0):
    with mlflow.start_run(run_name=f"alpha {alpha}") as run:
        model = Ridge(alpha=alpha).fit(FEATURES, TARGET)
        mlflow.log_param("alpha", alpha)
        mlflow.log_metric("score", model.score(FEATURES, TARGET))
        mlflow.sklearn.log_model(model, artifact_path="ridge", input_example=FEATURES[:2])
        addresses[run.info.run_uuid] = alpha

found = {}
for info in mlflow.list_run_infos(experiment.experiment_id):
    model = mlflow.sklearn.load_model(f"runs:/{info.run_uuid}/ridge")
    found[str(addresses[info.run_uuid])] = model.alpha
print(json.dumps({"models": found, "runs": len(addresses)}))
