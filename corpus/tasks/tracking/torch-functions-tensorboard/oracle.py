"""Loss and rate at the global step, the accuracy of every epoch, and the constants."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {
            "seq_len": 12,
            "vocab": 30,
            "tags": 4,
            "num_epochs": 5,
            "batch": 64,
            "base_lr": 0.01,
            "warmup_steps": 20,
        },
    )
    tracking.metrics(
        task,
        r"^step (?P<step>\d+) loss (?P<loss>[\d.]+) lr (?P<lr>[\d.]+)$",
        spellings={"loss": ["train_loss"], "lr": ["train_lr"]},
    )
    tracking.metrics(
        task,
        r"^epoch (?P<step>\d+) dev accuracy (?P<dev_accuracy>[\d.]+)$",
        spellings={"dev_accuracy": ["accuracy"]},
    )
