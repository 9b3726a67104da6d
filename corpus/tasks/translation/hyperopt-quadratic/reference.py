import json

import optuna


def loss(trial):
    point = suggest_space(trial)
    return (point["x"] - 1.5) ** 2 + (point["y"] + 0.5) ** 2


def suggest_space(trial):
    return {
        "x": trial.suggest_float("x", -5, 5),
        "y": trial.suggest_float("y", -2, 2),
    }


study = optuna.create_study(direction="minimize")
study.optimize(loss, n_trials=80)
best = study.best_params

print(json.dumps({"x": float(best["x"]), "y": float(best["y"])}))
