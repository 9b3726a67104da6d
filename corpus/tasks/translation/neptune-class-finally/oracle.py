"""The loss of every epoch in a series for each fold, the last ones, their mean, weights and picture."""

import re

from adapter.bench.oracle import Trial, output, tracking
from adapter.bench.oracle.trial import OracleError

ROW = re.compile(r"^fold (\d+) epoch (\d+) loss ([\d.]+)", re.MULTILINE)


def check(task: Trial) -> None:
    output.same_output(task, ignore=[r"(?m)^\[neptune\].*$"])
    run = tracking.only_run(task)
    tracking.parameters(task, {"folds": 3, "epochs": 4, "lr": 0.01, "seed": 5})
    rows = ROW.findall(task.before.stdout)
    for fold in sorted({row[0] for row in rows}):
        wanted = [(int(epoch), float(loss)) for number, epoch, loss in rows if number == fold]
        series(run.metrics.get(f"fold_{fold}/loss", []), wanted, f"fold_{fold}/loss")
    last = [float(loss) for _, epoch, loss in rows if epoch == "3"]
    series(run.metrics.get("folds/loss", []), list(enumerate(last)), "folds/loss")
    tracking.metrics(task, r"^mean (?P<mean_loss>[\d.]+)")
    tracking.artifact(task, "weights.csv")
    if not any("picture" in name for name in run.media):
        raise OracleError("the picture of the weights is not recorded")
    if "folds" not in run.tags:
        raise OracleError("the word about the run is lost")


def series(recorded: list[tuple[int, float]], wanted: list[tuple[int, float]], name: str) -> None:
    shown = [(step, round(value, 3)) for step, value in recorded]
    if shown != wanted:
        raise OracleError(f"{name} is {shown}, not {wanted}")
