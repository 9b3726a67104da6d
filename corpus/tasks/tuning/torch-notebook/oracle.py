"""The constants of a notebook are tuned."""

from adapter.bench.oracle.spaces import fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("learning_rate", 0.005, also=("lr",), place="learning_rate = <0.005>"),
    size("batch_size", 32, place="batch_size = <32>"),
    size("hidden", 32, place="hidden = <32>"),
    fraction("dropout", 0.1, place="dropout = <0.1>"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the notebook reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"val_loss = (\S+)", pruned=True), trials=6, constant="TRIALS")
