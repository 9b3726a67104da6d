"""The entries of a nested configuration are tuned."""

from adapter.bench.oracle.spaces import choice, count, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    size("batch_size", 16, also=("data_batch_size",), place='"batch_size": <16>'),
    size("channels", 8, also=("model_channels",), place='"channels": <8>'),
    count("depth", 2, also=("model_depth",), place='"depth": <2>'),
    choice("name", "adam", also=("optim_name", "optim", "optimizer", "optimizer_name"), choices=("adam", "sgd"),
           place='"name": <"adam">', required=False),
    rate("lr", 4e-3, also=("optim_lr", "learning_rate"), place='"lr": <4e-3>'),
    rate("weight_decay", 1e-5, also=("optim_weight_decay",), place='"weight_decay": <1e-5>'),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"\| val rmse (\S+)", pruned=True), trials=6)
