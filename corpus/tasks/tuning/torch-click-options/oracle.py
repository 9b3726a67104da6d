"""A training inside a click command is tuned."""

from adapter.bench.oracle.spaces import choice, count, rate, share, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 0.02, also=("learning_rate",), option="--lr"),
    size("width", 16, option="--width"),
    count("depth", 2, option="--depth"),
    choice("activation", "relu", choices=("relu", "tanh", "gelu"), option="--activation"),
    size("batch_size", 32, option="--batch-size"),
    share("label_smoothing", 0.05, option="--label-smoothing"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"epoch=.* valid_loss=(\S+)", pruned=True), trials=6)
