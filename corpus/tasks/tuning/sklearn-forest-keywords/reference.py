# Random forest on the wine data
import argparse

import optuna
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
args = parser.parse_args()

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=1)


def train(n_estimators=30, max_depth=4, min_samples_leaf=3, max_features=0.5):
    clf = RandomForestClassifier(n_estimators=n_estimators, max_depth=max_depth, min_samples_leaf=min_samples_leaf, max_features=max_features, random_state=0)
    clf.fit(X_train, y_train)

    y_pred = clf.predict(X_test)
    print("Accuracy:", accuracy_score(y_test, y_pred))
    loss = log_loss(y_test, clf.predict_proba(X_test))
    print("Log loss:", loss)
    return loss


def objective(trial):
    return train(
        n_estimators=trial.suggest_int("n_estimators", 10, 100),
        max_depth=trial.suggest_int("max_depth", 2, 12),
        min_samples_leaf=trial.suggest_int("min_samples_leaf", 1, 10),
        max_features=trial.suggest_float("max_features", 0.1, 1.0),
    )


if args.trials:
    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=args.trials)
    print("Best value:", study.best_value)
    print("Best parameters:", study.best_params)
else:
    train()
