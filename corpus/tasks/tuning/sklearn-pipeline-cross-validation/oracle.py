"""The steps of a pipeline are tuned for the mean of a cross-validation."""

from adapter.bench.oracle.spaces import choice, count, rate
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    count("n_components", 8, high=20, also=("reduce__n_components", "pca_n_components"), place="n_components=<8>"),
    rate("C", 1.0, also=("svc__C",), place="C=<1.0>"),
    rate("gamma", 0.05, also=("svc__gamma",), place="gamma=<0.05>"),
    choice("kernel", "rbf", also=("svc__kernel",), place='kernel=<"rbf">', required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("maximize", r"mean f1 = (\S+)"), trials=6)
