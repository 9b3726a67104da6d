"""The entries of XGBoost's params are tuned."""

from adapter.bench.oracle.spaces import count, rate, share
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("eta", 0.3, high=1.0, also=("learning_rate",), place='"eta": <0.3>'),
    count("max_depth", 4, place='"max_depth": <4>'),
    share("subsample", 0.9, place='"subsample": <0.9>'),
    rate("lambda", 1.0, also=("reg_lambda",), place='"lambda": <1.0>'),
    count("num_boost_round", 30, place="num_boost_round = <30>", required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"valid RMSE = ([\d.]+)"), trials=6, files=("friedman.json",))
