"""A random forest on the wine data: metrics, a confusion matrix, predictions and the model."""

import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import wandb
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, f1_score, log_loss
from sklearn.model_selection import train_test_split

CONFIG = {"n_estimators": 40, "max_depth": 4, "criterion": "gini", "random_state": 3}


def plot_confusion(targets, predictions, names):
    figure, axes = plt.subplots(figsize=(4, 4))
    ConfusionMatrixDisplay.from_predictions(
        targets, predictions, display_labels=names, ax=axes, colorbar=False
    )
    axes.set_title("Wine test set")
    return figure


def main():
    wandb.init(project="wine", name="forest", config=CONFIG, tags=["sklearn"])

    wine = load_wine()
    train_x, test_x, train_y, test_y = train_test_split(
        wine.data, wine.target, test_size=0.3, random_state=3, stratify=wine.target
    )
    model = RandomForestClassifier(**CONFIG).fit(train_x, train_y)
    probabilities = model.predict_proba(test_x)
    predictions = model.predict(test_x)

    wandb.log(
        {
            "accuracy": accuracy_score(test_y, predictions),
            "f1": f1_score(test_y, predictions, average="macro"),
            "log_loss": log_loss(test_y, probabilities),
        }
    )

    figure = plot_confusion(test_y, predictions, wine.target_names)
    wandb.log({"confusion_matrix": wandb.Image(figure)})
    plt.close(figure)

    table = wandb.Table(columns=["truth", "prediction", "confidence"])
    for truth, prediction, row in zip(test_y, predictions, probabilities):
        table.add_data(int(truth), int(prediction), round(float(row.max()), 4))
    wandb.log({"predictions": table})

    path = Path("forest.pkl")
    path.write_bytes(pickle.dumps(model))
    artifact = wandb.Artifact("forest", type="model")
    artifact.add_file(str(path))
    wandb.log_artifact(artifact)
    wandb.finish()


if __name__ == "__main__":
    main()
