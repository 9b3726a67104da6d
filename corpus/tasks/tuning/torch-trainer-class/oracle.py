"""The training of a class is tuned through its configuration."""

from adapter.bench.oracle.spaces import count, fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 3e-3, also=("learning_rate",), place="lr: float = <3e-3>"),
    size("hidden_dim", 32, place="hidden_dim: int = <32>"),
    count("num_layers", 2, place="num_layers: int = <2>"),
    fraction("dropout", 0.1, place="dropout: float = <0.1>"),
    size("batch_size", 64, place="batch_size: int = <64>"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    every, last = r"train_loss \S+ val_accuracy (\S+)", r"best val_accuracy (\S+)"
    best = Objective("maximize", every, result=last, pruned=True, logged=True)
    check_tuning(task, PARAMETERS, best, trials=7)
