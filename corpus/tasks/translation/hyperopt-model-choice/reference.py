"""Which of three models, and with which settings? Each model has settings of its own."""

import json
import math

import numpy as np
import optuna

NAMES = ["constant", "line", "curve"]


def suggest_line(trial):
    return {"kind": "line", "slope": trial.suggest_float("slope", -2, 2)}


def suggest_space(trial):
    model_index = trial.suggest_categorical("model", [0, 1, 2])
    if model_index == 0:
        model = {"kind": "constant"}
    elif model_index == 1:
        model = suggest_line(trial)
    else:
        decay_index = trial.suggest_categorical("decay", [0, 1])
        if decay_index == 0:
            decay = None
        else:
            decay = trial.suggest_float("rate", math.exp(-4), 1.0, log=True)
        model = {
            "kind": "curve",
            "degree": trial.suggest_categorical("degree", [2, 3, 4]),
            "decay": decay,
        }
    return {
        "model": model,
        "offset": trial.suggest_float("offset", -2, 2, step=0.5),
    }


xs = np.linspace(0, 1, 21)
wanted = 1.5 * xs + 0.5


def predict(model, offset):
    if model["kind"] == "constant":
        return np.full_like(xs, offset)
    if model["kind"] == "line":
        return model["slope"] * xs + offset
    return xs ** model["degree"] * (model["decay"] or 1.0) + offset


def objective(trial):
    config = suggest_space(trial)
    with open("tried.jsonl", "a") as log:
        log.write(json.dumps(config) + "\n")
    model = config["model"]
    if model["kind"] == "curve" and model["degree"] == 4:
        raise optuna.TrialPruned()
    error = float(((predict(model, config["offset"]) - wanted) ** 2).mean())
    trial.set_user_attr("kind", model["kind"])
    return error


if __name__ == "__main__":
    study = optuna.create_study(
        direction="minimize",
        sampler=optuna.samplers.RandomSampler(seed=0),
    )
    study.optimize(objective, n_trials=300)
    best = study.best_params
    chosen = suggest_space(optuna.trial.FixedTrial(best))
    named = NAMES[best["model"]]
    told = {
        "named": named,
        "kind": chosen["model"]["kind"],
        "offset": float(chosen["offset"]),
        "noted": study.best_trial.user_attrs["kind"],
        "error": study.best_trial.value,
    }
    print(json.dumps(told))
