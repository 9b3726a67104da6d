"""Mean and deviation of every estimator, told apart, and the best accuracy."""

import re

from adapter.bench.oracle import OracleError, Trial, output, tracking
from adapter.bench.oracle.names import normal
from adapter.bench.recording.records import RunRecord

LINE = re.compile(r"^(\w+): accuracy [\d.]+ \(std [\d.]+\)$", re.MULTILINE)


def about(run: RunRecord, estimator: str) -> bool:
    """Whether a nested run says which estimator it is about."""
    return any(estimator in text.lower() for text in [run.name, *run.params.values(), *run.tags])


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(task, {"random_state": 17, "cv": 5})
    outer = tracking.only_run(task)
    nested = [run for run in task.store.runs if run.nested]
    for estimator in LINE.findall(task.before.stdout):
        pattern = rf"^{estimator}: accuracy (?P<accuracy>[\d.]+) \(std (?P<std>[\d.]+)\)$"
        if nested:
            fitting = [run for run in nested if about(run, estimator)]
            if len(fitting) != 1:
                raise OracleError(f"{len(fitting)} nested runs are about {estimator}, not 1")
            spellings = {"std": ["accuracy_std", "std_accuracy"]}
            tracking.metrics(task, pattern, run=fitting[0], spellings=spellings)
            continue
        told = {
            group: [name for name in outer.metrics if {*normal(estimator), word} <= {*normal(name)}]
            for group, word in (("accuracy", "accuracy"), ("std", "deviation"))
        }
        told["accuracy"] = [name for name in told["accuracy"] if name not in told["std"]] or [f"{estimator} accuracy"]
        renamed = pattern.replace("<accuracy>", "<accuracy_of>").replace("<std>", "<std_of>")
        names = {"accuracy_of": told["accuracy"], "std_of": told["std"] or [f"{estimator} std"]}
        tracking.metrics(task, renamed, spellings=names)
    tracking.metrics(
        task,
        r"^Best model: \w+ with (?P<best_score>[\d.]+)$",
        spellings={"best_score": ["best_accuracy", "best", "best_mean_accuracy", "best_model", "best_model_accuracy"]},
    )
