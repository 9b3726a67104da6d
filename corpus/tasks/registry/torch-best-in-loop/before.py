import copy

import torch
import torch.nn as nn
import torch.optim as optim
from sklearn.datasets import make_moons

torch.manual_seed(0)


class MLP(nn.Module):
    def __init__(self):
        super(MLP, self).__init__()
        self.layers = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 2))

    def forward(self, x):
        return self.layers(x)


def get_data():
    X, y = make_moons(n_samples=300, noise=0.35, random_state=0)
    X = torch.tensor(X, dtype=torch.float32)
    y = torch.tensor(y)
    return X[:200], y[:200], X[200:], y[200:]


def evaluate(model, X, y, criterion):
    model.eval()
    with torch.no_grad():
        out = model(X)
        return criterion(out, y).item(), (out.argmax(1) == y).float().mean().item()


def main():
    X_train, y_train, X_val, y_val = get_data()
    model = MLP()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.05)

    best_loss = float('inf')
    best_epoch = -1
    patience = 12
    for epoch in range(80):
        model.train()
        optimizer.zero_grad()
        loss = criterion(model(X_train), y_train)
        loss.backward()
        optimizer.step()

        val_loss, val_acc = evaluate(model, X_val, y_val, criterion)
        print('Epoch %d train_loss %.4f val_loss %.4f val_acc %.3f' % (epoch, loss.item(), val_loss, val_acc))
        if val_loss < best_loss:
            best_loss = val_loss
            best_epoch = epoch
            torch.save({'epoch': epoch, 'model': copy.deepcopy(model.state_dict())}, 'best.pth')
        elif epoch - best_epoch >= patience:
            print('Early stopping')
            break

    print('Best epoch: %d, best val loss: %.4f' % (best_epoch, best_loss))


if __name__ == '__main__':
    main()
