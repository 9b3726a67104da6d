"""Score and leaves at every depth, the settings, the accuracy of the best tree, and its rules."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task, ignore=[r"(?m)^\[neptune\].*$"])
    tracking.parameters(task, {("config/criterion", "criterion"): "entropy", ("config/folds", "folds"): "5"})
    tracking.metrics(
        task,
        r"^depth (?P<step>\d+) score (?P<score>[\d.]+) leaves (?P<leaves>\d+)",
        spellings={"score": ["search/score"], "leaves": ["search/leaves"]},
    )
    tracking.metrics(task, r"^test accuracy (?P<accuracy>[\d.]+)", spellings={"accuracy": ["test/accuracy"]})
    tracking.artifact(task, "tree.txt")
