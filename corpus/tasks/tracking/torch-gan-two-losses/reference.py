import argparse
import os
import numpy as np
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import mlflow

import torch
import torch.nn as nn

os.makedirs('images', exist_ok=True)

parser = argparse.ArgumentParser()
parser.add_argument('--n_epochs', type=int, default=4, help='number of epochs of training')
parser.add_argument('--batch_size', type=int, default=50, help='size of the batches')
parser.add_argument('--lr', type=float, default=0.0005, help='adam: learning rate')
parser.add_argument('--b1', type=float, default=0.5, help='adam: decay of first order momentum of gradient')
parser.add_argument('--b2', type=float, default=0.999, help='adam: decay of first order momentum of gradient')
parser.add_argument('--latent_dim', type=int, default=5, help='dimensionality of the latent space')
parser.add_argument('--sample_interval', type=int, default=2, help='epochs between sampled pictures')
opt = parser.parse_args()
print(opt)

mlflow.start_run()
mlflow.log_params(vars(opt))

torch.manual_seed(0)
np.random.seed(0)


def ring(count):
    angle = np.random.uniform(0, 2 * np.pi, count)
    radius = 2 + 0.1 * np.random.randn(count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).astype('float32')


class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()
        self.model = nn.Sequential(nn.Linear(opt.latent_dim, 32), nn.LeakyReLU(0.2), nn.Linear(32, 2))

    def forward(self, z):
        return self.model(z)


class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Sigmoid())

    def forward(self, points):
        return self.model(points)


adversarial_loss = nn.BCELoss()
generator = Generator()
discriminator = Discriminator()

dataloader = torch.utils.data.DataLoader(torch.from_numpy(ring(500)), batch_size=opt.batch_size, shuffle=True)

optimizer_G = torch.optim.Adam(generator.parameters(), lr=opt.lr, betas=(opt.b1, opt.b2))
optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=opt.lr, betas=(opt.b1, opt.b2))

# ----------
#  Training
# ----------

for epoch in range(opt.n_epochs):
    for i, real_points in enumerate(dataloader):
        valid = torch.ones(real_points.size(0), 1)
        fake = torch.zeros(real_points.size(0), 1)

        optimizer_G.zero_grad()
        z = torch.randn(real_points.size(0), opt.latent_dim)
        gen_points = generator(z)
        g_loss = adversarial_loss(discriminator(gen_points), valid)
        g_loss.backward()
        optimizer_G.step()

        optimizer_D.zero_grad()
        real_loss = adversarial_loss(discriminator(real_points), valid)
        fake_loss = adversarial_loss(discriminator(gen_points.detach()), fake)
        d_loss = (real_loss + fake_loss) / 2
        d_loss.backward()
        optimizer_D.step()

        print(
            "[Epoch %d/%d] [Batch %d/%d] [D loss: %f] [G loss: %f]"
            % (epoch, opt.n_epochs, i, len(dataloader), d_loss.item(), g_loss.item())
        )
        mlflow.log_metrics({"d_loss": d_loss.item(), "g_loss": g_loss.item()}, step=epoch * len(dataloader) + i)

    if (epoch + 1) % opt.sample_interval == 0:
        points = generator(torch.randn(200, opt.latent_dim)).detach().numpy()
        plt.figure(figsize=(3, 3))
        plt.scatter(points[:, 0], points[:, 1], s=3)
        plt.savefig('images/%d.png' % (epoch + 1))
        plt.close()
        mlflow.log_artifact('images/%d.png' % (epoch + 1))

torch.save(generator.state_dict(), 'generator.pt')
mlflow.log_artifact('generator.pt')
mlflow.end_run()
