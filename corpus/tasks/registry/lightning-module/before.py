import warnings

import lightning as L
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

warnings.filterwarnings("ignore")


class LitAutoEncoder(L.LightningModule):
    def __init__(self, n_features=20, bottleneck=4, lr=1e-2):
        super().__init__()
        self.lr = lr
        self.encoder = nn.Sequential(nn.Linear(n_features, 16), nn.ReLU(), nn.Linear(16, bottleneck))
        self.decoder = nn.Sequential(nn.Linear(bottleneck, 16), nn.ReLU(), nn.Linear(16, n_features))

    def forward(self, x):
        return self.decoder(self.encoder(x))

    def training_step(self, batch, batch_idx):
        (x,) = batch
        return F.mse_loss(self(x), x)

    def validation_step(self, batch, batch_idx):
        (x,) = batch
        self.log("val_loss", F.mse_loss(self(x), x))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)


def make_loaders():
    basis = torch.randn(4, 20)
    data = torch.randn(512, 4) @ basis + 0.1 * torch.randn(512, 20)
    train, val = TensorDataset(data[:448]), TensorDataset(data[448:])
    return DataLoader(train, batch_size=32, shuffle=True), DataLoader(val, batch_size=64)


def main():
    L.seed_everything(1, verbose=False)
    train_loader, val_loader = make_loaders()
    autoencoder = LitAutoEncoder()
    trainer = L.Trainer(
        max_epochs=5,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(autoencoder, train_loader, val_loader)
    print("validation loss: {:.4f}".format(trainer.callback_metrics["val_loss"].item()))


if __name__ == "__main__":
    main()
