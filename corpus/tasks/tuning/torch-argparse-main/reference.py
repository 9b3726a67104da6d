"""Fit a small network to a noisy synthetic surface."""
import argparse

import optuna
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.01, help="learning rate")
    parser.add_argument("--batch-size", type=int, default=32, help="samples per step")
    parser.add_argument("--hidden", type=int, default=64, help="width of the hidden layer")
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    return parser.parse_args()


def make_data(samples=480):
    x = torch.rand(samples, 4) * 2 - 1
    y = torch.sin(3 * x[:, 0]) + x[:, 1] * x[:, 2] - 0.5 * x[:, 3] ** 2
    return TensorDataset(x, (y + 0.05 * torch.randn(samples)).unsqueeze(1))


def train(args, trial=None):
    torch.manual_seed(args.seed)

    train_set, val_set = random_split(make_data(), [360, 120])
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=120)

    model = nn.Sequential(nn.Linear(4, args.hidden), nn.ReLU(), nn.Linear(args.hidden, 1))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)

    for epoch in range(1, args.epochs + 1):
        model.train()
        total = 0.0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        train_loss = total / len(train_set)

        model.eval()
        with torch.no_grad():
            val_loss = sum(criterion(model(x), y).item() for x, y in val_loader) / len(val_loader)
        print(f"Epoch {epoch}/{args.epochs}: train_loss={train_loss:.5f} val_loss={val_loss:.5f}")
        if trial is not None:
            trial.report(val_loss, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()
    return val_loss


def tune(args):
    def objective(trial):
        tuned = argparse.Namespace(**vars(args))
        tuned.lr = trial.suggest_float("lr", args.lr / 10, args.lr * 10, log=True)
        tuned.batch_size = trial.suggest_categorical("batch_size", [16, 32, 64, 128])
        tuned.hidden = trial.suggest_categorical("hidden", [16, 32, 64, 128, 256])
        tuned.weight_decay = trial.suggest_float("weight_decay", 1e-6, 1e-2, log=True)
        return train(tuned, trial)

    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=args.trials)
    print(f"Best value: {study.best_value:.5f}")
    print(f"Best parameters: {study.best_params}")


def main():
    args = parse_args()
    if args.trials:
        tune(args)
    else:
        train(args)


if __name__ == "__main__":
    main()
