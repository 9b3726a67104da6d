"""A program whose options are read in another module is tuned."""

from adapter.bench.oracle.spaces import choice, fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    size("embed_dim", 32, option="--embed-dim"),
    choice("num_heads", 2, choices=(1, 2, 4), option="--num-heads"),
    fraction("dropout", 0.1, option="--dropout"),
    rate("lr", 1e-3, also=("learning_rate",), option="--lr"),
    size("batch_size", 32, option="--batch-size"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the program reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"valid loss (\S+)", pruned=True), trials=6)
