import logging
import sys
from dataclasses import dataclass

import nncf
import torch
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(name)s: %(message)s")


@dataclass
class Config:
    features: int = 24
    hidden: int = 64
    classes: int = 4
    lr: float = 5e-3
    batch_size: int = 64
    epochs: int = 6
    seed: int = 17


class TabularNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.norm = nn.BatchNorm1d(config.features)
        self.fc1 = nn.Linear(config.features, config.hidden)
        self.fc2 = nn.Linear(config.hidden, config.hidden)
        self.head = nn.Linear(config.hidden, config.classes)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        x = torch.relu(self.fc1(self.norm(x)))
        x = self.drop(torch.relu(self.fc2(x)))
        return self.head(x)


class Trainer:
    def __init__(self, config):
        torch.manual_seed(config.seed)
        self.log = logging.getLogger("trainer")
        self.config = config
        X, y = make_classification(
            n_samples=1200, n_features=config.features, n_informative=12, n_classes=config.classes,
            random_state=config.seed,
        )
        parts = train_test_split(X.astype("float32"), y, test_size=0.25, random_state=config.seed)
        X_train, X_val, y_train, y_val = (torch.from_numpy(part) for part in parts)
        self.train_loader = DataLoader(TensorDataset(X_train, y_train), batch_size=config.batch_size, shuffle=True)
        self.val_loader = DataLoader(TensorDataset(X_val, y_val), batch_size=100)
        self.model = TabularNet(config)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=config.lr)
        self.criterion = nn.CrossEntropyLoss()

    def _step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def evaluate(self):
        self.model.eval()
        with torch.no_grad():
            hits = sum((self.model(x).argmax(1) == y).sum().item() for x, y in self.val_loader)
        return hits / len(self.val_loader.dataset)

    def train(self):
        for epoch in range(1, self.config.epochs + 1):
            self.model.train()
            losses = [self._step(x, y) for x, y in self.train_loader]
            self.log.info("epoch %d/%d loss %.4f", epoch, self.config.epochs, sum(losses) / len(losses))
        self.log.info("validation accuracy %.4f", self.evaluate())

    def save(self, path):
        torch.save({"config": vars(self.config), "model": self.model.state_dict()}, path)

    def quantize(self, path):
        self.model.eval()
        quantized = nncf.quantize(self.model, nncf.Dataset(self.train_loader, lambda batch: batch[0]))
        torch.save(
            {"state_dict": quantized.state_dict(), "config": nncf.torch.get_config(quantized)}, path
        )


def main():
    trainer = Trainer(Config())
    trainer.train()
    trainer.save("tabular.ckpt")
    trainer.quantize("tabular_int8.ckpt")


if __name__ == "__main__":
    main()
