"""Tune the layers of a network that is only reckoned with, not trained."""

import json

import optuna
from optuna.samplers import TPESampler


def layers_of(trial):
    n_layers = trial.suggest_int("n_layers", 1, 3)
    return [trial.suggest_int(f"n_units_l{i}", 8, 64, log=True) for i in range(n_layers)]


def objective(trial):
    layers = layers_of(trial)
    lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    dropout = trial.suggest_float("dropout", 0.0, 0.5, step=0.25)
    batch = trial.suggest_int("batch", 16, 64, step=16)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd", "rmsprop"])
    momentum = trial.suggest_float("momentum", 0.5, 0.99) if optimizer == "sgd" else 0.0
    with open("tried.jsonl", "a") as log:
        row = {"layers": layers, "lr": lr, "dropout": dropout, "batch": batch, "optimizer": optimizer}
        log.write(json.dumps({**row, "momentum": momentum}) + "\n")
    if optimizer == "rmsprop":
        raise optuna.TrialPruned()
    score = 1.0 - abs(dropout - 0.25) - 0.1 * len(layers) - 0.2 * (optimizer == "sgd")
    trial.set_user_attr("units", sum(layers))
    return score


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize", sampler=TPESampler(seed=10))
    study.optimize(objective, n_trials=120)

    trial = study.best_trial
    told = {"value": trial.value, "units": trial.user_attrs["units"], "tried": len(study.trials)}
    told["optimizer"] = study.best_params["optimizer"]
    for name, value in trial.params.items():
        if name == "dropout":
            told[name] = value
    print(json.dumps(told))
