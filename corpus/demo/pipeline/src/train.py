"""Stage 2: train, and keep the weights."""
import json
import math

import wandb
import yaml

config = yaml.safe_load(open("config.yaml"))
rows = json.load(open("data.json"))
run = wandb.init(config=config, job_type="train")
a = b = 0.0
for epoch in range(config["epochs"]):
    loss = 0.0
    for row in rows:
        guess = 1 / (1 + math.exp(-(a * row["x"] + b * row["y"])))
        error = row["label"] - guess
        a += config["lr"] * error * row["x"]
        b += config["lr"] * error * row["y"]
        loss -= math.log(guess if row["label"] else 1 - guess)
    wandb.log({"train/loss": loss / len(rows)}, step=epoch)
    print("epoch", epoch, round(loss / len(rows), 4))
with open("weights.json", "w") as stream:
    json.dump({"a": a, "b": b}, stream)
artifact = wandb.Artifact("weights", type="model")
artifact.add_file("weights.json")
wandb.log_artifact(artifact)
wandb.finish()
