import click
import torch
import torch.nn.functional as F
from torch import nn
from tqdm import trange

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}


def rings(n):
    y = torch.arange(n) % 2
    radius = 0.6 + 0.5 * y + 0.12 * torch.randn(n)
    angle = 6.28318 * torch.rand(n)
    return torch.stack((radius * angle.cos(), radius * angle.sin()), 1), y.float()


@click.command()
@click.option("--lr", default=0.02, show_default=True, help="Learning rate.")
@click.option("--width", default=16, show_default=True, help="Units per hidden layer.")
@click.option("--depth", default=2, show_default=True, help="Hidden layers.")
@click.option("--activation", type=click.Choice(list(ACTIVATIONS)), default="relu", show_default=True)
@click.option("--batch-size", default=32, show_default=True)
@click.option("--label-smoothing", default=0.05, show_default=True, help="Share taken from the true label.")
@click.option("--epochs", default=6, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--quiet/--verbose", default=False, help="Only print the final line.")
def main(lr, width, depth, activation, batch_size, label_smoothing, epochs, seed, quiet):
    """Tell two rings apart."""
    torch.manual_seed(seed)
    x_train, y_train = rings(320)
    x_valid, y_valid = rings(160)

    layers = []
    for i in range(depth):
        layers += [nn.Linear(2 if i == 0 else width, width), ACTIVATIONS[activation]()]
    model = nn.Sequential(*layers, nn.Linear(width, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    with trange(epochs, disable=quiet) as progress:
        for epoch in progress:
            model.train()
            for rows in torch.randperm(len(x_train)).split(batch_size):
                target = y_train[rows] * (1 - label_smoothing) + 0.5 * label_smoothing
                loss = F.binary_cross_entropy_with_logits(model(x_train[rows]).squeeze(1), target)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                logits = model(x_valid).squeeze(1)
                valid_loss = F.binary_cross_entropy_with_logits(logits, y_valid).item()
                valid_acc = ((logits > 0) == (y_valid > 0.5)).float().mean().item()
            progress.set_postfix(loss=f"{valid_loss:.3f}", acc=f"{valid_acc:.3f}")
            if not quiet:
                click.echo(f"epoch={epoch} valid_loss={valid_loss:.5f} valid_acc={valid_acc:.4f}")

    click.secho(f"final: valid_loss={valid_loss:.5f} valid_acc={valid_acc:.4f}", fg="green")


if __name__ == "__main__":
    main()
