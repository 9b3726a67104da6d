"""Loss and accuracy of every pass, the final accuracy, the constants and the saved file."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task, {("passes", "n_passes"): 5, ("chunk", "chunk_size"): 200, "alpha": 1e-4}
    )
    tracking.metrics(
        task,
        r'^{"pass": (?P<step>\d+), "valid_loss": (?P<valid_loss>[\d.]+), "valid_accuracy": (?P<valid_accuracy>[\d.]+)}$',
    )
    tracking.metrics(task, r'^{"final_accuracy": (?P<final_accuracy>[\d.]+)')
    tracking.artifact(task, "digits-sgd.joblib", or_model=True)
