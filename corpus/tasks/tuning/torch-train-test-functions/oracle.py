"""The accuracy that a test function prints is tuned."""

from adapter.bench.oracle.spaces import fraction, rate, share, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    size("batch_size", 64, option="--batch-size"),
    rate("lr", 1.0, also=("learning_rate",), option="--lr"),
    share("gamma", 0.7, option="--gamma"),
    fraction("dropout", 0.25, option="--dropout"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(
        task, PARAMETERS, Objective("maximize", r"Accuracy: \d+/\d+ \((\S+)%\)", pruned=True, percent=True), trials=6
    )
