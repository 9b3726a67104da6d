"""The constants of a Keras script are tuned for the last validation loss of the history."""

from adapter.bench.oracle.spaces import fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    size("batch_size", 64, place="BATCH_SIZE = <64>"),
    rate("learning_rate", 0.002, place="LEARNING_RATE = <0.002>"),
    size("units", 16, place="UNITS = <16>"),
    fraction("dropout", 0.3, place="DROPOUT = <0.3>"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"val_loss: (\S+)"), trials=4)
