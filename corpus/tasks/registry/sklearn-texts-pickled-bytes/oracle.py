from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task, "ticket-sorter", function="run", inputs="test_texts", outputs="model.predict(test_texts)"
    )
