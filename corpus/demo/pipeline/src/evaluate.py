"""Stage 3: measure, and say whether the weights may be registered."""
import json

import wandb

rows = json.load(open("data.json"))
weights = json.load(open("weights.json"))
with wandb.init(job_type="evaluate") as run:
    right = sum((weights["a"] * row["x"] + weights["b"] * row["y"] > 0) == bool(row["label"]) for row in rows)
    run.log({"accuracy": right / len(rows)}, step=0)
    run.summary["rows"] = len(rows)
print("accuracy", round(right / len(rows), 3))
