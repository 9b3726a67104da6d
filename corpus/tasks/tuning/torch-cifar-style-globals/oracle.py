"""A script whose functions share module globals is tuned."""

from adapter.bench.oracle.spaces import choice, fraction, rate, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("lr", 0.1, also=("learning_rate",), option="--lr"),
    rate("wd", 5e-4, also=("weight_decay",), option="--wd"),
    size("bs", 128, also=("batch_size",), option="--bs"),
    choice("net", "mlp", choices=("mlp", "conv"), option="--net"),
    fraction("momentum", 0.9, place="momentum=<0.9>", required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    reported = Objective("maximize", r"Test Loss: .* Acc: (\S+)%", pruned=True, percent=True)
    check_tuning(task, PARAMETERS, reported, trials=6)
