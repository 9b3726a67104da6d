import argparse
import random

import numpy as np
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


def main():
    args = get_args()
    set_seed(args.seed)
    x, y = load_wine(return_X_y=True)
    x = StandardScaler().fit_transform(x).astype("float32")
    dataset = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))

    results = {}
    folds = StratifiedKFold(n_splits=args.k, shuffle=True, random_state=args.seed)
    for fold, (train_ids, val_ids) in enumerate(folds.split(x, y)):
        results[fold] = run_fold(args, dataset, train_ids, val_ids, fold)

    print("-" * 30)
    mean_loss = np.mean([loss for loss, _ in results.values()])
    mean_accuracy = np.mean([accuracy for _, accuracy in results.values()])
    print(f"mean val loss: {mean_loss:.5f}")
    print(f"mean val accuracy: {mean_accuracy:.5f}")


if __name__ == "__main__":
    main()
