"""Tune a random forest."""

import json

import numpy as np
from hyperopt import STATUS_OK, Trials, fmin, hp, tpe
from hyperopt.pyll import scope
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score


def load():
    return make_classification(n_samples=150, n_features=6, n_informative=4, random_state=3)


def run(num_trials=12):
    X, y = load()

    def objective(params):
        model = RandomForestClassifier(random_state=0, **params)
        accuracy = cross_val_score(model, X, y, cv=3).mean()
        return {"loss": -accuracy, "status": STATUS_OK, "trees": params["n_estimators"]}

    search_space = {
        "max_depth": scope.int(hp.quniform("max_depth", 1, 8, 1)),
        "n_estimators": scope.int(hp.quniform("n_estimators", 5, 25, 5)),
        "ccp_alpha": hp.loguniform("ccp_alpha", np.log(1e-4), np.log(1e-1)),
        "max_features": hp.quniform("max_features", 0.2, 1.0, 0.2),
        "criterion": hp.choice("criterion", ["gini", "entropy"]),
    }

    rstate = np.random.default_rng(42)
    trials = Trials()
    fmin(
        fn=objective,
        space=search_space,
        algo=tpe.suggest,
        max_evals=num_trials,
        trials=trials,
        rstate=rstate,
    )
    best = trials.best_trial
    losses = [trial["result"]["loss"] for trial in trials.trials]
    return {
        "accuracy": -best["result"]["loss"],
        "trees": int(best["result"]["trees"]),
        "tried": len(losses),
        "worst": -max(losses),
    }


if __name__ == "__main__":
    print(json.dumps(run()))
