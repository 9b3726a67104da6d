import mlflow
import numpy as np
import torch
import torch.nn as nn
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

K_FOLDS = 3
EPOCHS = 4
BATCH_SIZE = 32
LEARNING_RATE = 0.003
DROPOUT = 0.2
SEED = 42

mlflow.start_run()
mlflow.log_params({
    "k_folds": K_FOLDS, "epochs": EPOCHS, "batch_size": BATCH_SIZE, "learning_rate": LEARNING_RATE,
    "dropout": DROPOUT, "seed": SEED,
})

torch.manual_seed(SEED)
data = load_breast_cancer()
X, y = data.data, data.target

fold_scores = []
kfold = StratifiedKFold(n_splits=K_FOLDS, shuffle=True, random_state=SEED)

for fold, (train_idx, val_idx) in enumerate(kfold.split(X, y)):
    print(f"FOLD {fold + 1}")
    print("--------------------------------")
    scaler = StandardScaler().fit(X[train_idx])
    X_train = torch.tensor(scaler.transform(X[train_idx]), dtype=torch.float32)
    X_val = torch.tensor(scaler.transform(X[val_idx]), dtype=torch.float32)
    y_train = torch.tensor(y[train_idx], dtype=torch.float32).unsqueeze(1)
    y_val = torch.tensor(y[val_idx], dtype=torch.float32).unsqueeze(1)

    model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    loss_fn = nn.BCEWithLogitsLoss()

    for epoch in range(EPOCHS):
        model.train()
        permutation = torch.randperm(len(X_train))
        total_loss = 0
        for i in range(0, len(X_train), BATCH_SIZE):
            batch = permutation[i:i + BATCH_SIZE]
            optimizer.zero_grad()
            loss = loss_fn(model(X_train[batch]), y_train[batch])
            loss.backward()
            optimizer.step()
            total_loss += loss.item() * len(batch)
        total_loss /= len(X_train)

        model.eval()
        with torch.no_grad():
            val_acc = ((model(X_val) > 0) == (y_val > 0.5)).float().mean().item()
        print(f"Fold {fold + 1} | Epoch {epoch + 1}/{EPOCHS} | Loss {total_loss:.4f} | Val acc {val_acc:.2%}")
        mlflow.log_metrics({"loss": total_loss, "val_acc": val_acc}, step=fold * EPOCHS + epoch)

    fold_scores.append(val_acc)
    torch.save(model.state_dict(), f"model_fold_{fold + 1}.pt")
    mlflow.log_artifact(f"model_fold_{fold + 1}.pt")

print(f"Mean accuracy: {np.mean(fold_scores):.4f} +- {np.std(fold_scores):.4f}")
mlflow.log_metrics({
    "mean_accuracy": np.mean(fold_scores), "std_accuracy": np.std(fold_scores),
})
mlflow.end_run()
