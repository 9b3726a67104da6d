"""A grid for a support vector machine, and a random search for a tree."""

import json

from scipy.stats import loguniform, randint
from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, train_test_split
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
grid = GridSearchCV(pipeline, param_grid, scoring="f1_macro", cv=3)
grid.fit(X_train, y_train)

search = RandomizedSearchCV(
    DecisionTreeClassifier(random_state=0),
    {
        "max_depth": randint(1, 7),
        "ccp_alpha": loguniform(1e-4, 1e-1),
        "criterion": ["gini", "entropy"],
    },
    n_iter=15,
    cv=3,
    random_state=5,
)
search.fit(X_train, y_train)

told = {
    "grid": grid.best_score_,
    "params": grid.best_params_,
    "grid_test": grid.best_estimator_.score(X_test, y_test),
    "tree": search.best_score_,
    "tree_test": float((search.predict(X_test) == y_test).mean()),
    "depth": int(search.best_params_["max_depth"]),
}
print(json.dumps(told))
