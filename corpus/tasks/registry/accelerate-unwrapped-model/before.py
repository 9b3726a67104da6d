import argparse

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler
from torch.optim.lr_scheduler import LinearLR
from torch.utils.data import DataLoader, TensorDataset


class WineNet(torch.nn.Module):
    def __init__(self, hidden_dim):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(13, hidden_dim), torch.nn.GELU(), torch.nn.Linear(hidden_dim, 3)
        )

    def forward(self, features):
        return self.layers(features)


def get_dataloaders(batch_size):
    features, labels = load_wine(return_X_y=True)
    features = StandardScaler().fit_transform(features)
    dataset = TensorDataset(torch.tensor(features, dtype=torch.float32), torch.tensor(labels))
    train_set, eval_set = torch.utils.data.random_split(dataset, [140, 38])
    return DataLoader(train_set, shuffle=True, batch_size=batch_size), DataLoader(eval_set, batch_size=38)


def training_function(config, args):
    accelerator = Accelerator(cpu=True)
    set_seed(config["seed"])
    train_dataloader, eval_dataloader = get_dataloaders(config["batch_size"])
    model = WineNet(config["hidden_dim"]).to(accelerator.device)
    optimizer = torch.optim.AdamW(params=model.parameters(), lr=config["lr"])
    lr_scheduler = LinearLR(optimizer, 1.0, 0.2, total_iters=10)
    model, optimizer, train_dataloader, eval_dataloader, lr_scheduler = accelerator.prepare(
        model, optimizer, train_dataloader, eval_dataloader, lr_scheduler
    )

    for epoch in range(config["num_epochs"]):
        model.train()
        for features, labels in train_dataloader:
            loss = torch.nn.functional.cross_entropy(model(features), labels)
            accelerator.backward(loss)
            optimizer.step()
            lr_scheduler.step()
            optimizer.zero_grad()

        model.eval()
        correct = 0
        for features, labels in eval_dataloader:
            with torch.no_grad():
                outputs = model(features)
            predictions, references = accelerator.gather_for_metrics((outputs.argmax(dim=-1), labels))
            correct += (predictions == references).sum().item()
        accelerator.print(f"epoch {epoch}: {correct / 38:.3f}")

    accelerator.wait_for_everyone()
    if args.output_file is not None:
        accelerator.save(accelerator.unwrap_model(model).state_dict(), args.output_file)
    accelerator.end_training()


def main():
    parser = argparse.ArgumentParser(description="Simple example of a training script.")
    parser.add_argument("--output_file", type=str, default=None, help="Where to save the weights.")
    args = parser.parse_args()
    config = {"lr": 5e-3, "num_epochs": 4, "seed": 11, "batch_size": 20, "hidden_dim": 24}
    training_function(config, args)


if __name__ == "__main__":
    main()
