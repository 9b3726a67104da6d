from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "house-prices",
        inputs="X_test",
        outputs="model.predict(X_test)",
    )
