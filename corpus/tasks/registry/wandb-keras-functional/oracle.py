from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.logs_model(task, "click-model", saved="click_model.keras")
