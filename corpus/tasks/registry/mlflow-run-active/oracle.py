from adapter.bench.oracle import OracleError, Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "elasticnet",
        function="train",
        inputs="X_test",
        outputs="lr.predict(X_test)",
    )
    if [run.name for run in task.store.runs] != ["baseline"]:
        raise OracleError("the model is not registered in the one run that there was")
