"""A tuner whose objective reports every epoch; a scheduler stops what is bad."""

from adapter.bench.oracle.searches import Choices, Expected, Range, check_study, last_json
from adapter.bench.oracle.trial import OracleError

WANTED = Expected(
    space={
        "lr": Range(1e-2, 0.5, log=True),
        "activation": Choices(("relu", "tanh")),
        "units": Range(4, 64, whole=True),
        "target.bias": Range(1.0, 4.0, step=0.5),
    },
    direction="minimize",
    trials=40,
    best=(0.0, 0.6),
    notes=frozenset({"weight"}),
)


def check(task):
    """Raise an OracleError unless the study is the same search with early stopping."""
    study = check_study(task, WANTED, "ray")
    pruners = ("SuccessiveHalvingPruner", "HyperbandPruner")
    if study["sampler"] != "RandomSampler" or study["pruner"] not in pruners:
        raise OracleError(f"the study has {study['sampler']} and {study['pruner']}")
    for trial in study["trials"]:
        steps = sorted(map(int, trial["intermediate"]))
        if steps != list(range(len(steps))) or not steps:
            raise OracleError(f"trial {trial['number']} reports at the steps {steps}")
        if trial["state"] == "complete" and len(steps) != 8:
            raise OracleError(f"trial {trial['number']} ended after {len(steps)} epochs")
        if trial["state"] == "complete" and trial["values"][0] != trial["intermediate"]["7"]:
            raise OracleError(f"the value of trial {trial['number']} is not its last error")
    if not any(trial["state"] == "pruned" for trial in study["trials"]):
        raise OracleError("no trial is stopped early")
    ended = [trial for trial in study["trials"] if trial["state"] == "complete"]
    best = min(ended, key=lambda trial: trial["values"][0])
    wanted = {
        "error": best["values"][0],
        "weight": best["user_attrs"]["weight"],
        "activation": best["params"]["activation"],
        "bias": best["params"]["target.bias"],
        "epochs": 8,
        "tried": 40,
    }
    if last_json(task) != wanted:
        raise OracleError(f"printed must be {wanted}")
