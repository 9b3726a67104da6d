from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "cancer-booster",
        function="main",
        inputs="X_test",
        outputs="bst.predict(dtest)",
    )
