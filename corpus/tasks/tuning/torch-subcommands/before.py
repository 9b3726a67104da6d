"""Command line tool: `train` fits a model of two moons, `predict` applies it to a point."""
import argparse
import sys

import torch
from sklearn.datasets import make_moons
from torch import nn, optim


def build(width, dropout):
    return nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(width, 2))


def moons(count, seed):
    points, labels = make_moons(count, noise=0.25, random_state=seed)
    return torch.tensor(points, dtype=torch.float32), torch.tensor(labels)


def train(args):
    torch.manual_seed(args.seed)
    points, labels = moons(400, 0)
    valid_points, valid_labels = moons(200, 1)
    net = build(args.width, args.dropout)
    opt = optim.SGD(net.parameters(), lr=args.lr, momentum=args.momentum)
    for epoch in range(args.epochs):
        net.train()
        for start in range(0, len(points), 50):
            batch = slice(start, start + 50)
            opt.zero_grad()
            nn.functional.cross_entropy(net(points[batch]), labels[batch]).backward()
            opt.step()
        net.eval()
        with torch.no_grad():
            accuracy = (net(valid_points).argmax(1) == valid_labels).float().mean().item()
        print("epoch", epoch, "valid accuracy", f"{accuracy:.4f}")
    torch.save({"width": args.width, "dropout": args.dropout, "weights": net.state_dict()}, args.output)
    return 0


def predict(args):
    stored = torch.load(args.model)
    net = build(stored["width"], stored["dropout"]).eval()
    net.load_state_dict(stored["weights"])
    print(net(torch.tensor([[args.x, args.y]])).argmax(1).item())
    return 0


def main(argv=None):
    parser = argparse.ArgumentParser(prog="moons", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="fit a model")
    training.add_argument("--lr", type=float, default=0.1)
    training.add_argument("--momentum", type=float, default=0.9)
    training.add_argument("--width", type=int, default=32)
    training.add_argument("--dropout", type=float, default=0.1)
    training.add_argument("--epochs", type=int, default=6)
    training.add_argument("--seed", type=int, default=0)
    training.add_argument("--output", default="moons.pt")
    training.set_defaults(run=train)
    prediction = commands.add_parser("predict", help="apply a model")
    prediction.add_argument("x", type=float)
    prediction.add_argument("y", type=float)
    prediction.add_argument("--model", default="moons.pt")
    prediction.set_defaults(run=predict)
    args = parser.parse_args(argv)
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
