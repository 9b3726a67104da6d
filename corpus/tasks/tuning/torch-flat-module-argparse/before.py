import argparse

import torch
import torch.nn as nn
from tqdm import tqdm

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--units", type=int, default=24, help="units of the hidden layer")
parser.add_argument("--nesterov", action="store_true")
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--seed", type=int, default=11)
opt = parser.parse_args()
print(opt)

torch.manual_seed(opt.seed)

# three noisy blobs on a circle
angles = torch.arange(3) * 2 * torch.pi / 3
centres = torch.stack([angles.cos(), angles.sin()], dim=1)
y_all = torch.randint(0, 3, (450,))
x_all = centres[y_all] + 0.45 * torch.randn(450, 2)
x_train, y_train = x_all[:300], y_all[:300]
x_test, y_test = x_all[300:], y_all[300:]

net = nn.Sequential(nn.Linear(2, opt.units), nn.Tanh(), nn.Linear(opt.units, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=opt.lr, momentum=opt.momentum, nesterov=opt.nesterov)
best_acc = 0

for epoch in range(opt.epochs):
    net.train()
    perm = torch.randperm(len(x_train))
    bar = tqdm(range(0, len(perm), opt.batch), desc="epoch %d" % epoch, leave=False)
    train_loss = 0.0
    for start in bar:
        rows = perm[start:start + opt.batch]
        loss = criterion(net(x_train[rows]), y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        train_loss += loss.item()
        bar.set_postfix(loss=loss.item())

    net.eval()
    with torch.no_grad():
        logits = net(x_test)
        test_loss = criterion(logits, y_test).item()
        acc = (logits.argmax(1) == y_test).float().mean().item()
    print("epoch", epoch, "train loss", round(train_loss / len(bar), 5), "test loss", round(test_loss, 5), "test acc", round(acc, 4))

    if acc > best_acc:
        best_acc = acc
        torch.save(net, "blobs.pth")

print("final test loss", round(test_loss, 5), "best acc", round(best_acc, 4))
