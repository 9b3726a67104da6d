"""Train a small network on concentric circles."""

import argparse

import mlflow
import torch
import torch.nn as nn
from sklearn.datasets import make_circles


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--seed", type=int, default=2)
    return parser.parse_args()


def load_data(seed):
    points, labels = make_circles(n_samples=600, noise=0.08, factor=0.5, random_state=seed)
    inputs = torch.tensor(points, dtype=torch.float32)
    targets = torch.tensor(labels, dtype=torch.float32)
    return inputs[:450], targets[:450], inputs[450:], targets[450:]


def main():
    args = parse_args()
    torch.manual_seed(args.seed)
    train_x, train_y, test_x, test_y = load_data(args.seed)
    model = nn.Sequential(nn.Linear(2, args.hidden), nn.Tanh(), nn.Linear(args.hidden, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    criterion = nn.BCEWithLogitsLoss()

    mlflow.set_experiment("circles")
    with mlflow.start_run(run_name="tanh-network"):
        mlflow.log_params(vars(args))
        mlflow.set_tag("framework", "torch")

        for epoch in range(args.epochs):
            optimizer.zero_grad()
            loss = criterion(model(train_x).squeeze(1), train_y)
            loss.backward()
            optimizer.step()
            mlflow.log_metric("train_loss", loss.item(), step=epoch)

            if (epoch + 1) % 5 == 0:
                with torch.no_grad():
                    predictions = (model(test_x).squeeze(1) > 0).float()
                accuracy = (predictions == test_y).float().mean().item()
                mlflow.log_metric("val_accuracy", accuracy, step=epoch)
                print(f"epoch {epoch}: loss {loss.item():.4f}, accuracy {accuracy:.3f}")

        torch.save(model.state_dict(), "model.pt")
        mlflow.log_artifact("model.pt")


if __name__ == "__main__":
    main()
