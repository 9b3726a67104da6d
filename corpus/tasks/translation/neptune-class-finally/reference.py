"""A trainer class that owns the Neptune run, names series by fold, and stops the run whatever happens."""

import itertools
from collections import defaultdict

import numpy as np
import mlflow
from sklearn.datasets import load_diabetes
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

log_step = defaultdict(itertools.count)


class Trainer:
    def __init__(self, settings):
        self.settings = settings
        mlflow.set_experiment("team/diabetes")
        self.run = mlflow.start_run()
        mlflow.set_tags({"folds": "true"})
        mlflow.log_params(settings)

    def fit(self, x, y):
        scores = []
        folds = KFold(self.settings["folds"], shuffle=True, random_state=self.settings["seed"])
        for fold, (train, test) in enumerate(folds.split(x)):
            model = SGDRegressor(eta0=self.settings["lr"], random_state=self.settings["seed"])
            for epoch in range(self.settings["epochs"]):
                model.partial_fit(x[train], y[train])
                loss = mean_squared_error(y[test], model.predict(x[test]))
                mlflow.log_metric(f"fold_{fold}/loss", loss, step=next(log_step[f"fold_{fold}/loss"]))
                print(f"fold {fold} epoch {epoch} loss {loss:.3f}")
            scores.append(loss)
        self.report(scores)
        return model

    def report(self, scores):
        for step, value in enumerate(scores):
            mlflow.log_metric("folds/loss", value, step=step)
        mlflow.log_metric("mean_loss", float(np.mean(scores)))
        print(f"mean {np.mean(scores):.3f}")

    def keep(self, model):
        np.savetxt("weights.csv", model.coef_)
        mlflow.log_artifact("weights.csv", artifact_path="model/weights")
        picture = np.repeat(np.abs(model.coef_)[None, :, None], 3, axis=2)
        mlflow.log_image(picture / picture.max(), key="model/picture")

    def close(self):
        mlflow.end_run()


trainer = Trainer({"folds": 3, "epochs": 4, "lr": 0.01, "seed": 5})
try:
    data, target = load_diabetes(return_X_y=True)
    trainer.keep(trainer.fit(StandardScaler().fit_transform(data), target))
finally:
    trainer.close()
