import nncf
import torch
import torch.nn as nn
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset, random_split

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
CONFIG = {"epochs": 3, "lr": 0.01, "batch_size": 64}


class SmallCNN(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1),
            nn.BatchNorm2d(12),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(2),
        )
        self.classifier = nn.Linear(96, num_classes)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def build_model():
    return SmallCNN()


def train_one_epoch(model, loader, optimizer, criterion):
    model.train()
    running_loss = 0.0
    for inputs, labels in loader:
        inputs, labels = inputs.to(DEVICE), labels.to(DEVICE)
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    return running_loss / len(loader)


@torch.no_grad()
def validate(model, loader):
    model.eval()
    correct = total = 0
    for inputs, labels in loader:
        outputs = model(inputs.to(DEVICE))
        correct += (outputs.argmax(1).cpu() == labels).sum().item()
        total += labels.size(0)
    return 100.0 * correct / total


if __name__ == "__main__":
    torch.manual_seed(99)
    digits = load_digits()
    dataset = TensorDataset(
        torch.tensor(digits.images / 16.0, dtype=torch.float32).unsqueeze(1), torch.tensor(digits.target)
    )
    train_set, val_set = random_split(dataset, [1400, 397], generator=torch.Generator().manual_seed(0))
    train_loader = DataLoader(train_set, batch_size=CONFIG["batch_size"], shuffle=True)
    val_loader = DataLoader(val_set, batch_size=256)

    model = build_model().to(DEVICE)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=CONFIG["lr"])
    for epoch in range(CONFIG["epochs"]):
        loss = train_one_epoch(model, train_loader, optimizer, criterion)
        acc = validate(model, val_loader)
        print(f"[{epoch + 1}/{CONFIG['epochs']}] loss: {loss:.3f} | val acc: {acc:.2f}%")
    torch.save(model.state_dict(), "model.pth")

    quantized = nncf.quantize(model, nncf.Dataset(train_loader, lambda batch: batch[0].to(DEVICE)))
    optimizer = torch.optim.Adam(quantized.parameters(), lr=CONFIG["lr"] / 10)
    loss = train_one_epoch(quantized, train_loader, optimizer, criterion)
    acc = validate(quantized, val_loader)
    print(f"quantised: loss: {loss:.3f} | val acc: {acc:.2f}%")
    torch.save(
        {"state_dict": quantized.state_dict(), "config": nncf.torch.get_config(quantized)}, "model_int8.pth"
    )
