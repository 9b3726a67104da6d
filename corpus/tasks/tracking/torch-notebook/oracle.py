"""What is printed after every epoch, the settings and the figure."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(task, {"num_epochs": 8, "batch_size": 128, "lr": 0.01, "code_size": 6})
    tracking.metrics(
        task,
        r"^Epoch: (?P<step>\d+), batch loss: (?P<batch_loss>[\d.]+), test error: (?P<test_error>[\d.]+)$",
        spellings={"batch_loss": ["loss", "train_loss"], "test_error": ["test_loss"]},
    )
    tracking.artifact(task, "reconstruction.png")
