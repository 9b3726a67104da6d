"""The validation loss of a script with argparse and a main function is tuned."""

from adapter.bench.oracle.spaces import rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 0.01, also=("learning_rate",), option="--lr"),
    size("batch_size", 32, option="--batch-size"),
    size("hidden", 64, also=("hidden_size", "hidden_dim"), option="--hidden"),
    rate("weight_decay", 1e-4, option="--weight-decay"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"val_loss=(\S+)", pruned=True), trials=6)
