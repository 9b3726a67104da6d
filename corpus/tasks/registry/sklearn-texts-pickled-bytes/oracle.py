from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "ticket-sorter",
        function="run",
        setup="import numpy",
        inputs="numpy.array(test_texts)",
        outputs="model.predict(test_texts)",
    )
