"""Denoise short signals with a 1D convolutional network."""
import argparse
import copy
import os
import optuna
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

CONFIG = {
    "seed": 5,
    "data": {"samples": 320, "length": 24, "noise": 0.3, "batch_size": 16},
    "model": {"channels": 8, "depth": 2},
    "optim": {"name": "adam", "lr": 4e-3, "weight_decay": 1e-5},
    "train": {"epochs": 5, "output_dir": "out"},
}


def build_loaders(cfg):
    torch.manual_seed(cfg["seed"])
    t = torch.linspace(0, 1, cfg["data"]["length"])
    frequency = 1 + 3 * torch.rand(cfg["data"]["samples"], 1)
    phase = 6.28 * torch.rand(cfg["data"]["samples"], 1)
    clean = torch.sin(6.28 * frequency * t + phase).unsqueeze(1)
    noisy = clean + cfg["data"]["noise"] * torch.randn_like(clean)
    split = int(0.75 * len(clean))
    train = TensorDataset(noisy[:split], clean[:split])
    valid = TensorDataset(noisy[split:], clean[split:])
    return (
        DataLoader(train, batch_size=cfg["data"]["batch_size"], shuffle=True),
        DataLoader(valid, batch_size=64),
    )


def build_model(channels, depth):
    layers = [nn.Conv1d(1, channels, 5, padding=2), nn.ReLU()]
    for _ in range(depth - 1):
        layers.extend([nn.Conv1d(channels, channels, 5, padding=2), nn.ReLU()])
    return nn.Sequential(*layers, nn.Conv1d(channels, 1, 5, padding=2))


def build_optimizer(model, name, lr, weight_decay):
    if name == "adam":
        return torch.optim.Adam(model.parameters(), lr=lr, weight_decay=weight_decay)
    if name == "sgd":
        return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, weight_decay=weight_decay)
    raise ValueError("unknown optimizer {!r}".format(name))


def train_model(cfg, trial=None):
    train_loader, valid_loader = build_loaders(cfg)
    model = build_model(**cfg["model"])
    optimizer = build_optimizer(model, **cfg["optim"])
    loss_fn = nn.MSELoss()
    history = {"train_rmse": [], "val_rmse": []}

    for epoch in range(cfg["train"]["epochs"]):
        model.train()
        squared = 0.0
        for noisy, clean in train_loader:
            loss = loss_fn(model(noisy), clean)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            squared += loss.item() * len(noisy)
        history["train_rmse"].append((squared / len(train_loader.dataset)) ** 0.5)

        model.eval()
        with torch.no_grad():
            squared = sum(loss_fn(model(noisy), clean).item() * len(noisy) for noisy, clean in valid_loader)
        history["val_rmse"].append((squared / len(valid_loader.dataset)) ** 0.5)
        print("epoch {:02d} | train rmse {:.4f} | val rmse {:.4f}".format(
            epoch, history["train_rmse"][-1], history["val_rmse"][-1]))
        if trial is not None:
            trial.report(history["val_rmse"][-1], epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()

    os.makedirs(cfg["train"]["output_dir"], exist_ok=True)
    torch.save({"config": cfg, "state_dict": model.state_dict()}, os.path.join(cfg["train"]["output_dir"], "model.pt"))
    return history


def objective(trial):
    cfg = copy.deepcopy(CONFIG)
    cfg["data"]["batch_size"] = trial.suggest_categorical("data.batch_size", [4, 8, 16, 32, 64])
    cfg["model"]["channels"] = trial.suggest_categorical("model.channels", [2, 4, 8, 16, 32])
    cfg["model"]["depth"] = trial.suggest_int("model.depth", 1, 4)
    cfg["optim"]["name"] = trial.suggest_categorical("optim.name", ["adam", "sgd"])
    cfg["optim"]["lr"] = trial.suggest_float("optim.lr", 4e-4, 4e-2, log=True)
    cfg["optim"]["weight_decay"] = trial.suggest_float("optim.weight_decay", 1e-6, 1e-4, log=True)
    history = train_model(cfg, trial)
    return min(history["val_rmse"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    args = parser.parse_args()
    if args.trials:
        study = optuna.create_study(direction="minimize")
        study.optimize(objective, n_trials=args.trials)
        print("best value {:.4f}".format(study.best_value))
        print("best parameters {}".format(study.best_params))
    else:
        history = train_model(CONFIG)
        print("lowest val rmse {:.4f}".format(min(history["val_rmse"])))
