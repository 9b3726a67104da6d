import argparse

import nncf
import torch
from accelerate import Accelerator
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, TensorDataset


class Tagger(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.conv1 = nn.Conv1d(4, hidden, 5, padding=2)
        self.conv2 = nn.Conv1d(hidden, hidden, 5, padding=2)
        self.head = nn.Linear(hidden, 3)

    def forward(self, signal):
        x = torch.relu(self.conv1(signal))
        x = torch.relu(self.conv2(x))
        return self.head(x.amax(dim=2))


def make_signals(count, seed):
    generator = torch.Generator().manual_seed(seed)
    kinds = torch.randint(0, 3, (count,), generator=generator)
    time = torch.linspace(0, 1, 32)
    waves = torch.sin(2 * torch.pi * (2 + 3 * kinds)[:, None] * time)
    noise = 0.4 * torch.randn(count, 4, 32, generator=generator)
    return TensorDataset(waves[:, None, :] + noise, kinds)


def training_function(config):
    accelerator = Accelerator(cpu=True)
    torch.manual_seed(config["seed"])
    train_dl = DataLoader(make_signals(480, 1), batch_size=config["batch_size"], shuffle=True)
    eval_dl = DataLoader(make_signals(240, 2), batch_size=60)
    model = Tagger()
    optimizer = AdamW(model.parameters(), lr=config["lr"])
    scheduler = OneCycleLR(optimizer, max_lr=config["lr"], epochs=config["num_epochs"], steps_per_epoch=len(train_dl))
    model, optimizer, train_dl, eval_dl, scheduler = accelerator.prepare(
        model, optimizer, train_dl, eval_dl, scheduler
    )
    for epoch in range(config["num_epochs"]):
        model.train()
        for step, (signals, kinds) in enumerate(train_dl):
            outputs = model(signals)
            loss = nn.functional.cross_entropy(outputs, kinds)
            accelerator.backward(loss)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()

        model.eval()
        right = 0
        for signals, kinds in eval_dl:
            with torch.no_grad():
                right += (model(signals).argmax(1) == kinds).sum().item()
        accelerator.print(f"epoch {epoch}: accuracy {right / 240:.3f}")
    torch.save(accelerator.unwrap_model(model).state_dict(), config["output"])
    prune(accelerator, accelerator.unwrap_model(model), train_dl, config)


def prune(accelerator, model, train_dl, config):
    signals, _ = next(iter(train_dl))
    pruned = nncf.prune(
        model.eval(), nncf.PruneMode.UNSTRUCTURED_MAGNITUDE_GLOBAL, ratio=0.6, examples_inputs=signals
    )
    pruned, optimizer = accelerator.prepare(pruned, AdamW(pruned.parameters(), lr=config["lr"] / 10))
    pruned.train()
    for epoch in range(2):
        for signals, kinds in train_dl:
            loss = nn.functional.cross_entropy(pruned(signals), kinds)
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
    pruned = accelerator.unwrap_model(pruned).eval()
    torch.save(
        {"state_dict": pruned.state_dict(), "nncf_config": nncf.torch.get_config(pruned)}, "tagger_pruned.pt"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", default="tagger.pt")
    parser.add_argument("--num_epochs", type=int, default=4)
    args = parser.parse_args()
    config = {"lr": 0.004, "batch_size": 40, "seed": 8, **vars(args)}
    training_function(config)


if __name__ == "__main__":
    main()
