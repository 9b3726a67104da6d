"""Tune a random forest."""

import json

import optuna
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score


def load():
    return make_classification(n_samples=150, n_features=6, n_informative=4, random_state=3)


def run(num_trials=12):
    X, y = load()

    def objective(trial):
        params = suggest_search_space(trial)
        model = RandomForestClassifier(random_state=0, **params)
        accuracy = cross_val_score(model, X, y, cv=3).mean()
        trial.set_user_attr("trees", params["n_estimators"])
        return -accuracy

    def suggest_search_space(trial):
        return {
            "max_depth": trial.suggest_int("max_depth", 1, 8),
            "n_estimators": trial.suggest_int("n_estimators", 5, 25, step=5),
            "ccp_alpha": trial.suggest_float("ccp_alpha", 1e-4, 1e-1, log=True),
            "max_features": trial.suggest_float("max_features", 0.2, 1.0, step=0.2),
            "criterion": trial.suggest_categorical("criterion", ["gini", "entropy"]),
        }

    study = optuna.create_study(direction="minimize", sampler=optuna.samplers.TPESampler(seed=42))
    study.optimize(objective, n_trials=num_trials)
    best = study.best_trial
    losses = [trial.value for trial in study.trials]
    return {
        "accuracy": -best.value,
        "trees": int(best.user_attrs["trees"]),
        "tried": len(losses),
        "worst": -max(losses),
    }


if __name__ == "__main__":
    print(json.dumps(run()))
