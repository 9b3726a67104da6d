"""Numbers and choices of a scikit-learn command line are tuned."""

from adapter.bench.oracle.spaces import choice, count, rate, share
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    count("n_estimators", 40, option="--n-estimators"),
    rate("learning_rate", 0.1, also=("lr",), option="--learning-rate"),
    share("subsample", 0.8, option="--subsample"),
    count("max_depth", 3, option="--max-depth"),
    choice("loss", "squared_error", choices=("squared_error", "absolute_error", "huber"), option="--loss"),
    choice("max_features", "none", choices=("sqrt", "log2", "none"), option="--max-features"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"RMSE: (\S+)", logged=True), trials=7)
