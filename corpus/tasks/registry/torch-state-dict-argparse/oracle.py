from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "digits",
        function="main",
        setup="model.eval()",
        inputs="x_test",
        outputs="model(torch.from_numpy(x_test))",
    )
