"""The folds are recorded with today's W&B."""

from adapter.bench.oracle import OracleError, upgraded


def check(task):
    """Raise an OracleError unless each fold has its run, with all that was recorded in it."""
    wanted = {"projects": ["folds"] * 3, "ended": [True] * 3}
    upgraded.expects(upgraded.said(task), wanted)
    upgraded.leaves_out(task, "project_name()", ".join()", "sync=")
    runs = task.store.runs
    if sorted(run.name for run in runs) != ["fold-0", "fold-1", "fold-2"]:
        raise OracleError(f"the runs are {sorted(run.name for run in runs)}")
    for run in runs:
        if run.params.get("fold") != run.name[-1]:
            raise OracleError(f"{run.name} does not have its configuration")
        for name in ("error", "slope"):
            if [step for step, _ in run.metrics.get(name, ())] != [0, 1, 2, 3]:
                raise OracleError(f"{run.name} does not have {name} at every step")
