"""Classify digits with a small functional Keras model."""
import argparse

import keras
import numpy as np
import optuna
from keras import layers
from sklearn.datasets import load_digits


def load_data():
    digits = load_digits()
    images = (digits.images / 16.0).astype("float32")[..., np.newaxis]
    return (images[:900], digits.target[:900]), (images[900:1300], digits.target[900:1300])


def build_model(filters, dense_units, l2, learning_rate):
    inputs = keras.Input(shape=(8, 8, 1))
    x = layers.Conv2D(filters, 3, activation="relu")(inputs)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(dense_units, activation="relu", kernel_regularizer=keras.regularizers.L2(l2))(x)
    outputs = layers.Dense(10, activation="softmax")(x)
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def train(args):
    keras.utils.set_random_seed(7)
    (x_train, y_train), (x_test, y_test) = load_data()
    model = build_model(args.filters, args.dense_units, args.l2, args.learning_rate)
    callbacks = [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=args.patience, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint("digits.keras", save_best_only=True),
    ]
    model.fit(
        x_train,
        y_train,
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_split=0.2,
        callbacks=callbacks,
        verbose=0,
    )

    test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"Test loss: {test_loss:.4f}")
    print(f"Test accuracy: {test_accuracy:.4f}")
    return test_accuracy


def tune(args):
    def objective(trial):
        tuned = argparse.Namespace(**vars(args))
        tuned.filters = trial.suggest_categorical("filters", [2, 4, 8, 16, 32])
        tuned.dense_units = trial.suggest_int("dense_units", 8, 128, log=True)
        tuned.l2 = trial.suggest_float("l2", 1e-5, 1e-3, log=True)
        tuned.learning_rate = trial.suggest_float("learning_rate", 3e-4, 3e-2, log=True)
        tuned.batch_size = trial.suggest_categorical("batch_size", [16, 32, 64, 128, 256])
        return train(tuned)

    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=args.trials)
    print(f"Best value: {study.best_value:.4f}")
    print(f"Best parameters: {study.best_params}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filters", type=int, default=8)
    parser.add_argument("--dense-units", type=int, default=32)
    parser.add_argument("--l2", type=float, default=1e-4)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--patience", type=int, default=2)
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    args = parser.parse_args()

    if args.trials:
        tune(args)
    else:
        train(args)


if __name__ == "__main__":
    main()
