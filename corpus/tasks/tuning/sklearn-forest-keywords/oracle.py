"""The keyword arguments of an estimator are tuned."""

from adapter.bench.oracle.spaces import count, share
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    count("n_estimators", 30, place="n_estimators=<30>"),
    count("max_depth", 4, place="max_depth=<4>"),
    count("min_samples_leaf", 3, place="min_samples_leaf=<3>"),
    share("max_features", 0.5, place="max_features=<0.5>"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"Log loss: (\S+)"), trials=6)
