"""tests/translate: scikit-learn's searches as Optuna studies: the same combinations, the same best score."""

from __future__ import annotations

from pathlib import Path

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.translate.searches.running import code, distributions, ran, translated

GRID = """
    from sklearn.datasets import load_iris
    from sklearn.model_selection import GridSearchCV, train_test_split
    from sklearn.svm import SVC

    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    param_grid = {"C": [0.01, 1, 100], "kernel": ["linear", "rbf"], "gamma": ["scale"]}
    search = GridSearchCV(SVC(), param_grid, scoring="f1_macro", cv=3)
    search.fit(X_train, y_train)
    best_score = search.best_score_
    best = search.best_params_
    test_score = search.score(X_test, y_test)
    predicted = search.predict(X_test).tolist()
    fitted = search.best_estimator_.n_support_.tolist()
"""


def test_a_grid_is_tried_once_and_the_best_model_fitted_again(tmp_path: Path) -> None:
    plan = translated(tmp_path, GRID, "sklearn", "optuna")
    assert not plan.gaps
    before, after = ran(tmp_path, (tmp_path / "train.py").read_text()), ran(tmp_path, code(plan))
    (study,) = after.studies
    points = {(trial.params["C"], trial.params["kernel"], trial.params["gamma"]) for trial in study.trials}
    assert len(study.trials) == len(points) == 6
    assert points == {(c, kernel, "scale") for c in (0.01, 1, 100) for kernel in ("linear", "rbf")}
    for name in ("best_score", "best", "test_score", "predicted", "fitted"):
        assert after.names[name] == pytest.approx(before.names[name]), name


RANDOM = """
    from scipy.stats import loguniform, randint, uniform
    from sklearn.datasets import load_iris
    from sklearn.model_selection import RandomizedSearchCV
    from sklearn.tree import DecisionTreeClassifier

    X, y = load_iris(return_X_y=True)
    tree = DecisionTreeClassifier(random_state=0)
    search = RandomizedSearchCV(
        estimator=tree,
        param_distributions={
            "max_depth": randint(1, 6),
            "ccp_alpha": loguniform(1e-4, 1e-1),
            "max_features": uniform(0.25, 0.5),
            "criterion": ["gini", "entropy"],
        },
        n_iter=12,
        cv=3,
        random_state=3,
        n_jobs=1,
    ).fit(X, y)
    print(search.best_params_)
    best_score = search.best_score_
    depth = search.best_estimator_.get_depth()
"""


def test_distributions_are_drawn_from_for_as_many_trials(tmp_path: Path) -> None:
    plan = translated(tmp_path, RANDOM, "sklearn", "optuna")
    assert not plan.gaps
    before, after = ran(tmp_path, (tmp_path / "train.py").read_text()), ran(tmp_path, code(plan))
    (study,) = after.studies
    assert len(study.trials) == 12
    assert distributions(study) == {
        "max_depth": IntDistribution(1, 5),
        "ccp_alpha": FloatDistribution(1e-4, 1e-1, log=True),
        "max_features": FloatDistribution(0.25, 0.75),
        "criterion": CategoricalDistribution(["gini", "entropy"]),
    }
    assert after.names["best_score"] == pytest.approx(before.names["best_score"], abs=0.05)
    assert after.names["depth"] <= study.best_params["max_depth"]
    assert sorted(study.user_attrs) == []


@pytest.mark.parametrize(
    ("why", "search"),
    [
        (
            "several scores",
            'GridSearchCV(SVC(), {"C": [1, 2]}, scoring=["accuracy", "f1_macro"], refit="accuracy")',
        ),
        ("holds objects", 'GridSearchCV(pipe, {"model": [SVC(), SVC(C=2)]})'),
        ("not one dict", 'GridSearchCV(SVC(), [{"C": [1, 2]}, {"kernel": ["rbf"]}])'),
    ],
)
def test_what_optuna_cannot_do_the_same_way_stays(tmp_path: Path, why: str, search: str) -> None:
    text = f"""
        from sklearn.model_selection import GridSearchCV
        from sklearn.svm import SVC
        from data import X, y, pipe

        search = {search}
        search.fit(X, y)
        print(search.best_params_)
    """
    plan = translated(tmp_path, text, "sklearn", "optuna")
    assert plan.after is None
    assert any(why in gap.detail for gap in plan.gaps), [gap.detail for gap in plan.gaps]


def test_other_uses_of_scikit_learn_are_no_sites(tmp_path: Path) -> None:
    text = """
        from sklearn.model_selection import GridSearchCV, cross_val_score
        from sklearn.svm import SVC

        print(cross_val_score(SVC(), [[0], [1]], [0, 1], cv=2))
    """
    plan = translated(tmp_path, text, "sklearn", "optuna")
    assert plan.after is None
    assert [gap.site.api for gap in plan.gaps] == ["sklearn.model_selection.GridSearchCV"]
