import argparse

import numpy as np
import optuna
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def load():
    return make_classification(
        n_samples=360, n_features=20, n_informative=6, n_redundant=4, n_clusters_per_class=3, random_state=3
    )


def make_pipeline(n_components=8, C=1.0, gamma=0.05, kernel="rbf"):
    return Pipeline([
        ("scale", StandardScaler()),
        ("reduce", PCA(n_components=n_components, random_state=0)),
        ("svc", SVC(C=C, gamma=gamma, kernel=kernel, random_state=0)),
    ])


def evaluate(pipeline):
    X, y = load()
    cv = StratifiedKFold(n_splits=4, shuffle=True, random_state=0)
    scores = cross_val_score(pipeline, X, y, cv=cv, scoring="f1")
    for i, score in enumerate(scores):
        print("fold %d: f1 = %.4f" % (i, score))
    print("mean f1 = %.4f (+/- %.4f)" % (np.mean(scores), np.std(scores)))
    return np.mean(scores)


def objective(trial):
    pipeline = make_pipeline(
        n_components=trial.suggest_int("n_components", 4, 16),
        C=trial.suggest_float("C", 0.1, 10.0, log=True),
        gamma=trial.suggest_float("gamma", 0.005, 0.5, log=True),
        kernel=trial.suggest_categorical("kernel", ["rbf", "linear", "poly", "sigmoid"]),
    )
    return evaluate(pipeline)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    args = parser.parse_args()
    if not args.trials:
        evaluate(make_pipeline())
        return
    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=args.trials)
    print("best f1 = %.4f" % study.best_value)
    for name, value in study.best_params.items():
        print("best %s = %s" % (name, value))


if __name__ == "__main__":
    main()
