"""Loss and accuracy of every epoch by the names with their prefix, parameters, tags, and the report."""

from adapter.bench.oracle import Trial, output, tracking
from adapter.bench.oracle.trial import OracleError


def check(task: Trial) -> None:
    output.same_output(task, ignore=[r"(?m)^COMET.*$"])
    run = tracking.only_run(task)
    tracking.parameters(
        task, {"hidden": 24, "rate": 0.005, "epochs": 5, "data_rows": 900, "data_scaled": True}
    )
    if "train_loss" not in run.metrics:
        raise OracleError(f"no train_loss is recorded; recorded: {', '.join(sorted(run.metrics))}")
    tracking.metrics(
        task,
        r"^epoch (?P<step>\d+) train (?P<train_loss>[\d.]+) test (?P<test_accuracy>[\d.]+)",
    )
    tracking.artifact(task, "report.txt")
    if not {"digits", "small"} <= run.tags:
        raise OracleError(f"the words about the run are {sorted(run.tags)}, not digits and small")
