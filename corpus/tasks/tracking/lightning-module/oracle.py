"""The three values of every epoch, the hyper-parameters of the module and those of the script."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(task, {"hidden_dim": 32, "lr": 5e-3, "batch_size": 50, "max_epochs": 4})
    tracking.metrics(
        task,
        r"^epoch (?P<epoch>\d+): train_loss=(?P<train_loss>[\d.]+) val_loss=(?P<val_loss>[\d.]+) "
        r"val_acc=(?P<val_acc>[\d.]+)$",
        counters=["epoch"],  # Lightning's loggers count optimiser steps
    )
