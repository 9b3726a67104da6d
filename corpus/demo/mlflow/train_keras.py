"""A Keras regression with a callback that logs to MLflow."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import mlflow
from sklearn.datasets import make_friedman1
from sklearn.preprocessing import StandardScaler

PARAMS = {"units": 32, "epochs": 5, "batch_size": 50, "learning_rate": 0.01}


class TrackingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        for name, value in (logs or {}).items():
            mlflow.log_metric(name, value, step=epoch)


def build_model():
    model = keras.Sequential(
        [
            keras.Input(shape=(10,)),
            keras.layers.Dense(PARAMS["units"], activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(PARAMS["learning_rate"]), loss="mse", metrics=["mae"])
    return model


def main():
    keras.utils.set_random_seed(13)
    inputs, targets = make_friedman1(n_samples=500, noise=0.3, random_state=13)
    inputs = StandardScaler().fit_transform(inputs)
    model = build_model()

    mlflow.set_experiment("friedman")
    with mlflow.start_run(run_name="dense") as run:
        print("run", run.info.run_id)
        mlflow.log_params(PARAMS)
        mlflow.log_param("backend", keras.backend.backend())
        model.fit(
            inputs[:400],
            targets[:400],
            validation_data=(inputs[400:], targets[400:]),
            epochs=PARAMS["epochs"],
            batch_size=PARAMS["batch_size"],
            callbacks=[TrackingCallback()],
            verbose=0,
        )
        mlflow.log_text("\n".join(layer.name for layer in model.layers), "layers.txt")


if __name__ == "__main__":
    main()
