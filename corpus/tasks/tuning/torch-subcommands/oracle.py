"""The training command of a tool with several commands is tuned."""

from adapter.bench.oracle.spaces import fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 0.1, also=("learning_rate",), option="--lr"),
    fraction("momentum", 0.9, option="--momentum"),
    size("width", 32, option="--width"),
    fraction("dropout", 0.1, option="--dropout"),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    objective = Objective("maximize", r"valid accuracy (\S+)", pruned=True)
    check_tuning(task, PARAMETERS, objective, trials=6, files=["moons.pt"])
