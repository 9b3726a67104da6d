"""The loss of every tenth batch, and what the test after each epoch gives."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {"batch_size": 40, "epochs": 3, "lr": 0.05, "momentum": 0.5, "log_interval": 10, "seed": 1},
    )
    tracking.metrics(
        task,
        r"^Train Epoch: (?P<epoch>\d+) \[(?P<seen>\d+)/.*Loss: (?P<loss>[\d.]+)$",
        counters=["epoch", "seen"],
        spellings={"loss": ["train_loss", "train_epoch_loss", "batch_loss", "train_batch_loss"]},
    )
    tracking.metrics(
        task,
        r"^Test set: Average loss: (?P<test_loss>[\d.]+), Accuracy: \d+/\d+ \((?P<test_accuracy>[\d.]+)%\)$",
        spellings={
            "test_loss": ["average_loss", "test_set_loss", "val_loss"],
            "test_accuracy": ["accuracy", "test_set_accuracy", "val_accuracy"],
        },
        percent=["test_accuracy"],
    )
