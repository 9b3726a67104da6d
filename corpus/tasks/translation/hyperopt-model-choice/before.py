"""Which of three models, and with which settings? Each model has settings of its own."""

import json

import numpy as np
from hyperopt import STATUS_FAIL, STATUS_OK, Trials, fmin, hp, rand, space_eval

NAMES = ["constant", "line", "curve"]

LINE = {"kind": "line", "slope": hp.uniform("slope", -2, 2)}
SPACE = {
    "model": hp.choice("model", [
        {"kind": "constant"},
        LINE,
        {
            "kind": "curve",
            "degree": hp.choice("degree", [2, 3, 4]),
            "decay": hp.choice("decay", [None, hp.loguniform("rate", -4, 0)]),
        },
    ]),
    "offset": hp.quniform("offset", -2, 2, 0.5),
}

xs = np.linspace(0, 1, 21)
wanted = 1.5 * xs + 0.5


def predict(model, offset):
    if model["kind"] == "constant":
        return np.full_like(xs, offset)
    if model["kind"] == "line":
        return model["slope"] * xs + offset
    return xs ** model["degree"] * (model["decay"] or 1.0) + offset


def objective(config):
    with open("tried.jsonl", "a") as log:
        log.write(json.dumps(config) + "\n")
    model = config["model"]
    if model["kind"] == "curve" and model["degree"] == 4:
        return {"status": STATUS_FAIL}
    error = float(((predict(model, config["offset"]) - wanted) ** 2).mean())
    result = {"loss": error, "status": STATUS_OK, "kind": model["kind"]}
    return result


if __name__ == "__main__":
    trials = Trials()
    best = fmin(objective, SPACE, algo=rand.suggest, max_evals=300, trials=trials,
                rstate=np.random.default_rng(0), show_progressbar=False)
    chosen = space_eval(SPACE, best)
    named = NAMES[best["model"]]
    told = {
        "named": named,
        "kind": chosen["model"]["kind"],
        "offset": float(chosen["offset"]),
        "noted": trials.best_trial["result"]["kind"],
        "error": trials.best_trial["result"]["loss"],
    }
    print(json.dumps(told))
