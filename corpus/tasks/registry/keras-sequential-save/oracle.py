from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "wine",
        inputs="x_test",
        outputs="model.predict(x_test, verbose=0)",
        input_example=False,
    )
