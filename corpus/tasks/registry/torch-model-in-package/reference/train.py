import os

import mlflow
import torch
from mlflow.models import infer_signature
from torch import nn

from spiral import build_model, spirals

cfg = {"width": 32, "depth": 2, "lr": 0.02, "steps": 150, "seed": 9}
OUT_DIR = "checkpoints"


def fit(model, X, y):
    opt = torch.optim.AdamW(model.parameters(), lr=cfg["lr"])
    loss_fn = nn.CrossEntropyLoss()
    for step in range(1, cfg["steps"] + 1):
        opt.zero_grad(set_to_none=True)
        loss = loss_fn(model(X), y)
        loss.backward()
        opt.step()
        if step % 50 == 0:
            print(f"step {step:>4d} | loss {loss.item():.4f}")
    return model


def accuracy(model, X, y):
    with torch.inference_mode():
        return (model(X).argmax(-1) == y).float().mean().item()


def main():
    torch.manual_seed(cfg["seed"])
    X_train, y_train = spirals(480, seed=0)
    X_test, y_test = spirals(240, seed=1)
    model = fit(build_model(cfg), X_train, y_train)
    print(f"test accuracy {accuracy(model, X_test, y_test):.3f}")
    os.makedirs(OUT_DIR, exist_ok=True)
    torch.save({"cfg": cfg, "state_dict": model.state_dict()}, os.path.join(OUT_DIR, "last.ckpt"))

    model.eval()
    with torch.inference_mode():
        signature = infer_signature(X_test.numpy(), model(X_test).numpy())
    with mlflow.start_run():
        mlflow.pytorch.log_model(
            model,
            name="model",
            code_paths=["spiral"],
            signature=signature,
            input_example=X_test[:5].numpy(),
            registered_model_name="spiral-net",
        )


if __name__ == "__main__":
    main()
