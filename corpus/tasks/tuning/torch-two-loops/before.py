"""Pretrain an autoencoder on all samples, then train a classifier on the few labelled ones."""
import argparse

import torch
import torch.nn as nn

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--pretrain-lr", type=float, default=0.01)
parser.add_argument("--lr", type=float, default=0.02)
parser.add_argument("--code-size", type=int, default=8)
parser.add_argument("--noise", type=float, default=0.2, help="share of the inputs that pretraining blanks out")
parser.add_argument("--pretrain-epochs", type=int, default=3)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--seed", type=int, default=21)


def make_data():
    basis = torch.randn(4, 20)
    factors = torch.randn(500, 4)
    x = factors @ basis + 0.3 * torch.randn(500, 20)
    y = (factors[:, 0] * factors[:, 1] > 0).long()
    return x, y


def batches(n, size=50):
    return torch.randperm(n).split(size)


def main():
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    x, y = make_data()
    x_val, y_val = x[300:], y[300:]

    encoder = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, args.code_size), nn.ReLU())
    decoder = nn.Linear(args.code_size, 20)

    # stage 1: reconstruct
    params = list(encoder.parameters()) + list(decoder.parameters())
    optimizer = torch.optim.Adam(params, lr=args.pretrain_lr)
    for epoch in range(args.pretrain_epochs):
        total = 0.0
        for rows in batches(300):
            mask = (torch.rand_like(x[rows]) > args.noise).float()
            loss = ((decoder(encoder(x[rows] * mask)) - x[rows]) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        with torch.no_grad():
            val_loss = ((decoder(encoder(x_val)) - x_val) ** 2).mean().item()
        print("pretrain epoch", epoch, "loss", f"{total / 6:.4f}", "val_loss", f"{val_loss:.4f}")

    # stage 2: classify
    classifier = nn.Sequential(encoder, nn.Linear(args.code_size, 2))
    optimizer = torch.optim.Adam(classifier.parameters(), lr=args.lr)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(args.epochs):
        total = 0.0
        for rows in batches(200, 25):
            loss = criterion(classifier(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        with torch.no_grad():
            logits = classifier(x_val)
            val_acc = (logits.argmax(1) == y_val).float().mean().item()
        print("train epoch", epoch, "loss", f"{total / 8:.4f}", "val_acc", f"{val_acc:.4f}")


if __name__ == "__main__":
    main()
