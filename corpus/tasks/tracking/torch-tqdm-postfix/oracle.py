"""The postfix of the progress bar after every epoch, the settings, and the final error."""

import re

from adapter.bench.oracle import OracleError, Trial, output, tracking

POSTFIX = re.compile(r"train_loss=[\d.]+, val_mae=[\d.]+")


def postfixes(text: str) -> list[str]:
    """What the bar showed, each postfix once: it is drawn again whenever the bar moves."""
    return list(dict.fromkeys(POSTFIX.findall(text)))


def check(task: Trial) -> None:
    output.same_output(task)
    shown = postfixes(task.before.stderr)
    if postfixes(task.after.stderr) != shown:
        raise OracleError("the progress bar does not show the values any more")
    tracking.parameters(
        task,
        {
            "n_users": 60,
            "n_items": 40,
            "rank": 4,
            "epochs": 12,
            "batch_size": 128,
            "learning_rate": 0.05,
            "weight_decay": 1e-5,
        },
    )
    tracking.metrics(
        task,
        r"train_loss=(?P<train_loss>[\d.]+), val_mae=(?P<val_mae>[\d.]+)",
        text="\n".join(shown),
        spellings={"train_loss": ["loss", "epoch_loss"], "val_mae": ["mae"]},
    )
    tracking.metrics(
        task, r"^Final validation MAE: (?P<val_mae>[\d.]+)$", spellings={"val_mae": ["final_val_mae", "mae"]}
    )
