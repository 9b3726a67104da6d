"""A forest with whole numbers, a logarithmic scale, steps and choices; results are dicts that are read again."""

from adapter.bench.oracle.searches import Choices, Expected, Range, check_study, last_json
from adapter.bench.oracle.trial import OracleError

WANTED = Expected(
    space={
        "max_depth": Range(1, 8, whole=True),
        "n_estimators": Range(5, 25, step=5, whole=True),
        "ccp_alpha": Range(1e-4, 1e-1, log=True),
        "max_features": Range(0.2, 1.0, step=0.2),
        "criterion": Choices(("gini", "entropy")),
    },
    direction="minimize",
    trials=12,
    best=(-0.87, 0.1),
    notes=frozenset({"trees"}),
)


def check(task):
    """Raise an OracleError unless the study is the same search and its results are read as before."""
    study = check_study(task, WANTED, "hyperopt")
    if study["sampler"] != "TPESampler":
        raise OracleError(f"values are chosen by {study['sampler']}")
    best = min(study["trials"], key=lambda trial: trial["values"][0])
    losses = [trial["values"][0] for trial in study["trials"]]
    wanted = {
        "accuracy": -best["values"][0],
        "trees": best["params"]["n_estimators"],
        "tried": 12,
        "worst": -max(losses),
    }
    if last_json(task) != wanted:
        raise OracleError(f"printed must be {wanted}")
    if any(trial["user_attrs"]["trees"] != trial["params"]["n_estimators"] for trial in study["trials"]):
        raise OracleError("trees must be the trees of the trial")
