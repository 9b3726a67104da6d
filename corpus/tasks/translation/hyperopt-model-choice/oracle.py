"""Conditional choices: each model draws only what is its own, failed trials do not count, positions stay positions."""

import math

from adapter.bench.oracle.searches import (
    Choices,
    Expected,
    Range,
    check_study,
    holds_for_all,
    last_json,
    tried,
)
from adapter.bench.oracle.trial import OracleError

KINDS = ("constant", "line", "curve")
WANTED = Expected(
    space={
        "model": Choices(KINDS),
        "slope": Range(-2, 2),
        "degree": Choices((2, 3, 4)),
        "decay": Choices((None, "rate")),
        "rate": Range(math.exp(-4), 1, log=True),
        "offset": Range(-2, 2, step=0.5),
    },
    direction="minimize",
    trials=300,
    best=(0.0, 0.05),
    notes=frozenset({"kind"}),
)
OWN = {"constant": {"kind"}, "line": {"kind", "slope"}, "curve": {"kind", "degree", "decay"}}


def check(task):
    """Raise an OracleError unless the study draws the same tree of choices."""
    study = check_study(task, WANTED, "hyperopt")
    if study["sampler"] != "RandomSampler":
        raise OracleError(f"values are chosen by {study['sampler']}")
    rows = tried(task)
    holds_for_all(rows, "a model has settings of its own", lambda row: set(row["model"]) == OWN[row["model"]["kind"]])
    if {row["model"]["kind"] for row in rows} != set(KINDS):
        raise OracleError("some model is never tried")
    curves = [row["model"] for row in rows if row["model"]["kind"] == "curve"]
    if {curve["degree"] for curve in curves} != {2, 3, 4} or not any(curve["decay"] is None for curve in curves):
        raise OracleError("some setting of a curve is never tried")
    for row, trial in zip(rows, study["trials"], strict=True):
        failed = row["model"].get("degree") == 4
        if (trial["state"] == "complete") == failed:
            raise OracleError(f"trial {trial['number']} is {trial['state']}, its model was {row['model']}")
        if not failed and trial["user_attrs"]["kind"] != row["model"]["kind"]:
            raise OracleError("the kind that a trial keeps is that of another model")
        if ("slope" in trial["params"]) != (row["model"]["kind"] == "line"):
            raise OracleError("a slope is drawn for a model that has none")
    told = last_json(task)
    if not told["named"] == told["kind"] == told["noted"] == "line":
        raise OracleError(f"the best model is told as {told}")
