"""Module constants that functions and a class read are tuned."""

from adapter.bench.oracle.spaces import count, positive, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    size("batch_size", 32, place="BATCH_SIZE = <32>"),
    size("embedding_dim", 16, place="EMBEDDING_DIM = <16>"),
    size("hidden_dim", 32, place="HIDDEN_DIM = <32>"),
    rate("learning_rate", 0.01, also=("lr",), place="LEARNING_RATE = <0.01>"),
    positive("clip", 1.0, place="CLIP = <1.0>"),
    count("context", 3, place="CONTEXT = <3>", required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"Val\. Loss: (\S+)", pruned=True), trials=6)
