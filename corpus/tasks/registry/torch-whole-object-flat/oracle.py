from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "regressor",
        inputs="X_val",
        outputs="net(X_val)",
    )
