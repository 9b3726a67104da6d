"""Fits a damped oscillation with a small network and L-BFGS."""
import sys
from typing import NamedTuple

import mlflow
import torch
import torch.nn.functional as F
from torch import nn


class Settings(NamedTuple):
    rounds: int = 8
    hidden: int = 12
    learning_rate: float = 0.5
    history_size: int = 10
    seed: int = 5


class Curve(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.inner = nn.Linear(1, hidden)
        self.outer = nn.Linear(hidden, 1)

    def forward(self, t):
        return self.outer(torch.tanh(self.inner(t)))


def signal(t):
    return torch.exp(-t) * torch.cos(6 * t)


def fit(settings):
    torch.manual_seed(settings.seed)
    t = torch.linspace(0, 2, 60).unsqueeze(1)
    test_t = torch.linspace(0.01, 1.99, 37).unsqueeze(1)
    curve = Curve(settings.hidden)
    optimizer = torch.optim.LBFGS(
        curve.parameters(), lr=settings.learning_rate, history_size=settings.history_size
    )
    target = signal(t)

    for r in range(1, settings.rounds + 1):

        def closure():
            optimizer.zero_grad()
            loss = F.mse_loss(curve(t), target)
            loss.backward()
            return loss

        train_loss = optimizer.step(closure)
        with torch.no_grad():
            test_loss = F.mse_loss(curve(test_t), signal(test_t))
        sys.stdout.write("round %d train loss %.6f test loss %.6f\n" % (r, train_loss.item(), test_loss.item()))
        sys.stdout.flush()
        mlflow.log_metrics({"train_loss": train_loss.item(), "test_loss": test_loss.item()}, step=r)
    return curve


if __name__ == "__main__":
    settings = Settings()
    with mlflow.start_run():
        mlflow.log_params(settings._asdict())
        network = fit(settings)
        torch.save(network.state_dict(), "curve.pth")
        mlflow.log_artifact("curve.pth")
