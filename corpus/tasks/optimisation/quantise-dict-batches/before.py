import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class ShapesDataset(Dataset):
    """Squares and crosses on a noisy 12x12 canvas."""

    def __init__(self, size, seed):
        rng = np.random.default_rng(seed)
        self.samples = []
        for _ in range(size):
            label = int(rng.integers(0, 2))
            canvas = 0.2 * rng.random((12, 12), dtype=np.float32)
            row, column = rng.integers(0, 7, 2)
            if label:
                canvas[row : row + 5, column + 2] += 0.8
                canvas[row + 2, column : column + 5] += 0.8
            else:
                canvas[row : row + 5, column] += 0.8
                canvas[row : row + 5, column + 4] += 0.8
                canvas[row, column : column + 5] += 0.8
                canvas[row + 4, column : column + 5] += 0.8
            self.samples.append((canvas, label))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        canvas, label = self.samples[index]
        return {"image": torch.from_numpy(canvas)[None], "label": torch.tensor(label)}


class ShapeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3), nn.ReLU(), nn.Flatten()
        )
        self.classifier = nn.Linear(8 * 4 * 4, 2)

    def forward(self, image):
        return self.classifier(self.features(image))


def run_epoch(net, loader, criterion, optimizer=None):
    net.train(optimizer is not None)
    losses, hits, seen = [], 0, 0
    with torch.set_grad_enabled(optimizer is not None):
        for batch in loader:
            logits = net(batch["image"])
            loss = criterion(logits, batch["label"])
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
            hits += (logits.argmax(1) == batch["label"]).sum().item()
            seen += len(batch["label"])
    return sum(losses) / len(losses), hits / seen


def main():
    torch.manual_seed(11)
    train_dl = DataLoader(ShapesDataset(480, seed=0), batch_size=32, shuffle=True)
    valid_dl = DataLoader(ShapesDataset(160, seed=1), batch_size=80)
    net = ShapeNet()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
    for epoch in range(4):
        train_loss, _ = run_epoch(net, train_dl, criterion, optimizer)
        valid_loss, valid_acc = run_epoch(net, valid_dl, criterion)
        print("epoch %d train %.4f valid %.4f acc %.3f" % (epoch, train_loss, valid_loss, valid_acc))


if __name__ == "__main__":
    main()
