"""Train a small network on two interleaved half moons."""

import argparse

import torch
import torch.nn as nn
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def load_data(args):
    points, labels = make_moons(n_samples=800, noise=0.2, random_state=args.seed)
    splits = train_test_split(points, labels, test_size=0.25, random_state=args.seed)
    train_x, test_x = (torch.tensor(part, dtype=torch.float32) for part in splits[:2])
    train_y, test_y = (torch.tensor(part) for part in splits[2:])
    loader = DataLoader(TensorDataset(train_x, train_y), batch_size=args.batch_size, shuffle=True)
    return loader, test_x, test_y


@torch.no_grad()
def evaluate(model, inputs, targets):
    model.eval()
    logits = model(inputs)
    accuracy = (logits.argmax(dim=1) == targets).float().mean().item()
    return nn.functional.cross_entropy(logits, targets).item(), accuracy


def train_one_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(inputs)
    return total / len(loader.dataset)


def main():
    args = parse_args()
    torch.manual_seed(args.seed)
    train_loader, test_x, test_y = load_data(args)
    model = nn.Sequential(nn.Linear(2, args.hidden), nn.ReLU(), nn.Linear(args.hidden, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)

    for epoch in range(args.epochs):
        train_loss = train_one_epoch(model, train_loader, optimizer)
        val_loss, val_accuracy = evaluate(model, test_x, test_y)
        print(f"epoch {epoch}: train loss {train_loss:.4f}, val loss {val_loss:.4f}, val acc {val_accuracy:.3f}")

    torch.save(model.state_dict(), "moons.pt")


if __name__ == "__main__":
    main()
