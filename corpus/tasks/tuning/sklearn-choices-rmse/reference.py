#!/usr/bin/env python3
"""Predict disease progression with gradient boosting and save the model."""
import argparse
import logging
import sys

import joblib
import optuna
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

log = logging.getLogger(__name__)


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--n-estimators", type=int, default=40)
    parser.add_argument("-l", "--learning-rate", type=float, default=0.1)
    parser.add_argument("-s", "--subsample", type=float, default=0.8)
    parser.add_argument("-d", "--max-depth", type=int, default=3)
    parser.add_argument("--loss", choices=["squared_error", "absolute_error", "huber"], default="squared_error")
    parser.add_argument("--max-features", choices=["sqrt", "log2", "none"], default="none")
    parser.add_argument("--test-size", type=float, default=0.25)
    parser.add_argument("-o", "--output", default="model.joblib")
    parser.add_argument("--random-state", type=int, default=0)
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    return parser.parse_args(argv)


def fit(args):
    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=args.test_size, random_state=args.random_state
    )
    log.debug("training on %d rows", len(X_train))
    model = GradientBoostingRegressor(
        n_estimators=args.n_estimators,
        learning_rate=args.learning_rate,
        subsample=args.subsample,
        max_depth=args.max_depth,
        loss=args.loss,
        max_features=None if args.max_features == "none" else args.max_features,
        random_state=args.random_state,
    )
    model.fit(X_train, y_train)
    return model, X_test, y_test


def evaluate(args):
    model, X_test, y_test = fit(args)
    predictions = model.predict(X_test)
    rmse = mean_squared_error(y_test, predictions) ** 0.5
    log.info("RMSE: %.3f", rmse)
    log.info("R2: %.3f", r2_score(y_test, predictions))
    joblib.dump(model, args.output)
    return rmse


def suggest(trial, args):
    tuned = argparse.Namespace(**vars(args))
    tuned.n_estimators = trial.suggest_int("n_estimators", 10, 120)
    tuned.learning_rate = trial.suggest_float("learning_rate", 0.01, 1.0, log=True)
    tuned.subsample = trial.suggest_float("subsample", 0.4, 1.0)
    tuned.max_depth = trial.suggest_int("max_depth", 1, 6)
    tuned.loss = trial.suggest_categorical("loss", ["squared_error", "absolute_error", "huber"])
    tuned.max_features = trial.suggest_categorical("max_features", ["sqrt", "log2", "none"])
    return tuned


def main(argv=None):
    args = parse_arguments(argv)
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO, format="%(message)s")
    if args.trials:
        study = optuna.create_study(direction="minimize")
        study.optimize(lambda trial: evaluate(suggest(trial, args)), n_trials=args.trials)
        log.info("best value: %.3f", study.best_value)
        log.info("best parameters: %s", study.best_params)
    else:
        evaluate(args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
