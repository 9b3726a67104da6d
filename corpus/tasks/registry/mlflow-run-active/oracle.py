from adapter.bench.oracle import OracleError, Trial, registry


def check(task: Trial) -> None:
    run = registry.registers(
        task,
        "elasticnet",
        function="train",
        inputs="X_test",
        outputs="lr.predict(X_test)",
    )
    if run != "baseline" or len(task.store.runs) != 1:
        raise OracleError("the model is not registered in the one run that there was")
