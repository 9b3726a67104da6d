import argparse
import os

import torch
import torch.nn as nn
from sklearn.datasets import load_digits

parser = argparse.ArgumentParser()
parser.add_argument('--epochs', type=int, default=5)
parser.add_argument('--lr', type=float, default=0.1)
parser.add_argument('--momentum', type=float, default=0.9)
parser.add_argument('--output-dir', default='output')
opt = parser.parse_args()

torch.manual_seed(7)
digits = load_digits()
images = torch.tensor(digits.images / 16.0, dtype=torch.float32).unsqueeze(1)
targets = torch.tensor(digits.target)
train_x, train_y, test_x, test_y = images[:1400], targets[:1400], images[1400:], targets[1400:]


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(8 * 3 * 3, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        return self.fc(torch.flatten(x, 1))


net = LeNet()
optimizer = torch.optim.SGD(net.parameters(), lr=opt.lr, momentum=opt.momentum)
loss_function = nn.CrossEntropyLoss()
os.makedirs(opt.output_dir, exist_ok=True)

for epoch in range(opt.epochs):
    net.train()
    order = torch.randperm(len(train_x))
    running = 0.0
    for i in range(0, len(order), 100):
        batch = order[i:i + 100]
        optimizer.zero_grad()
        loss = loss_function(net(train_x[batch]), train_y[batch])
        loss.backward()
        optimizer.step()
        running += loss.item()
    net.eval()
    with torch.no_grad():
        accuracy = (net(test_x).argmax(dim=1) == test_y).float().mean().item()
    print('[%d/%d] loss: %.3f accuracy: %.3f' % (epoch + 1, opt.epochs, running / 14, accuracy))

torch.save(net.state_dict(), os.path.join(opt.output_dir, 'lenet.pth'))
print('saved to', os.path.join(opt.output_dir, 'lenet.pth'))
