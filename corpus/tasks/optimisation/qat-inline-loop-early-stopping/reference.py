import logging
import sys
from pathlib import Path

import nncf
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

logging.basicConfig(level=logging.INFO, format="[%(levelname)s] %(message)s", stream=sys.stdout)
LOGGER = logging.getLogger("forecast")

WINDOW = 24
PATIENCE = 2
MAX_EPOCHS = 12
QUANTISED_EPOCHS = 2


class Forecaster(nn.Module):
    """The next value of a series from a window of it."""

    def __init__(self, window=WINDOW, channels=8):
        super().__init__()
        self.conv = nn.Conv1d(1, channels, kernel_size=5, padding=2)
        self.act = nn.ReLU()
        self.fc = nn.Linear(channels * window, 1)

    def forward(self, x):
        return self.fc(self.act(self.conv(x)).flatten(1))


def series(n=1200):
    g = torch.Generator().manual_seed(0)
    t = torch.arange(n) / 12.0
    return torch.sin(t) + 0.5 * torch.sin(3.1 * t) + 0.1 * torch.randn(n, generator=g)


def windows():
    s = series()
    x = s.unfold(0, WINDOW, 1)[:-1].unsqueeze(1)
    y = s[WINDOW:].unsqueeze(1)
    return TensorDataset(x[:900], y[:900]), TensorDataset(x[900:], y[900:])


def main():
    torch.manual_seed(10)
    train_ds, valid_ds = windows()
    train_dl = DataLoader(train_ds, batch_size=50, shuffle=True)
    valid_dl = DataLoader(valid_ds, batch_size=100)
    model = Forecaster()
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    out = Path("weights")
    out.mkdir(exist_ok=True)

    best, waited = float("inf"), 0
    for epoch in range(MAX_EPOCHS):
        model.train()
        for x, y in train_dl:
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()

        model.eval()
        with torch.no_grad():
            valid_loss = sum(loss_fn(model(x), y).item() * len(x) for x, y in valid_dl) / len(valid_ds)
        LOGGER.info("epoch %d valid_loss %.5f", epoch, valid_loss)

        if valid_loss < best:
            best, waited = valid_loss, 0
            torch.save(model.state_dict(), out / "best.pt")
        else:
            waited += 1
            if waited > PATIENCE:
                LOGGER.info("no improvement for %d epochs, stopping", waited)
                break
    LOGGER.info("best valid_loss %.5f", best)

    model.eval()
    quantized = nncf.quantize(model, nncf.Dataset(train_dl, lambda batch: batch[0]))
    optimizer = torch.optim.Adam(quantized.parameters(), lr=5e-4)
    quantized.train()
    for epoch in range(QUANTISED_EPOCHS):
        for x, y in train_dl:
            optimizer.zero_grad()
            loss = loss_fn(quantized(x), y)
            loss.backward()
            optimizer.step()
    quantized.eval()
    torch.save(
        {"state_dict": quantized.state_dict(), "config": nncf.torch.get_config(quantized)}, out / "quantised.pt"
    )


if __name__ == "__main__":
    main()
