import argparse

import optuna
import torch
import torch.nn.functional as F

from data import make_loaders
from model import Classifier
from options import get_options


def validate(model, loader):
    model.eval()
    loss = correct = count = 0
    with torch.no_grad():
        for tokens, labels in loader:
            logits = model(tokens)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            correct += (logits.argmax(1) == labels).sum().item()
            count += len(labels)
    return {"loss": loss / count, "acc": correct / count}


def main(opts, trial=None):
    torch.manual_seed(opts.seed)
    train_loader, valid_loader = make_loaders(opts)
    model = Classifier(opts)
    optimizer = torch.optim.Adam(model.parameters(), lr=opts.lr)

    step = 0
    for epoch in range(opts.num_epochs):
        model.train()
        for tokens, labels in train_loader:
            loss = F.cross_entropy(model(tokens), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if step % 10 == 0:
                print(f"step {step} loss {loss.item():.4f}")
        metrics = validate(model, valid_loader)
        print(f"epoch {epoch} valid loss {metrics['loss']:.4f} valid acc {metrics['acc']:.4f}")
        if trial is not None:
            trial.report(metrics["loss"], epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()
    torch.save(model.state_dict(), opts.save_path)
    return metrics["loss"]


def tune(opts):
    def objective(trial):
        tuned = argparse.Namespace(**vars(opts))
        tuned.embed_dim = trial.suggest_categorical("embed_dim", [8, 16, 32, 64, 128])
        tuned.num_heads = trial.suggest_categorical("num_heads", [1, 2, 4])
        tuned.dropout = trial.suggest_float("dropout", 0.0, 0.5)
        tuned.lr = trial.suggest_float("lr", 1e-4, 1e-2, log=True)
        tuned.batch_size = trial.suggest_categorical("batch_size", [8, 16, 32, 64, 128])
        return main(tuned, trial)

    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=opts.trials)
    print("best value", study.best_value)
    print("best parameters", study.best_params)


if __name__ == "__main__":
    options = get_options()
    if options.trials:
        tune(options)
    else:
        main(options)
