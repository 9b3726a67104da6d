"""The configuration, both errors of every epoch, and the pickled model."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {
            "seed": 3,
            "epochs": 6,
            "batch_size": 32,
            "learning_rate": 5e-3,
            "momentum": 0.9,
            "hidden_units": 24,
            "n_samples": 800,
        },
    )
    tracking.metrics(
        task,
        r"^\[(?P<step>\d+)/\d+\] train_mse: (?P<train_mse>[\d.]+)  val_rmse: (?P<val_rmse>[\d.]+)$",
        spellings={"train_mse": ["mse", "train_loss", "loss"], "val_rmse": ["rmse"]},
    )
    tracking.artifact(task, "surface.pth", or_model=True)
