"""The settings of a namespace are tuned."""

from adapter.bench.oracle.spaces import count, fraction, penalty, rate, share
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("learning_rate", 0.2, also=("lr", "eta"), place="learning_rate=<0.2>"),
    count("max_depth", 3, place="max_depth=<3>"),
    penalty("reg_lambda", 1.0, also=("lambda",), place="reg_lambda=<1.0>"),
    share("colsample", 0.6, also=("colsample_bytree",), place="colsample=<0.6>"),
    count("rounds", 60, also=("n_estimators",), place="rounds=<60>", required=False),
    count("patience", 8, also=("early_stopping_rounds",), place="patience=<8>", required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("maximize", r"valid auc: (\S+)"), trials=6)
