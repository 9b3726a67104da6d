"""Puts earlier results into a study and goes on from them."""

import json

import optuna
from optuna.distributions import IntUniformDistribution, LogUniformDistribution

optuna.logging.set_verbosity(optuna.logging.WARNING)
SPACE = {
    "rate": LogUniformDistribution(1e-4, 1e-1),
    "depth": IntUniformDistribution(2, 10, 2),
    "dropout": optuna.distributions.DiscreteUniformDistribution(0.0, 0.5, 0.1),
}
storage = optuna.storages.JournalStorage(optuna.storages.JournalFileStorage("study.log"))
study = optuna.create_study(storage=storage, study_name="depths", direction="minimize")
for depth, loss in ((2, 0.9), (6, 0.4), (10, 0.6)):
    params = {"rate": 0.01, "depth": depth, "dropout": 0.1}
    study.add_trial(optuna.create_trial(params=params, distributions=SPACE, value=loss))

again = optuna.load_study(storage=storage, study_name="depths")
kinds = again.best_trial.distributions
print(
    json.dumps(
        {
            "best": again.best_params,
            "rate": [kinds["rate"].low, kinds["rate"].high, kinds["rate"].log],
            "depth": [kinds["depth"].low, kinds["depth"].high, kinds["depth"].step],
            "dropout": [kinds["dropout"].low, kinds["dropout"].high, kinds["dropout"].step],
        }
    )
)
