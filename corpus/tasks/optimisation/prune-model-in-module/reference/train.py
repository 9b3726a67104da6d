import nncf
import torch
from torch import nn

from dataset import arm_loaders
from networks import Regressor

EPOCHS = 8
FINE_TUNING_EPOCHS = 2
LEARNING_RATE = 2e-3


def main():
    torch.manual_seed(4)
    train_loader, val_loader = arm_loaders()
    model = Regressor()
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

    for epoch in range(EPOCHS):
        model.train()
        train_loss = 0.0
        for hand, angles in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(hand), angles)
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * len(hand)

        model.eval()
        with torch.no_grad():
            val_loss = sum(criterion(model(h), a).item() for h, a in val_loader) / len(val_loader)
        print("Epoch {}/{} - loss: {:.5f} - val_loss: {:.5f}".format(
            epoch + 1, EPOCHS, train_loss / len(train_loader.dataset), val_loss))

    torch.save(model.state_dict(), "arm.pt")

    hand, _ = next(iter(val_loader))
    model = nncf.prune(model, nncf.PruneMode.UNSTRUCTURED_MAGNITUDE_LOCAL, ratio=0.4, examples_inputs=hand[:1])
    for epoch in range(FINE_TUNING_EPOCHS):
        model.train()
        for hand, angles in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(hand), angles)
            loss.backward()
            optimizer.step()
    model.eval()
    torch.save(
        {"state_dict": model.state_dict(), "config": nncf.torch.get_config(model)}, "arm_pruned.pt"
    )


if __name__ == "__main__":
    main()
