from types import SimpleNamespace

import mlflow

run_config = SimpleNamespace()


class Trainer:
    def __init__(self, settings):
        vars(run_config).update(settings)
        mlflow.set_experiment("digits")
        self.run = mlflow.start_run(run_name="trainer")
        mlflow.log_params(vars(run_config))
        self.weight = 4.0

    def step(self):
        self.weight = self.weight / 2
        return self.weight

    def fit(self):
        for epoch in range(run_config.epochs):
            loss = self.step()
            mlflow.log_metrics({"train/loss": loss}, step=epoch)
            mlflow.log_metrics(
                {"train/weight": self.weight, "epoch": epoch},
                step=epoch,
            )
            print(f"epoch {epoch}: {loss}")
        mlflow.log_metric("best", self.weight)


trainer = Trainer({"epochs": 4, "rate": 0.5})
trainer.fit()
mlflow.end_run()
