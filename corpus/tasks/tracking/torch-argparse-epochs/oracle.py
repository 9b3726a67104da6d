"""Train loss and accuracy of every epoch, the options, and the model file."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(task, {"epochs": 5, "batch_size": 64, "lr": 0.01, "hidden": 48, "seed": 7})
    tracking.metrics(
        task,
        r"^Epoch (?P<step>\d+)/\d+ - train loss: (?P<train_loss>[\d.]+) - test accuracy: (?P<test_accuracy>[\d.]+)",
        spellings={"train_loss": ["loss"], "test_accuracy": ["accuracy"]},
    )
    tracking.artifact(task, "digits_mlp.pt", or_model=True)
