"""Inertia and largest cluster for each number of clusters, the settings, the best number, the word."""

from adapter.bench.oracle import Trial, output, tracking
from adapter.bench.oracle.trial import OracleError


def check(task: Trial) -> None:
    output.same_output(task, ignore=[r"(?m)^COMET.*$"])
    run = tracking.only_run(task)
    tracking.parameters(task, {"rows": 200, "most": 6})
    tracking.metrics(task, r"^clusters (?P<step>\d+) inertia (?P<inertia>[\d.]+) largest (?P<largest>\d+)")
    steps = [step for step, _ in run.metrics["inertia"]]
    if steps != list(range(1, 7)):
        raise OracleError(f"the inertia stands at the steps {steps}, not at the numbers of clusters")
    if "kmeans" not in run.tags:
        raise OracleError(f"the words about the run are {sorted(run.tags)}, not kmeans")
    if run.summary.get("best_clusters") not in (2, 3, 4, 5, 6):
        raise OracleError("the best number of clusters is not in the summary")
