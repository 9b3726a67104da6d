import argparse

import nncf
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm


def make_loaders(batch_size, seed):
    X, y = load_digits(return_X_y=True)
    parts = train_test_split(X / 16, y, test_size=0.25, random_state=seed, stratify=y)
    X_train, X_test, y_train, y_test = (torch.tensor(p) for p in parts)
    train = DataLoader(TensorDataset(X_train.float(), y_train), batch_size=batch_size, shuffle=True)
    test = DataLoader(TensorDataset(X_test.float(), y_test), batch_size=len(X_test))
    return train, test


class DigitsMLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


def train(model, loader, optimizer, criterion, epochs):
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for x, y in tqdm(loader, desc=f"epoch {epoch}", disable=None):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"Epoch {epoch}: loss={total / len(loader):.4f}")


def test(model, loader):
    model.eval()
    with torch.no_grad():
        x, y = next(iter(loader))
        return (model(x).argmax(1) == y).float().mean().item()


def main(args):
    torch.manual_seed(args.seed)
    train_loader, test_loader = make_loaders(args.batch_size, args.seed)
    model = DigitsMLP()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=args.lr)

    train(model, train_loader, optimizer, criterion, args.epochs)
    print(f"Test accuracy: {test(model, test_loader):.4f}")
    torch.save(model.state_dict(), args.output)

    x, _ = next(iter(test_loader))
    model = nncf.prune(model, nncf.PruneMode.UNSTRUCTURED_MAGNITUDE_LOCAL, ratio=0.5, examples_inputs=x[:1])
    train(model, train_loader, optimizer, criterion, 2)
    print(f"Test accuracy of the pruned model: {test(model, test_loader):.4f}")
    torch.save(
        {"state_dict": model.state_dict(), "config": nncf.torch.get_config(model)}, "digits_mlp_pruned.pt"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", default="digits_mlp.pt")
    main(parser.parse_args())
