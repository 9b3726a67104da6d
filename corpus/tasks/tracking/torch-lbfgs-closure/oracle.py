"""Both losses of every round, the settings and the saved weights."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task, {"rounds": 8, "hidden": 12, "learning_rate": 0.5, "history_size": 10, "seed": 5}
    )
    tracking.metrics(
        task, r"^round (?P<step>\d+) train loss (?P<train_loss>[\d.]+) test loss (?P<test_loss>[\d.]+)$"
    )
    tracking.artifact(task, "curve.pth", or_model=True)
