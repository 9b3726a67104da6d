"""Trains a perceptron on blobs; parts of the Neptune run are kept in variables and handed to functions."""

import argparse

import wandb
from sklearn.datasets import make_blobs
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss


def train_epoch(model, data, target, metrics):
    model.partial_fit(data, target, classes=[0, 1, 2])
    loss = log_loss(target, model.predict_proba(data))
    wandb.log({f"{metrics}/loss": loss})
    return loss


def validate(model, data, target, metrics):
    accuracy = model.score(data, target)
    wandb.log({f"{metrics}/accuracy": accuracy})
    return accuracy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--alpha", type=float, default=0.001)
    args = parser.parse_args()

    run = wandb.init(project="blobs", name="perceptron")
    wandb.config.update(vars(args))
    wandb.run.tags += ("baseline",)

    data, target = make_blobs(300, centers=3, cluster_std=2.5, random_state=1)
    model = SGDClassifier(loss="log_loss", alpha=args.alpha, random_state=0)
    train = "train"
    test = "test"
    for epoch in range(args.epochs):
        loss = train_epoch(model, data[:200], target[:200], train)
        accuracy = validate(model, data[200:], target[200:], test)
        print(f"epoch {epoch} loss {loss:.4f} accuracy {accuracy:.3f}")
    wandb.run.summary["best/accuracy"] = accuracy
    wandb.finish()


if __name__ == "__main__":
    main()
