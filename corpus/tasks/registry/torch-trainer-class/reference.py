import logging
import sys

import mlflow
import numpy as np
import torch
from mlflow.models import infer_signature
from torch import nn
from torch.utils.data import DataLoader, Dataset

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger(__name__)


class SequenceDataset(Dataset):
    """Sine waves of two frequencies."""

    def __init__(self, n, length, seed):
        rng = np.random.default_rng(seed)
        t = np.linspace(0, 1, length)
        self.labels = rng.integers(0, 2, n)
        phase = rng.uniform(0, 2 * np.pi, (n, 1))
        freq = np.where(self.labels == 1, 5, 3)[:, None]
        signal = np.sin(2 * np.pi * freq * t + phase) + 0.3 * rng.standard_normal((n, length))
        self.signal = signal.astype(np.float32)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return torch.from_numpy(self.signal[i]).unsqueeze(-1), int(self.labels[i])


class WaveClassifier(nn.Module):
    def __init__(self, hidden_size=16):
        super().__init__()
        self.rnn = nn.GRU(1, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 2)

    def forward(self, x):
        _, h = self.rnn(x)
        return self.head(h[-1])


class Trainer:
    def __init__(self, config):
        self.config = config
        torch.manual_seed(config["seed"])
        self.model = WaveClassifier(config["hidden_size"])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=config["lr"])
        self.loss_fn = nn.CrossEntropyLoss()
        self.train_loader = DataLoader(SequenceDataset(320, 24, 0), batch_size=config["batch_size"], shuffle=True)
        self.valid_loader = DataLoader(SequenceDataset(128, 24, 1), batch_size=64)

    def train_one_epoch(self):
        self.model.train()
        total = 0.0
        for x, y in self.train_loader:
            self.optimizer.zero_grad()
            loss = self.loss_fn(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(y)
        return total / len(self.train_loader.dataset)

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        hits = sum((self.model(x).argmax(1) == y).sum().item() for x, y in self.valid_loader)
        return hits / len(self.valid_loader.dataset)

    def fit(self):
        for epoch in range(self.config["epochs"]):
            loss = self.train_one_epoch()
            acc = self.validate()
            logger.info("epoch=%d loss=%.4f val_acc=%.3f", epoch, loss, acc)
        return self.model

    @torch.no_grad()
    def register(self, name):
        self.model.eval()
        x, _ = next(iter(self.valid_loader))
        with mlflow.start_run():
            mlflow.pytorch.log_model(
                self.model,
                name="model",
                signature=infer_signature(x.numpy(), self.model(x).numpy()),
                input_example=x[:5].numpy(),
                registered_model_name=name,
            )


CONFIG = {
    "seed": 3,
    "hidden_size": 16,
    "lr": 0.01,
    "batch_size": 32,
    "epochs": 4,
}

if __name__ == "__main__":
    trainer = Trainer(CONFIG)
    trainer.fit()
    trainer.register("wave-classifier")
    logger.info("training finished")
