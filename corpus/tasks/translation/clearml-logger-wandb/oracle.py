"""The accuracy of every step, the settings, the final value, the author, and the table."""

from adapter.bench.oracle import Trial, tracking
from adapter.bench.oracle.trial import OracleError


def check(task: Trial) -> None:
    said = [line for line in task.before.stdout.splitlines() if line.startswith("step ")]
    if said != [line for line in task.after.stdout.splitlines() if line.startswith("step ")]:
        raise OracleError("the program no longer prints what it printed")
    run = tracking.only_run(task)
    tracking.parameters(task, {"steps": 4, "seed": 2})
    tracking.metrics(
        task, r"^step (?P<step>\d+) accuracy (?P<accuracy>[\d.]+)", spellings={"accuracy": ["accuracy/test"]}
    )
    if "accuracy/test" not in run.metrics:
        raise OracleError(f"nothing is recorded as accuracy/test; recorded: {', '.join(sorted(run.metrics))}")
    last = run.metrics["accuracy/test"][-1][1]
    if abs(run.summary.get("final", -1.0) - last) > 1e-9:
        raise OracleError("the final accuracy is not in the summary")
    if "test" not in run.media:
        raise OracleError(f"the table of errors is not recorded; recorded: {sorted(run.media)}")
