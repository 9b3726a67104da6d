"""The loss of every epoch, parameters, the final loss, the words about the run, and the stored line."""

from adapter.bench.oracle import Trial, output, tracking
from adapter.bench.oracle.trial import OracleError


def check(task: Trial) -> None:
    output.same_output(task, ignore=[r"(?m)^\[neptune\].*$"])
    run = tracking.only_run(task)
    tracking.parameters(task, {"lr": 0.1, "epochs": 8, "seed": 3})
    tracking.metrics(task, r"^epoch (?P<step>\d+) loss (?P<loss>[\d.]+)", spellings={"loss": ["train/loss"]})
    tracking.artifact(task, "line.json")
    if not {"line", "numpy"} <= run.tags:
        raise OracleError(f"the words about the run are {sorted(run.tags)}, not line and numpy")
    if task.store.project != "team/lines":
        raise OracleError(f"the run belongs to {task.store.project}, not to team/lines")
