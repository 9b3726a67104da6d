"""A trainer that owns its run, used for a ridge regression on the diabetes data."""

import mlflow
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale


class RidgeTrainer:
    def __init__(self, experiment, lr=0.05, penalty=0.01):
        self.lr = lr
        self.penalty = penalty
        self.history = []
        mlflow.set_experiment(experiment)
        self.run = mlflow.start_run(run_name="ridge")
        mlflow.log_params({"lr": lr, "penalty": penalty})

    def fit(self, inputs, targets, epochs):
        weights = np.zeros(inputs.shape[1])
        for epoch in range(1, epochs + 1):
            error = inputs @ weights - targets
            weights -= self.lr * (inputs.T @ error / len(targets) + self.penalty * weights)
            mse = float(np.mean(error**2))
            self.history.append(mse)
            mlflow.log_metrics({"mse": mse, "rmse": mse**0.5}, step=epoch)
        return weights

    def report(self, folder_name, names, weights):
        mlflow.log_dict({"history": self.history}, f"{folder_name}/history.json")
        for name, weight in zip(names, weights):
            mlflow.log_metric(f"weight_{name}", weight)
        mlflow.set_tags({"stage": "report", "data": "diabetes"})

    def close(self):
        print(f"finished {self.run.info.run_name}")
        mlflow.end_run()


def main():
    diabetes = load_diabetes()
    trainer = RidgeTrainer("diabetes")
    weights = trainer.fit(scale(diabetes.data), scale(diabetes.target), epochs=12)
    trainer.report("reports", diabetes.feature_names, weights)
    trainer.close()


if __name__ == "__main__":
    main()
