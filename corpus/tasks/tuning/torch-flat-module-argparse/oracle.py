"""A flat script with argparse at module level is tuned."""

from adapter.bench.oracle.spaces import choice, fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 0.05, also=("learning_rate",), option="--lr"),
    fraction("momentum", 0.9, option="--momentum"),
    size("batch", 16, also=("batch_size",), option="--batch"),
    size("units", 24, option="--units"),
    choice("nesterov", False, choices=(False, True), option="--nesterov"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"test loss (\S+) test acc", pruned=True), trials=6)
