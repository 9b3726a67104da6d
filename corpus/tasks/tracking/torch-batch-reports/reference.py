from __future__ import print_function
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
import wandb
from torch.utils.data import DataLoader, TensorDataset

BATCH_SIZE = 40
EPOCHS = 3
LR = 0.05
MOMENTUM = 0.5
LOG_INTERVAL = 10
SEED = 1

wandb.init(project="quadrants", config=dict(
    batch_size=BATCH_SIZE, epochs=EPOCHS, lr=LR, momentum=MOMENTUM, log_interval=LOG_INTERVAL, seed=SEED))

torch.manual_seed(SEED)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=3)
        self.fc1 = nn.Linear(6 * 5 * 5, 32)
        self.fc2 = nn.Linear(32, 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = x.view(-1, 6 * 5 * 5)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


def make_images(count):
    # a bright quadrant on a noisy background
    images = torch.rand(count, 1, 12, 12)
    labels = torch.randint(0, 4, (count,))
    for image, label in zip(images, labels):
        row, column = divmod(int(label), 2)
        image[0, row * 6:row * 6 + 6, column * 6:column * 6 + 6] += 0.25
    return TensorDataset(images, labels)


train_loader = DataLoader(make_images(1600), batch_size=BATCH_SIZE, shuffle=True)
test_loader = DataLoader(make_images(400), batch_size=200)

model = Net()
optimizer = optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM)


def train(epoch):
    model.train()
    for batch_idx, (data, target) in enumerate(train_loader):
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        optimizer.step()
        if batch_idx % LOG_INTERVAL == 0:
            print('Train Epoch: {} [{}/{} ({:.0f}%)]\tLoss: {:.6f}'.format(
                epoch, batch_idx * len(data), len(train_loader.dataset),
                100. * batch_idx / len(train_loader), loss.item()))
            wandb.log({"loss": loss.item()})


def test():
    model.eval()
    test_loss = 0
    correct = 0
    with torch.no_grad():
        for data, target in test_loader:
            output = model(data)
            test_loss += F.nll_loss(output, target, reduction='sum').item()
            pred = output.max(1, keepdim=True)[1]
            correct += pred.eq(target.view_as(pred)).sum().item()

    test_loss /= len(test_loader.dataset)
    print('\nTest set: Average loss: {:.4f}, Accuracy: {}/{} ({:.2f}%)\n'.format(
        test_loss, correct, len(test_loader.dataset),
        100. * correct / len(test_loader.dataset)))
    wandb.log({"test_loss": test_loss, "test_accuracy": 100. * correct / len(test_loader.dataset)})


for epoch in range(1, EPOCHS + 1):
    train(epoch)
    test()
wandb.finish()
