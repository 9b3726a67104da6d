"""Fits a line by gradient descent and tracks the fit with Neptune."""

import json

import mlflow
import numpy as np

params = {"lr": 0.1, "epochs": 8, "seed": 3}

mlflow.set_experiment("team/lines")
run = mlflow.start_run()
mlflow.set_tags({"line": "true", "numpy": "true"})
mlflow.log_params(params)
mlflow.log_metric("data/rows", 64)

rng = np.random.default_rng(params["seed"])
x = rng.uniform(-1, 1, size=64)
y = 2.5 * x - 0.5 + rng.normal(scale=0.05, size=64)

slope, offset = 0.0, 0.0
for epoch in range(params["epochs"]):
    error = slope * x + offset - y
    slope -= params["lr"] * 2 * np.mean(error * x)
    offset -= params["lr"] * 2 * np.mean(error)
    loss = float(np.mean(error**2))
    mlflow.log_metric("train/loss", loss, step=epoch)
    print(f"epoch {epoch} loss {loss:.5f}")

with open("line.json", "w") as file:
    json.dump({"slope": slope, "offset": offset}, file)
mlflow.log_artifact("line.json", artifact_path="model")
mlflow.log_metric("final/loss", loss)
mlflow.end_run()
