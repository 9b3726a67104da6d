"""A grid for a support vector machine, and a random search for a tree."""

import json

import optuna
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)

pipeline = make_pipeline(StandardScaler(), SVC())
param_grid = {
    "svc__C": [0.001, 0.1, 10],
    "svc__kernel": ["linear", "rbf"],
}


def objective(trial):
    params = {name: trial.suggest_categorical(name, values) for name, values in param_grid.items()}
    return cross_val_score(clone(pipeline).set_params(**params), X_train, y_train, scoring="f1_macro", cv=3).mean()


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.GridSampler(param_grid))
study.optimize(objective)
best_estimator = clone(pipeline).set_params(**study.best_params).fit(X_train, y_train)



def objective_2(trial):
    params = {
        "max_depth": trial.suggest_int("max_depth", 1, 6),
        "ccp_alpha": trial.suggest_float("ccp_alpha", 1e-4, 1e-1, log=True),
        "criterion": trial.suggest_categorical("criterion", ["gini", "entropy"]),
    }
    return cross_val_score(DecisionTreeClassifier(random_state=0).set_params(**params), X_train, y_train, cv=3).mean()


study_2 = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=5))
study_2.optimize(objective_2, n_trials=15)
best_estimator_2 = DecisionTreeClassifier(random_state=0).set_params(**study_2.best_params).fit(X_train, y_train)

told = {
    "grid": study.best_value,
    "params": study.best_params,
    "grid_test": best_estimator.score(X_test, y_test),
    "tree": study_2.best_value,
    "tree_test": float((best_estimator_2.predict(X_test) == y_test).mean()),
    "depth": int(study_2.best_params["max_depth"]),
}
print(json.dumps(told))
