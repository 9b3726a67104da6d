"""Experiment tracking that the training scripts share."""

import wandb

PROJECT = "digits"


def start_run(name, config, tags=None):
    """Start a run in the project that everybody looks at."""
    run = wandb.init(project=PROJECT, name=name, config=config, tags=tags)
    print(f"run {run.name} in project {PROJECT}")
    return run


def log_epoch(epoch, losses, prefix="train"):
    wandb.log({f"{prefix}/{name}": value for name, value in losses.items()}, step=epoch)
