#!/usr/bin/env python
"""Forecast the next value of a noisy wave with a GRU; stops early."""
import argparse
import copy
import math

import optuna
import torch
import torch.nn as nn


class Forecaster(nn.Module):
    def __init__(self, hidden_size, cell):
        super().__init__()
        recurrent = nn.GRU if cell == "gru" else nn.LSTM
        self.rnn = recurrent(1, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def forward(self, x):
        out, _ = self.rnn(x)
        return self.head(out[:, -1])


def windows(series, length):
    x = series.unfold(0, length + 1, 1)
    return x[:, :-1].unsqueeze(-1), x[:, -1:]


def main(args, trial=None):
    torch.manual_seed(args.seed)
    t = torch.arange(0, 520, dtype=torch.float32)
    series = torch.sin(2 * math.pi * t / 25) + 0.1 * torch.randn(len(t))
    x_train, y_train = windows(series[:400], args.window)
    x_val, y_val = windows(series[400:], args.window)

    model = Forecaster(args.hidden_size, args.cell)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=args.learning_rate)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=args.factor, patience=1)
    loss_fn = nn.MSELoss()

    best_loss = float("inf")
    best_epoch = 0
    waited = 0
    for epoch in range(args.max_epochs):
        model.train()
        order = torch.randperm(len(x_train))
        running = 0.0
        for i in range(0, len(order), args.batch_size):
            idx = order[i:i + args.batch_size]
            loss = loss_fn(model(x_train[idx]), y_train[idx])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            running += loss.item() * len(idx)

        model.eval()
        with torch.no_grad():
            val_loss = loss_fn(model(x_val), y_val).item()
        scheduler.step(val_loss)
        print("[%3d] loss: %.4f  val loss: %.4f" % (epoch + 1, running / len(order), val_loss))
        if trial is not None:
            trial.report(val_loss, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()

        if val_loss < best_loss - args.min_delta:
            best_loss = val_loss
            best_epoch = epoch
            waited = 0
            torch.save(model.state_dict(), args.checkpoint)
        else:
            waited += 1
            if waited >= args.patience:
                print("early stopping at epoch %d" % (epoch + 1))
                break

    print("best val loss: %.4f (epoch %d)" % (best_loss, best_epoch + 1))
    return best_loss


def tune(args):
    def objective(trial):
        options = copy.copy(args)
        options.learning_rate = trial.suggest_float("learning_rate", 5e-4, 5e-2, log=True)
        options.batch_size = trial.suggest_int("batch_size", 8, 128, log=True)
        options.hidden_size = trial.suggest_categorical("hidden_size", [4, 8, 16, 32, 64])
        options.window = trial.suggest_int("window", 6, 24)
        options.cell = trial.suggest_categorical("cell", ["gru", "lstm"])
        options.factor = trial.suggest_float("factor", 0.1, 0.9)
        return main(options, trial)

    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=args.trials)
    print("best value: %.6f" % study.best_value)
    print("best parameters:", study.best_params)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learning_rate", default=5e-3, type=float)
    parser.add_argument("--batch_size", default=32, type=int)
    parser.add_argument("--hidden_size", default=16, type=int)
    parser.add_argument("--window", default=12, type=int, help="how many values the forecast sees")
    parser.add_argument("--cell", default="gru", choices=["gru", "lstm"])
    parser.add_argument("--factor", default=0.5, type=float, help="what a plateau multiplies the learning rate by")
    parser.add_argument("--max_epochs", default=12, type=int)
    parser.add_argument("--patience", default=2, type=int)
    parser.add_argument("--min_delta", default=1e-3, type=float)
    parser.add_argument("--checkpoint", default="best.pt")
    parser.add_argument("--seed", default=3, type=int)
    parser.add_argument("--trials", default=0, type=int, help="tune with this many Optuna trials")
    args = parser.parse_args()
    if args.trials > 0:
        tune(args)
    else:
        main(args)
