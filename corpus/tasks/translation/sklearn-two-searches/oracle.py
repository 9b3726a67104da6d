"""A grid and a random search of scikit-learn: the same combinations, scores and models."""

import json
import math

from adapter.bench.oracle.searches import Choices, Expected, Range, check_studies, last_json, refuse_import
from adapter.bench.oracle.trial import OracleError

GRID = Expected(
    space={
        "svc__C": Choices((0.001, 0.1, 10), by_position=False),
        "svc__kernel": Choices(("linear", "rbf"), by_position=False),
    },
    direction="maximize",
    trials=6,
    best=(0.97, 0.03),
)
SEARCH = Expected(
    space={
        "max_depth": Range(1, 6, whole=True),
        "ccp_alpha": Range(1e-4, 1e-1, log=True),
        "criterion": Choices(("gini", "entropy"), by_position=False),
    },
    direction="maximize",
    trials=15,
    best=(0.9, 0.06),
)


def check(task):
    """Raise an OracleError unless both searches do what they did."""
    refuse_import(task, "RandomizedSearchCV")
    grid, search = check_studies(task, [GRID, SEARCH], "GridSearchCV")
    points = {(trial["params"]["svc__C"], trial["params"]["svc__kernel"]) for trial in grid["trials"]}
    if len(points) != 6:
        raise OracleError("the grid does not try every combination once")
    if search["sampler"] != "RandomSampler":
        raise OracleError(f"the second search chooses by {search['sampler']}")
    before, after = json.loads(task.before.stdout.strip().splitlines()[-1]), last_json(task)
    if not math.isclose(before["grid"], after["grid"], rel_tol=1e-9):
        raise OracleError(f"the best score of the grid was {before['grid']}, it is {after['grid']}")
    if before["params"] == after["params"] and before["grid_test"] != after["grid_test"]:
        raise OracleError("the best model of the grid is another one")
    best = max(search["trials"], key=lambda trial: trial["values"][0])
    if after["depth"] != best["params"]["max_depth"] or after["tree"] != best["values"][0]:
        raise OracleError("what is told of the tree is not what its study found")
    if after["tree_test"] < 0.7:
        raise OracleError("the best tree is not fitted to the training data")
