"""The best validation loss of a training that stops early is tuned."""

from adapter.bench.oracle.spaces import choice, count, positive, rate, share, size
from adapter.bench.oracle.tuning import Objective, check_tuning

PARAMETERS = (
    rate("learning_rate", 5e-3, also=("lr",), option="--learning_rate"),
    size("batch_size", 32, option="--batch_size"),
    size("hidden_size", 16, option="--hidden_size"),
    count("window", 12, option="--window"),
    choice("cell", "gru", choices=("gru", "lstm"), option="--cell"),
    share("factor", 0.5, option="--factor"),
    positive("clip", 1.0, also=("clip_norm", "max_norm", "grad_clip"), place="parameters(), <1.0>)", required=False),
)


def check(task):
    """Raise an OracleError unless the study tunes what the script reports."""
    best = Objective("minimize", r"\] .* val loss: (\S+)", result=r"best val loss: (\S+)", pruned=True)
    check_tuning(task, PARAMETERS, best, trials=7)
