"""A Keras script with callbacks is tuned for the accuracy that evaluate gives."""

from adapter.bench.oracle.spaces import rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    size("filters", 8, option="--filters"),
    size("dense_units", 32, option="--dense-units"),
    rate("l2", 1e-4, option="--l2"),
    rate("learning_rate", 3e-3, option="--learning-rate"),
    size("batch_size", 64, option="--batch-size"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("maximize", r"Test accuracy: (\S+)"), trials=4)
