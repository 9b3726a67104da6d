"""Both scores at every step, connected parameters, the best score, the word, and the weights."""

from adapter.bench.oracle import Trial, tracking
from adapter.bench.oracle.trial import OracleError


def check(task: Trial) -> None:
    same_lines(task)
    run = tracking.only_run(task)
    tracking.parameters(task, {"strengths": 5, "first": 0.01, "share": 0.3, ("split/seed", "seed"): 4})
    for name in ("score/test", "score/train"):
        if name not in run.metrics:
            raise OracleError(f"nothing is recorded as {name}; recorded: {', '.join(sorted(run.metrics))}")
    tracking.metrics(
        task,
        r"^step (?P<step>\d+) test (?P<test>[\d.]+) train (?P<train>[\d.]+)",
        spellings={"test": ["score/test"], "train": ["score/train"]},
    )
    tracking.metrics(task, r"^best (?P<best>[\d.]+)")
    tracking.artifact(task, "weights.json")
    if "ridge" not in run.tags:
        raise OracleError(f"the words about the run are {sorted(run.tags)}, not ridge")


def same_lines(task: Trial) -> None:
    """ClearML itself prints lines that no other library does: those of the program must be there."""
    said = [line for line in task.before.stdout.splitlines() if line.startswith(("step ", "best "))]
    says = [line for line in task.after.stdout.splitlines() if line.startswith(("step ", "best "))]
    if said != says:
        raise OracleError("the program no longer prints what it printed")
