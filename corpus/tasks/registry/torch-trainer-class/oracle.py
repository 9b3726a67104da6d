from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "wave-classifier",
        setup="trainer.model.eval(); batch = next(iter(trainer.valid_loader))[0]",
        inputs="batch",
        outputs="trainer.model(batch)",
    )
