"""A class that reports through ClearML's current logger, and a table of what it got wrong."""

import pandas as pd
import wandb
from sklearn.datasets import load_wine
from sklearn.linear_model import Perceptron
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


class Monitor:
    def __init__(self, title):
        self.title = title

    def report(self, series, value, step):
        wandb.log({f"{self.title}/{series}": value}, step=step)


def run(settings):
    x, y = load_wine(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.4, random_state=settings["seed"])
    model, monitor = Perceptron(random_state=0), Monitor("accuracy")
    for step in range(settings["steps"]):
        model.partial_fit(train_x[step::4], train_y[step::4], classes=[0, 1, 2])
        accuracy = model.score(test_x, test_y)
        monitor.report("test", accuracy, step)
        print(f"step {step} accuracy {accuracy:.4f}")
    wrong_df = pd.DataFrame({"truth": test_y, "guess": model.predict(test_x)}).query("truth != guess")
    wandb.log({"errors/test": wandb.Table(dataframe=wrong_df)}, step=settings["steps"])
    return accuracy


if __name__ == "__main__":
    task = wandb.init(project="wine", name="perceptron")
    settings = {"steps": 4, "seed": 2}
    wandb.config.update(settings)
    wandb.run.summary.update(dict(author="ada"))
    final = run(settings)
    wandb.run.summary["final"] = final
    wandb.finish()
