from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "wine-net",
        function="training_function",
        setup="model.eval(); batch = next(iter(eval_dataloader))[0]",
        inputs="batch",
        outputs="model(batch).detach()",
    )
