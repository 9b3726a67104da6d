"""A trainer that owns its run, used for a regression on the diabetes data."""

import json

import torch
import wandb
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale


class Trainer:
    def __init__(self, model, lr, project, patience=3):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        self.patience = patience
        self.best = float("inf")
        self.run = wandb.init(project=project, config={"lr": lr, "patience": patience})
        self.run.config.update({"parameters": sum(p.numel() for p in model.parameters())})

    def step(self, inputs, targets):
        self.optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(self.model(inputs).squeeze(1), targets)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, inputs, targets, epochs):
        bad_epochs = 0
        for epoch in range(epochs):
            loss = self.step(inputs, targets)
            self.run.log({"loss": loss, "rmse": loss**0.5})
            bad_epochs = 0 if loss < self.best else bad_epochs + 1
            self.best = min(self.best, loss)
            if bad_epochs >= self.patience:
                break
        self.run.summary["best_loss"] = self.best

    def save(self, path):
        with open(path, "w") as file:
            json.dump({"best_loss": self.best, "patience": self.patience}, file)
        self.run.save(path)

    def close(self):
        self.run.finish()


def main():
    torch.manual_seed(5)
    diabetes = load_diabetes()
    inputs = torch.tensor(diabetes.data, dtype=torch.float32)
    targets = torch.tensor(scale(diabetes.target), dtype=torch.float32)
    network = torch.nn.Sequential(
        torch.nn.Linear(10, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)
    )

    trainer = Trainer(network, lr=0.2, project="diabetes")
    trainer.fit(inputs, targets, epochs=30)
    trainer.save("trainer_state.json")
    trainer.close()


if __name__ == "__main__":
    main()
