"""Regression of a noisy surface with a small network."""
import math
import random

import mlflow
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

CONFIG = {
    "seed": 3,
    "epochs": 6,
    "batch_size": 32,
    "learning_rate": 5e-3,
    "momentum": 0.9,
    "hidden_units": 24,
    "n_samples": 800,
}


class Surface(Dataset):
    def __init__(self, n, seed):
        rng = np.random.RandomState(seed)
        points = rng.uniform(-2, 2, size=(n, 2)).astype("float32")
        heights = np.sin(points[:, 0] * 2) * np.cos(points[:, 1]) + 0.05 * rng.randn(n)
        self.points = torch.from_numpy(points)
        self.heights = torch.from_numpy(heights.astype("float32")).unsqueeze(1)

    def __len__(self):
        return len(self.points)

    def __getitem__(self, index):
        return self.points[index], self.heights[index]


class Trainer(object):
    def __init__(self, config):
        self.config = config
        self.net = nn.Sequential(
            nn.Linear(2, config["hidden_units"]),
            nn.Tanh(),
            nn.Linear(config["hidden_units"], config["hidden_units"]),
            nn.Tanh(),
            nn.Linear(config["hidden_units"], 1),
        )
        self.optimizer = torch.optim.SGD(
            self.net.parameters(), lr=config["learning_rate"], momentum=config["momentum"]
        )
        self.loss_fn = nn.MSELoss()
        self.train_loader = DataLoader(
            Surface(config["n_samples"], config["seed"]), batch_size=config["batch_size"], shuffle=True
        )
        self.val_loader = DataLoader(Surface(200, config["seed"] + 1), batch_size=200)

    def _train_epoch(self):
        self.net.train()
        total, batches = 0.0, 0
        for x, y in self.train_loader:
            self.optimizer.zero_grad()
            loss = self.loss_fn(self.net(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item()
            batches += 1
        return total / batches

    @torch.no_grad()
    def _evaluate(self):
        self.net.eval()
        errors = [self.loss_fn(self.net(x), y).item() for x, y in self.val_loader]
        return math.sqrt(sum(errors) / len(errors))

    def run(self):
        for epoch in range(self.config["epochs"]):
            mse = self._train_epoch()
            rmse = self._evaluate()
            print("[%02d/%02d] train_mse: %.5f  val_rmse: %.5f" % (epoch + 1, self.config["epochs"], mse, rmse))
            mlflow.log_metrics({"train_mse": mse, "val_rmse": rmse}, step=epoch + 1)
        torch.save(self.net, "surface.pth")
        mlflow.log_artifact("surface.pth")


if __name__ == "__main__":
    random.seed(CONFIG["seed"])
    np.random.seed(CONFIG["seed"])
    torch.manual_seed(CONFIG["seed"])
    trainer = Trainer(CONFIG)
    with mlflow.start_run():
        mlflow.log_params(CONFIG)
        trainer.run()
