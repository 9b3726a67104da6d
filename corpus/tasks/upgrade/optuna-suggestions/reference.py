"""Searches the regularisation of a ridge regression."""

import json

import optuna
from optuna.trial import TrialState
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score

FEATURES, TARGET = load_diabetes(return_X_y=True)


def objective(trial):
    alpha = trial.suggest_float(
        "alpha",
        1e-3,
        10.0,
        log=True,
    )
    share = trial.suggest_float("share", 0.5, 1.0)  # of the rows
    scale = trial.suggest_float("scale", 0.5, 2.0, step=0.5)
    rows = int(share * len(FEATURES))
    scores = cross_val_score(Ridge(alpha=alpha), scale * FEATURES[:rows], TARGET[:rows], cv=3)
    return scores.mean()


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=3))
study.optimize(objective, n_trials=6)
complete = [trial for trial in study.trials if trial.state == TrialState.COMPLETE]
space = {
    name: [kind.low, kind.high, bool(getattr(kind, "log", False)), getattr(kind, "step", None)]
    for name, kind in study.best_trial.distributions.items()
}
print(json.dumps({"complete": len(complete), "space": space, "names": sorted(study.best_params)}))
