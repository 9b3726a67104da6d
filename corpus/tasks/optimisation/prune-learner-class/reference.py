import nncf
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3)
        self.fc1 = nn.Linear(32 * 2 * 2, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(x)


class Learner:
    def __init__(self, lr=0.05, batch_size=64):
        digits = load_digits()
        images = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16
        labels = torch.tensor(digits.target)
        self.train_data = images[:1300], labels[:1300]
        self.test_data = images[1300:], labels[1300:]
        self.batch_size = batch_size
        self.net = ConvNet()
        self.opt = torch.optim.SGD(self.net.parameters(), lr=lr, momentum=0.9)
        self.history = []

    def batches(self):
        x, y = self.train_data
        order = torch.randperm(len(x))
        for chosen in order.split(self.batch_size):
            yield x[chosen], y[chosen]

    def fit(self, epochs):
        for _ in range(epochs):
            self.net.train()
            for x, y in self.batches():
                loss = F.cross_entropy(self.net(x), y)
                self.opt.zero_grad()
                loss.backward()
                self.opt.step()
            accuracy = self.score()
            self.history.append(accuracy)
            print("epoch", len(self.history), "accuracy", round(accuracy, 4))

    def score(self):
        self.net.eval()
        x, y = self.test_data
        with torch.no_grad():
            return (self.net(x).argmax(1) == y).float().mean().item()


torch.manual_seed(2)
learner = Learner()
learner.fit(5)
print("best accuracy", round(max(learner.history), 4))
torch.save(learner.net.state_dict(), "convnet.pth")

images, _ = learner.test_data
nncf.prune(learner.net, nncf.PruneMode.UNSTRUCTURED_MAGNITUDE_GLOBAL, ratio=0.7, examples_inputs=images[:1])
learner.fit(2)
torch.save(
    {"state_dict": learner.net.state_dict(), "config": nncf.torch.get_config(learner.net)}, "convnet_pruned.pth"
)
