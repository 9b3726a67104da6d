"""Tune a small model with Ray Tune; bad trials are stopped early."""

import json

import optuna


def suggest_space(trial):
    return {
        "lr": trial.suggest_float("lr", 1e-2, 0.5, log=True),
        "activation": trial.suggest_categorical("activation", ["relu", "tanh"]),
        "units": trial.suggest_int("units", 4, 64),
        "target": {"bias": trial.suggest_float("target.bias", 1.0, 4.0, step=0.5)},
        "epochs": 8,
    }


def train(trial):
    config = suggest_space(trial)
    weight = 0.0
    for epoch in range(config["epochs"]):
        gradient = 2 * (weight - config["target"]["bias"])
        weight -= config["lr"] * gradient
        error = abs(weight - 3.0) + (0.5 if config["activation"] == "tanh" else 0.0)
        trial.report(error, epoch)
        trial.set_user_attr("weight", weight)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return error


def main():
    study = optuna.create_study(
        direction="minimize",
        sampler=optuna.samplers.RandomSampler(),
        pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=2),
    )
    study.optimize(train, n_trials=40)
    best = study.best_trial
    told = {
        "error": best.value,
        "weight": best.user_attrs["weight"],
        "activation": suggest_space(best)["activation"],
        "bias": suggest_space(best)["target"]["bias"],
        "epochs": suggest_space(best)["epochs"],
        "tried": len(study.trials),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
