import argparse
import random

import numpy as np
import optuna
import torch
from sklearn.datasets import load_wine
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--k", type=int, default=3, help="number of folds")
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--batch-size", type=int, default=16)
    p.add_argument("--hidden", type=int, nargs=2, default=[32, 16], help="widths of the two hidden layers")
    p.add_argument("--p-drop", type=float, default=0.2, help="dropout probability")
    p.add_argument("--seed", type=int, default=42)
    p.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    return p.parse_args()


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def build(args, features, classes):
    first, second = args.hidden
    return nn.Sequential(
        nn.Linear(features, first), nn.ReLU(), nn.Dropout(args.p_drop),
        nn.Linear(first, second), nn.ReLU(),
        nn.Linear(second, classes),
    )


def run_fold(args, dataset, train_ids, val_ids, fold):
    train_loader = DataLoader(Subset(dataset, train_ids), batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, val_ids), batch_size=64)
    model = build(args, 13, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(args.epochs):
        model.train()
        for xb, yb in train_loader:
            optimizer.zero_grad()
            criterion(model(xb), yb).backward()
            optimizer.step()
        model.eval()
        losses, correct = [], 0
        with torch.no_grad():
            for xb, yb in val_loader:
                out = model(xb)
                losses.append(criterion(out, yb).item())
                correct += (out.argmax(1) == yb).sum().item()
    val_loss = float(np.mean(losses))
    print(f"fold {fold}: val loss {val_loss:.4f}, val accuracy {correct / len(val_ids):.4f}")
    return val_loss, correct / len(val_ids)


def cross_validate(args, trial=None):
    set_seed(args.seed)
    x, y = load_wine(return_X_y=True)
    x = StandardScaler().fit_transform(x).astype("float32")
    dataset = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))

    results = {}
    folds = StratifiedKFold(n_splits=args.k, shuffle=True, random_state=args.seed)
    for fold, (train_ids, val_ids) in enumerate(folds.split(x, y)):
        results[fold] = run_fold(args, dataset, train_ids, val_ids, fold)
        if trial is not None:
            trial.report(float(np.mean([loss for loss, _ in results.values()])), fold)
            if trial.should_prune():
                raise optuna.TrialPruned()

    print("-" * 30)
    mean_loss = np.mean([loss for loss, _ in results.values()])
    mean_accuracy = np.mean([accuracy for _, accuracy in results.values()])
    print(f"mean val loss: {mean_loss:.5f}")
    print(f"mean val accuracy: {mean_accuracy:.5f}")
    return float(mean_loss)


def suggest(trial, args):
    values = dict(vars(args))
    values["lr"] = trial.suggest_float("lr", args.lr / 10, args.lr * 10, log=True)
    values["batch_size"] = trial.suggest_categorical("batch_size", [8, 16, 32, 64])
    values["hidden"] = [
        trial.suggest_int("hidden_0", 8, 128, log=True),
        trial.suggest_int("hidden_1", 4, 64, log=True),
    ]
    values["p_drop"] = trial.suggest_float("p_drop", 0.0, 0.5)
    return argparse.Namespace(**values)


def main():
    args = get_args()
    if not args.trials:
        cross_validate(args)
        return
    study = optuna.create_study(direction="minimize")
    study.optimize(lambda trial: cross_validate(suggest(trial, args), trial), n_trials=args.trials)
    print("=" * 30)
    print(f"best value: {study.best_value:.5f}")
    for name, value in study.best_params.items():
        print(f"best {name}: {value}")


if __name__ == "__main__":
    main()
