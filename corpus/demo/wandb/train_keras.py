"""A dense Keras network on the digits of scikit-learn."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import wandb as wb
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class MetricsLogger(keras.callbacks.Callback):
    """Sends what Keras reports after each epoch to the run."""

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        wb.log({f"epoch/{name}": value for name, value in logs.items()}, step=epoch)


def build_model(hidden, dropout):
    return keras.Sequential(
        [
            keras.Input(shape=(64,)),
            keras.layers.Dense(hidden, activation="relu"),
            keras.layers.Dropout(dropout, seed=1),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def main():
    config = dict(epochs=4, batch_size=128, hidden=48, dropout=0.1, optimizer="adam")
    wb.init(project="digits", config=config, tags=["keras"], group="dense")
    keras.utils.set_random_seed(7)

    digits = load_digits()
    train_x, test_x, train_y, test_y = train_test_split(
        digits.data / 16.0, digits.target, test_size=0.2, random_state=7
    )

    model = build_model(config["hidden"], config["dropout"])
    model.compile(
        optimizer=config["optimizer"],
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        train_x,
        train_y,
        validation_data=(test_x, test_y),
        epochs=config["epochs"],
        batch_size=config["batch_size"],
        callbacks=[MetricsLogger()],
        verbose=0,
    )
    loss, accuracy = model.evaluate(test_x, test_y, verbose=0)
    wb.summary["test_loss"] = loss
    wb.summary["test_accuracy"] = accuracy
    print(f"test accuracy {accuracy:.3f}")
    wb.finish()


if __name__ == "__main__":
    main()
