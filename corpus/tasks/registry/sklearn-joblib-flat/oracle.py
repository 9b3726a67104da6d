from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "diabetes-forest",
        inputs="X_test",
        outputs="rf.predict(X_test)",
    )
