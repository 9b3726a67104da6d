"""Accuracy and loss of every epoch, and both sources of settings."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {
            "lr": 5e-3,
            "num_epochs": 4,
            "seed": 42,
            "batch_size": 16,
            "cpu": True,
            "gradient_accumulation_steps": 1,
        },
    )
    tracking.metrics(
        task,
        r"^epoch (?P<step>\d+): \{'accuracy': (?P<accuracy>[\d.]+), 'train_loss': (?P<train_loss>[\d.]+)\}$",
        spellings={"train_loss": ["loss"], "accuracy": ["eval_accuracy", "val_accuracy"]},
    )
