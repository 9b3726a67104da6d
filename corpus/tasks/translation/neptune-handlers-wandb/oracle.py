"""Loss and accuracy of every epoch under the names that the parts give, options, the word about the run."""

from adapter.bench.oracle import Trial, output, tracking
from adapter.bench.oracle.trial import OracleError


def check(task: Trial) -> None:
    output.same_output(task, ignore=[r"(?m)^\[neptune\].*$"])
    run = tracking.only_run(task)
    tracking.parameters(task, {"epochs": 6, "alpha": 0.001})
    for name in ("train/loss", "test/accuracy"):
        if name not in run.metrics:
            raise OracleError(f"nothing is recorded as {name}; recorded: {', '.join(sorted(run.metrics))}")
    tracking.metrics(
        task,
        r"^epoch (?P<step>\d+) loss (?P<loss>[\d.]+) accuracy (?P<accuracy>[\d.]+)",
        spellings={"loss": ["train/loss"], "accuracy": ["test/accuracy"]},
    )
    if "baseline" not in run.tags:
        raise OracleError(f"the words about the run are {sorted(run.tags)}, not baseline")
