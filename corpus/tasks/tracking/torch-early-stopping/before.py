from copy import deepcopy
from dataclasses import dataclass
from itertools import count

import torch
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from torch import nn


@dataclass
class TrainConfig:
    lr: float = 0.02
    hidden: int = 16
    patience: int = 4
    min_delta: float = 0.001
    max_epochs: int = 60
    batch_size: int = 16
    seed: int = 0
    checkpoint: str = "best.pt"


class Tabular(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.norm = nn.BatchNorm1d(13)
        self.body = nn.Sequential(nn.Linear(13, hidden), nn.ReLU(), nn.Linear(hidden, 3))

    def forward(self, x):
        return self.body(self.norm(x))


def fit(cfg: TrainConfig):
    torch.manual_seed(cfg.seed)
    X, y = load_wine(return_X_y=True)
    X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.4, stratify=y, random_state=cfg.seed)
    X_train, X_val = (torch.tensor(a, dtype=torch.float32) for a in (X_train, X_val))
    y_train, y_val = torch.tensor(y_train), torch.tensor(y_val)

    model = Tabular(cfg.hidden)
    optim = torch.optim.Adam(model.parameters(), lr=cfg.lr)
    criterion = nn.CrossEntropyLoss()
    best_loss, best_state, bad_epochs = float("inf"), None, 0

    for epoch in count(1):
        model.train()
        for batch in torch.randperm(len(X_train)).split(cfg.batch_size):
            optim.zero_grad()
            loss = criterion(model(X_train[batch]), y_train[batch])
            loss.backward()
            optim.step()

        model.eval()
        with torch.no_grad():
            logits = model(X_val)
            val_loss = criterion(logits, y_val).item()
            val_acc = (logits.argmax(dim=1) == y_val).float().mean().item()
        print(f"epoch {epoch:3d} | val_loss {val_loss:.4f} | val_acc {val_acc:.3f}")

        if val_loss < best_loss - cfg.min_delta:
            best_loss, best_state, bad_epochs = val_loss, deepcopy(model.state_dict()), 0
            torch.save(best_state, cfg.checkpoint)
        else:
            bad_epochs += 1
            if bad_epochs >= cfg.patience:
                print(f"early stopping after {epoch} epochs")
                break
        if epoch == cfg.max_epochs:
            break

    model.load_state_dict(best_state)
    print(f"best val_loss: {best_loss:.4f}")
    return model


if __name__ == "__main__":
    fit(TrainConfig())
