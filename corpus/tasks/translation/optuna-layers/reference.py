"""Tune the layers of a network that is only reckoned with, not trained."""

import json
import math

import numpy as np
from hyperopt import STATUS_FAIL, STATUS_OK, Trials, fmin, hp, space_eval, tpe
from hyperopt.pyll import scope


def layers_of(params):
    n_layers = params["n_layers"]
    return [params[f"n_units_l{i}"] for i in range(n_layers)]


def objective(params):
    notes = {}
    layers = layers_of(params)
    lr = params["lr"]
    dropout = params["dropout"]
    batch = params["batch"]
    optimizer = params["optimizer"]
    momentum = params["momentum"] if optimizer == "sgd" else 0.0
    with open("tried.jsonl", "a") as log:
        row = {"layers": layers, "lr": lr, "dropout": dropout, "batch": batch, "optimizer": optimizer}
        log.write(json.dumps({**row, "momentum": momentum}) + "\n")
    if optimizer == "rmsprop":
        return {"status": STATUS_FAIL}
    score = 1.0 - abs(dropout - 0.25) - 0.1 * len(layers) - 0.2 * (optimizer == "sgd")
    notes["units"] = sum(layers)
    return {"loss": -score, "status": STATUS_OK, **notes}


if __name__ == "__main__":
    trials = Trials()
    space = {
        "n_layers": hp.uniformint("n_layers", 1, 3),
        **{f"n_units_l{i}": scope.int(hp.qloguniform(f"n_units_l{i}", math.log(8), math.log(64), 1)) for i in range(3)},
        "lr": hp.loguniform("lr", math.log(1e-5), math.log(1e-1)),
        "dropout": hp.quniform("dropout", 0.0, 0.5, 0.25),
        "batch": scope.int(hp.quniform("batch", 16, 64, 16)),
        "optimizer": hp.choice("optimizer", ["adam", "sgd", "rmsprop"]),
        "momentum": hp.uniform("momentum", 0.5, 0.99),
    }
    fmin(
        objective,
        space,
        algo=tpe.suggest,
        max_evals=120,
        trials=trials,
        rstate=np.random.default_rng(10),
    )

    trial = trials.best_trial
    told = {"value": -trial["result"]["loss"], "units": trial["result"]["units"], "tried": len(trials.trials)}
    told["optimizer"] = space_eval(space, trials.argmin)["optimizer"]
    for name, value in space_eval(space, {name: drawn[0] for name, drawn in trial["misc"]["vals"].items() if drawn}).items():
        if name == "dropout":
            told[name] = value
    print(json.dumps(told))
