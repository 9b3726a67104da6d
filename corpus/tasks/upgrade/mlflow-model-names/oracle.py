"""The runs and their models are there with MLflow 3."""

from adapter.bench.oracle import OracleError, upgraded


def check(task):
    """Raise an OracleError unless each run has its model, parameter and metric."""
    wanted = {"models": {"0.1": 0.1, "1.0": 1.0, "10.0": 10.0}, "runs": 3}
    upgraded.expects(upgraded.said(task), wanted)
    upgraded.warns_of_nothing_old(task, "artifact_path")
    upgraded.leaves_out(task, "artifact_path", "run_uuid", "list_run_infos")
    runs = task.store.runs
    if sorted(float(run.params.get("alpha", "nan")) for run in runs) != [0.1, 1.0, 10.0]:
        raise OracleError("the runs do not have their parameter")
    if any("score" not in run.metrics for run in runs):
        raise OracleError("a run does not have its score")
