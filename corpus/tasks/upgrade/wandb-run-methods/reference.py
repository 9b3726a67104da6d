"""Fits one line for each fold, each in a run of its own."""

import json

import numpy as np
import wandb

generator = np.random.default_rng(0)
features = generator.normal(size=60)
target = 2 * features + generator.normal(scale=0.1, size=60)
projects, ended, slopes = [], [], []
for fold in range(3):
    run = wandb.init(project="folds", name=f"fold-{fold}", config={"fold": fold}, reinit="finish_previous")
    kept = np.arange(60) % 3 != fold
    slope = 0.0
    for epoch in range(4):
        slope += 0.5 * float(np.mean((target[kept] - slope * features[kept]) * features[kept]))
        error = float(np.mean((target[~kept] - slope * features[~kept]) ** 2))
        wandb.log({"error": error, "slope": slope}, step=epoch)
    slopes.append(round(slope, 1))
    projects.append(run.project)
    run.finish()
    ended.append(wandb.run is None)
print(json.dumps({"projects": projects, "ended": ended, "slopes": slopes}))
