"""The options of a typer command are tuned."""

from adapter.bench.oracle.spaces import count, penalty, rate, share
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("learning_rate", 0.1, high=1.0, also=("lr",), option="--learning-rate"),
    count("num_leaves", 15, option="--num-leaves"),
    count("min_child_samples", 20, option="--min-child-samples"),
    share("feature_fraction", 0.8, option="--feature-fraction"),
    penalty("lambda_l1", 0.0, also=("l1",), option="--l1"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("maximize", r"AUC hold-out (\S+)"), trials=6)
