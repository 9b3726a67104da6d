"""Every epoch up to the early stop, the best loss, the configuration and the best checkpoint."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {
            "lr": 0.02,
            "hidden": 16,
            "patience": 4,
            "min_delta": 0.001,
            "max_epochs": 60,
            "batch_size": 16,
            "seed": 0,
            "checkpoint": "best.pt",
        },
    )
    tracking.metrics(
        task, r"^epoch +(?P<step>\d+) \| val_loss (?P<val_loss>[\d.]+) \| val_acc (?P<val_acc>[\d.]+)$"
    )
    tracking.metrics(
        task, r"^best val_loss: (?P<best_val_loss>[\d.]+)$", spellings={"best_val_loss": ["best_loss"]}
    )
    tracking.artifact(task, "best.pt", or_model=True)
