import nncf
import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler
from torch import nn


class WineNet(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.hidden1 = nn.Linear(13, hidden)
        self.hidden2 = nn.Linear(hidden, hidden)
        self.output = nn.Linear(hidden, 3)

    def forward(self, x):
        x = F.leaky_relu(self.hidden1(x))
        x = F.leaky_relu(self.hidden2(x))
        return self.output(x)


def load_data():
    wine = load_wine()
    X = torch.tensor(StandardScaler().fit_transform(wine.data), dtype=torch.float32)
    y = torch.tensor(wine.target)
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(0))
    return X[order[:130]], y[order[:130]], X[order[130:]], y[order[130:]]


def train(net, X, y, epochs=40):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(X), y)
        loss.backward()
        optimizer.step()
        if not epoch % 10:
            print(f"{epoch=} loss={loss.item():.4f}")


def main():
    torch.manual_seed(8)
    X_train, y_train, X_test, y_test = load_data()
    net = WineNet()
    train(net, X_train, y_train)
    net.eval()
    accuracy = (net(X_test).argmax(1) == y_test).float().mean()
    print(f"accuracy={accuracy.item():.4f}")
    torch.jit.trace(net, X_test[:1]).save("wine.ts")

    compressed = nncf.compress_weights(net, dataset=nncf.Dataset([X_test[:1]]))
    torch.jit.trace(compressed, X_test[:1]).save("wine_int8.ts")


if __name__ == "__main__":
    main()
