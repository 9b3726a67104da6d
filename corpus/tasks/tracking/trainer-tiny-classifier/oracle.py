"""What the Trainer prints while it trains and evaluates, and its arguments."""

from adapter.bench.oracle import Trial, output, tracking

NUMBER = r"[-+\d.e]+"
SPEEDS = r"'(train|eval|test)_(runtime|samples_per_second|steps_per_second)': '?[^,}]+"


def check(task: Trial) -> None:
    output.same_output(task, ignore=[SPEEDS])
    tracking.parameters(
        task,
        {
            "num_train_epochs": 3,
            "per_device_train_batch_size": 16,
            "per_device_eval_batch_size": 64,
            "learning_rate": 2e-3,
            "weight_decay": 0.01,
        },
    )
    tracking.metrics(
        task,
        rf"^\{{'loss': '?(?P<loss>{NUMBER})'?, .*'learning_rate': '?(?P<learning_rate>{NUMBER})'?, 'epoch'",
        spellings={"loss": ["train_loss"], "learning_rate": ["train_learning_rate"]},
    )
    tracking.metrics(
        task,
        rf"^\{{'eval_loss': '?(?P<eval_loss>{NUMBER})'?, .*'eval_accuracy': '?(?P<eval_accuracy>{NUMBER})'?,",
    )
    tracking.metrics(task, r"^Test accuracy: (?P<test_accuracy>[\d.]+)$")
