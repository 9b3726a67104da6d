from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "spiral-net",
        function="main",
        setup="model.eval()",
        inputs="X_test",
        outputs="model(X_test)",
    )
