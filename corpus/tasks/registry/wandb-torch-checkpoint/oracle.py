from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.logs_model(task, "lenet", saved="output/lenet.pth")
