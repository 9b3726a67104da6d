"""Four values of every epoch, the best accuracy, the options and the best checkpoint."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {"name": "baseline", "niter": 5, "lr": 0.1, "bs": 32, "no_augment": False, "widths": [32, 16]},
    )
    tracking.metrics(
        task,
        r"^epoch (?P<step>\d+) train loss (?P<train_loss>[\d.]+) train acc (?P<train_acc>[\d.]+) "
        r"val loss (?P<val_loss>[\d.]+) val acc (?P<val_acc>[\d.]+)$",
    )
    tracking.metrics(
        task, r"^best accuracy: (?P<best_accuracy>[\d.]+)$", spellings={"best_accuracy": ["best_val_acc"]}
    )
    tracking.artifact(task, "baseline_best.pth", or_model=True)
