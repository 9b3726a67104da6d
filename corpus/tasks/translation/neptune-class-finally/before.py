"""A trainer class that owns the Neptune run, names series by fold, and stops the run whatever happens."""

import numpy as np
import neptune
from neptune.types import File
from sklearn.datasets import load_diabetes
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler


class Trainer:
    def __init__(self, settings):
        self.settings = settings
        self.run = neptune.init_run(project="team/diabetes", mode="offline", tags=["folds"])
        self.run["parameters"] = settings

    def fit(self, x, y):
        scores = []
        folds = KFold(self.settings["folds"], shuffle=True, random_state=self.settings["seed"])
        for fold, (train, test) in enumerate(folds.split(x)):
            model = SGDRegressor(eta0=self.settings["lr"], random_state=self.settings["seed"])
            for epoch in range(self.settings["epochs"]):
                model.partial_fit(x[train], y[train])
                loss = mean_squared_error(y[test], model.predict(x[test]))
                self.run[f"fold_{fold}/loss"].append(loss)
                print(f"fold {fold} epoch {epoch} loss {loss:.3f}")
            scores.append(loss)
        self.report(scores)
        return model

    def report(self, scores):
        self.run["folds/loss"].extend(scores)
        self.run["mean_loss"] = float(np.mean(scores))
        print(f"mean {np.mean(scores):.3f}")

    def keep(self, model):
        np.savetxt("weights.csv", model.coef_)
        self.run["model/weights"].upload("weights.csv")
        picture = np.repeat(np.abs(model.coef_)[None, :, None], 3, axis=2)
        self.run["model/picture"].upload(File.as_image(picture / picture.max()))

    def close(self):
        self.run.wait()
        self.run.stop()


trainer = Trainer({"folds": 3, "epochs": 4, "lr": 0.01, "seed": 5})
try:
    data, target = load_diabetes(return_X_y=True)
    trainer.keep(trainer.fit(StandardScaler().fit_transform(data), target))
finally:
    trainer.close()
