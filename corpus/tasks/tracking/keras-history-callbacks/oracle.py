"""What fit reports of every epoch, what evaluate gives, the settings and the saved model."""

from adapter.bench.oracle import Trial, output, tracking

NUMBER = r"[\d.]+(?:e-?\d+)?"


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task, {"batch_size": 64, "epochs": 6, ("learning_rate", "opt_learning_rate", "optimizer_learning_rate"): 0.02}
    )
    tracking.metrics(
        task,
        rf"^Epoch (?P<step>\d+)/\d+\n.* - accuracy: (?P<accuracy>{NUMBER}) - loss: (?P<loss>{NUMBER})"
        rf" - val_accuracy: (?P<val_accuracy>{NUMBER}) - val_loss: (?P<val_loss>{NUMBER})$",
        spellings={"accuracy": ["train_accuracy"], "loss": ["train_loss"]},
    )
    tracking.metrics(task, rf"^Test loss: (?P<test_loss>{NUMBER})\nTest accuracy: (?P<test_accuracy>{NUMBER})$")
    tracking.artifact(task, "moons.keras", or_model=True)
