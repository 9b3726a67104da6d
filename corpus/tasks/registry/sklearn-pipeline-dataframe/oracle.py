from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "churn",
        function="main",
        inputs="X_test",
        outputs="clf.predict(X_test)",
    )
