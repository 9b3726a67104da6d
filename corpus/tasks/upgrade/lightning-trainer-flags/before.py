"""Fits a line with Lightning and stops early."""

import json

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping
from pytorch_lightning.core.lightning import LightningModule
from pytorch_lightning.utilities.seed import seed_everything
from torch.utils.data import DataLoader, TensorDataset

seed_everything(0)
inputs = torch.linspace(-1, 1, 32).unsqueeze(1)
loader = DataLoader(TensorDataset(inputs, 3 * inputs + 1), batch_size=8)


class Line(LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def training_step(self, batch, number):
        features, target = batch
        loss = torch.nn.functional.mse_loss(self.layer(features), target)
        self.log("loss", loss, on_step=False, on_epoch=True)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.3)


line = Line()
trainer = pl.Trainer(
    max_epochs=30,
    logger=False,
    checkpoint_callback=False,  # nothing is kept on disk
    terminate_on_nan=True,
    flush_logs_every_n_steps=50,
    enable_progress_bar=False,
    enable_model_summary=False,
    callbacks=[EarlyStopping("loss", patience=40, check_on_train_epoch_end=True)],
)
trainer.fit(line, loader)
print(
    json.dumps(
        {
            "epochs": trainer.current_epoch,
            "slope": round(float(line.layer.weight), 2),
            "kept": len(trainer.checkpoint_callbacks),
            "stops": [callback.monitor for callback in trainer.early_stopping_callbacks],
            "watches": bool(getattr(trainer, "_detect_anomaly", False)),
        }
    )
)
