"""Loss and accuracy per fold and epoch, mean and deviation, constants and the model of every fold."""

from adapter.bench.oracle import Trial, output, tracking

CONSTANTS = {
    ("k_folds", "folds"): 3,
    "epochs": 4,
    "batch_size": 32,
    "learning_rate": 0.003,
    "dropout": 0.2,
    "seed": 42,
}


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(task, CONSTANTS)
    tracking.metrics(
        task,
        r"^Fold (?P<fold>\d+) \| Epoch (?P<step>\d+)/\d+ \| Loss (?P<loss>[\d.]+) \| Val acc (?P<val_acc>[\d.]+)%$",
        spellings={"loss": ["train_loss", "total_loss"], "val_acc": ["accuracy"]},
        percent=["val_acc"],
        part="fold",
    )
    tracking.metrics(
        task,
        r"^Mean accuracy: (?P<mean_accuracy>[\d.]+) \+- (?P<std_accuracy>[\d.]+)$",
        spellings={
            "mean_accuracy": ["mean_val_acc", "cv_mean_accuracy"],
            "std_accuracy": ["std", "std_val_acc", "mean_accuracy_std", "cv_std_accuracy"],
        },
    )
    for fold in (1, 2, 3):
        tracking.artifact(task, f"model_fold_{fold}.pt", or_model=True)
