import argparse

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn, optim
from torch.utils.data import DataLoader

parser = argparse.ArgumentParser(description='VAE digits example')
parser.add_argument('--batch-size', type=int, default=128, metavar='N')
parser.add_argument('--epochs', type=int, default=5, metavar='N')
parser.add_argument('--latent', type=int, default=8)
parser.add_argument('--seed', type=int, default=1, metavar='S')
parser.add_argument('--lr', type=float, default=2e-3)
args = parser.parse_args()

torch.manual_seed(args.seed)
digits = torch.tensor(load_digits().data, dtype=torch.float32) / 16
train_loader = DataLoader(digits[:1500], batch_size=args.batch_size, shuffle=True)
test_loader = DataLoader(digits[1500:], batch_size=args.batch_size)


class VAE(nn.Module):
    def __init__(self, latent):
        super(VAE, self).__init__()
        self.fc1 = nn.Linear(64, 40)
        self.fc21 = nn.Linear(40, latent)
        self.fc22 = nn.Linear(40, latent)
        self.fc3 = nn.Linear(latent, 40)
        self.fc4 = nn.Linear(40, 64)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        mu, logvar = self.fc21(h), self.fc22(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu) if self.training else mu
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z)))), mu, logvar


model = VAE(args.latent)
optimizer = optim.Adam(model.parameters(), lr=args.lr)


def loss_function(recon_x, x, mu, logvar):
    BCE = F.binary_cross_entropy(recon_x, x, reduction='sum')
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return BCE, KLD


def train(epoch):
    model.train()
    train_loss = 0
    for data in train_loader:
        optimizer.zero_grad()
        recon, mu, logvar = model(data)
        bce, kld = loss_function(recon, data, mu, logvar)
        loss = bce + kld
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    print('====> Epoch: {} Average loss: {:.4f}'.format(epoch, train_loss / len(train_loader.dataset)))


def test(epoch):
    model.eval()
    test_bce, test_kld = 0, 0
    with torch.no_grad():
        for data in test_loader:
            recon, mu, logvar = model(data)
            bce, kld = loss_function(recon, data, mu, logvar)
            test_bce += bce.item()
            test_kld += kld.item()
    test_bce /= len(test_loader.dataset)
    test_kld /= len(test_loader.dataset)
    print('====> Test set reconstruction: {:.4f}, KL divergence: {:.4f}'.format(test_bce, test_kld))


if __name__ == "__main__":
    for epoch in range(1, args.epochs + 1):
        train(epoch)
        test(epoch)
