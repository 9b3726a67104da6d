"""Fits a line by gradient descent and tracks the fit with Neptune."""

import json

import neptune
import numpy as np

params = {"lr": 0.1, "epochs": 8, "seed": 3}

run = neptune.init_run(project="team/lines", mode="offline", tags=["line", "numpy"])
run["parameters"] = params
run["data/rows"] = 64

rng = np.random.default_rng(params["seed"])
x = rng.uniform(-1, 1, size=64)
y = 2.5 * x - 0.5 + rng.normal(scale=0.05, size=64)

slope, offset = 0.0, 0.0
for epoch in range(params["epochs"]):
    error = slope * x + offset - y
    slope -= params["lr"] * 2 * np.mean(error * x)
    offset -= params["lr"] * 2 * np.mean(error)
    loss = float(np.mean(error**2))
    run["train/loss"].append(loss)
    print(f"epoch {epoch} loss {loss:.5f}")

with open("line.json", "w") as file:
    json.dump({"slope": slope, "offset": offset}, file)
run["model"].upload("line.json")
run["final/loss"] = loss
run.stop()
