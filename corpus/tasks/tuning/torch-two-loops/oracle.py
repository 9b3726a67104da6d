"""The second of two training loops gives the objective."""

from adapter.bench.oracle.spaces import rate, share, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("pretrain_lr", 0.01, option="--pretrain-lr"),
    rate("lr", 0.02, also=("learning_rate",), option="--lr"),
    size("code_size", 8, option="--code-size"),
    share("noise", 0.2, option="--noise"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("maximize", r"val_acc (\S+)", pruned=True), trials=6)
