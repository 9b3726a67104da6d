from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "autoencoder",
        function="main",
        setup="autoencoder.eval(); (batch,) = next(iter(val_loader))",
        inputs="batch",
        outputs="autoencoder(batch)",
    )
