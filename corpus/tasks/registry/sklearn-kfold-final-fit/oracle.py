from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "iris",
        function="main",
        inputs="X",
        outputs="final_model.predict(X)",
    )
