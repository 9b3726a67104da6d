import lightning as L
import torch
import torch.nn.functional as F
from sklearn.datasets import make_classification
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BATCH_SIZE = 50
MAX_EPOCHS = 4


class LitClassifier(L.LightningModule):
    def __init__(self, hidden_dim=32, lr=5e-3):
        super().__init__()
        self.save_hyperparameters()
        self.layers = nn.Sequential(nn.Linear(20, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, 3))

    def forward(self, x):
        return self.layers(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        self.log("val_loss", F.cross_entropy(logits, y))
        self.log("val_acc", (logits.argmax(dim=1) == y).float().mean())

    def on_train_epoch_end(self):
        metrics = self.trainer.callback_metrics
        print(f"epoch {self.current_epoch}: train_loss={metrics['train_loss']:.4f} "
              f"val_loss={metrics['val_loss']:.4f} val_acc={metrics['val_acc']:.4f}")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def main():
    L.seed_everything(2024)
    X, y = make_classification(
        n_samples=900, n_features=20, n_informative=8, n_classes=3, random_state=2024
    )
    X, y = torch.tensor(X, dtype=torch.float32), torch.tensor(y)
    train_loader = DataLoader(TensorDataset(X[:700], y[:700]), batch_size=BATCH_SIZE, shuffle=True)
    val_loader = DataLoader(TensorDataset(X[700:], y[700:]), batch_size=BATCH_SIZE)

    model = LitClassifier()
    trainer = L.Trainer(max_epochs=MAX_EPOCHS, accelerator="cpu", enable_progress_bar=False)
    trainer.fit(model, train_loader, val_loader)


if __name__ == "__main__":
    main()
