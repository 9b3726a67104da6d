from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "cancer-svm",
        function="run",
        inputs="X_test",
        outputs="best.predict(X_test)",
    )
