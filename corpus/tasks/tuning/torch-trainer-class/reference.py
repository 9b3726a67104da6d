import argparse
import logging
from dataclasses import dataclass

import optuna
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
logger = logging.getLogger("spirals")


@dataclass
class Config:
    lr: float = 3e-3
    hidden_dim: int = 32
    num_layers: int = 2
    dropout: float = 0.1
    batch_size: int = 64
    epochs: int = 6
    seed: int = 7
    out: str = "spirals.pt"


def spirals(n, generator):
    angle = torch.rand(n, generator=generator) * 3 * torch.pi
    label = torch.randint(0, 2, (n,), generator=generator)
    radius = angle / (3 * torch.pi)
    sign = label * 2.0 - 1.0
    points = torch.stack([sign * radius * torch.cos(angle), sign * radius * torch.sin(angle)], dim=1)
    return TensorDataset(points + 0.02 * torch.randn(n, 2, generator=generator), label)


class Trainer:
    def __init__(self, config: Config):
        self.config = config
        torch.manual_seed(config.seed)
        generator = torch.Generator().manual_seed(config.seed)
        self.train_loader = DataLoader(spirals(600, generator), batch_size=config.batch_size, shuffle=True)
        self.valid_loader = DataLoader(spirals(300, generator), batch_size=300)
        self.model = self._build()
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=config.lr)
        self.loss_fn = nn.CrossEntropyLoss()
        self.best = 0.0

    def _build(self):
        layers, width = [], 2
        for _ in range(self.config.num_layers):
            layers += [nn.Linear(width, self.config.hidden_dim), nn.ReLU(), nn.Dropout(self.config.dropout)]
            width = self.config.hidden_dim
        return nn.Sequential(*layers, nn.Linear(width, 2))

    def _step(self, batch):
        x, y = batch
        self.optimizer.zero_grad()
        loss = self.loss_fn(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def train_epoch(self):
        self.model.train()
        losses = [self._step(batch) for batch in self.train_loader]
        return sum(losses) / len(losses)

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        hits = total = 0
        for x, y in self.valid_loader:
            hits += (self.model(x).argmax(dim=1) == y).sum().item()
            total += len(y)
        return hits / total

    def fit(self, trial=None):
        for epoch in range(self.config.epochs):
            loss = self.train_epoch()
            accuracy = self.validate()
            logger.info("epoch %d train_loss %.4f val_accuracy %.4f", epoch, loss, accuracy)
            if accuracy > self.best:
                self.best = accuracy
                torch.save(self.model.state_dict(), self.config.out)
            if trial is not None:
                trial.report(accuracy, epoch)
                if trial.should_prune():
                    raise optuna.TrialPruned()
        logger.info("best val_accuracy %.4f", self.best)
        return self.best


def objective(trial):
    config = Config(
        lr=trial.suggest_float("lr", 3e-4, 3e-2, log=True),
        hidden_dim=trial.suggest_categorical("hidden_dim", [8, 16, 32, 64, 128]),
        num_layers=trial.suggest_int("num_layers", 1, 4),
        dropout=trial.suggest_float("dropout", 0.0, 0.5),
        batch_size=trial.suggest_categorical("batch_size", [16, 32, 64, 128, 256]),
    )
    return Trainer(config).fit(trial)


def tune(trials):
    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=trials)
    logger.info("best value %.4f", study.best_value)
    logger.info("best parameters %s", study.best_params)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    args = parser.parse_args()
    if args.trials:
        tune(args.trials)
    else:
        trainer = Trainer(Config())
        trainer.fit()
