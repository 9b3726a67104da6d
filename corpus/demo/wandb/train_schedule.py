"""Logistic regression by hand, with a learning rate that decays."""

import numpy as np
import wandb
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler

run = wandb.init(
    project="schedules",
    name="cosine-decay",
    config={"lr": 0.5, "min_lr": 0.05, "steps": 200, "weight_decay": 1e-4, "schedule": "cosine"},
)

data = load_breast_cancer()
inputs = StandardScaler().fit_transform(data.data)
targets = data.target.astype(float)
weights = np.zeros(inputs.shape[1])
bias = 0.0


def learning_rate(step):
    progress = step / wandb.config.steps
    span = wandb.config.lr - wandb.config.min_lr
    return wandb.config.min_lr + 0.5 * span * (1 + np.cos(np.pi * progress))


for step in range(wandb.config.steps):
    scores = 1 / (1 + np.exp(-(inputs @ weights + bias)))
    error = scores - targets
    rate = learning_rate(step)
    weights -= rate * (inputs.T @ error / len(targets) + wandb.config.weight_decay * weights)
    bias -= rate * error.mean()

    if step % 20 == 0:
        loss = -np.mean(targets * np.log(scores + 1e-9) + (1 - targets) * np.log(1 - scores + 1e-9))
        accuracy = np.mean((scores > 0.5) == targets)
        wandb.log({"loss": loss, "accuracy": accuracy}, step=step)
        wandb.log({"lr": rate}, step=step)

run.summary["weight_norm"] = float(np.linalg.norm(weights))
wandb.finish()
