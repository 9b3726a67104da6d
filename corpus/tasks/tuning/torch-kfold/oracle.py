"""The mean over the folds of a cross-validation is tuned."""

from adapter.bench.oracle.spaces import fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 2e-3, also=("learning_rate",), option="--lr"),
    size("batch_size", 16, option="--batch-size"),
    fraction("p_drop", 0.2, also=("dropout",), option="--p-drop"),
    size("hidden_0", 32, place="[<32>, 16]", required=False),
    size("hidden_1", 16, place=", <16>], help", required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    check_tuning(task, PARAMETERS, Objective("minimize", r"mean val loss: (\S+)"), trials=5)
