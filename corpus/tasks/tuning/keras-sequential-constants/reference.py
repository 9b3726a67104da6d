import argparse
import os
os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import optuna
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

BATCH_SIZE = 64
EPOCHS = 4
LEARNING_RATE = 0.002
UNITS = 16
DROPOUT = 0.3

X, y = load_breast_cancer(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.3, random_state=0, stratify=y)
scaler = StandardScaler().fit(X_train)
X_train, X_val = scaler.transform(X_train), scaler.transform(X_val)


class ReportToTrial(keras.callbacks.Callback):
    def __init__(self, trial):
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch, logs=None):
        self.trial.report(logs["val_loss"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned()


def train(batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE, units=UNITS, dropout=DROPOUT, trial=None):
    keras.utils.set_random_seed(42)

    model = keras.Sequential([
        layers.Input((30,)),
        layers.Dense(units, activation="relu"),
        layers.Dropout(dropout),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )

    history = model.fit(
        X_train, y_train,
        batch_size=batch_size,
        epochs=EPOCHS,
        validation_data=(X_val, y_val),
        callbacks=[ReportToTrial(trial)] if trial is not None else None,
        verbose=0,
    )

    print("val_loss: {:.5f}".format(history.history["val_loss"][-1]))
    print("val_accuracy: {:.4f}".format(history.history["val_accuracy"][-1]))
    return history.history["val_loss"][-1]


def objective(trial):
    return train(
        batch_size=trial.suggest_categorical("batch_size", [16, 32, 64, 128, 256]),
        learning_rate=trial.suggest_float("learning_rate", LEARNING_RATE / 10, LEARNING_RATE * 10, log=True),
        units=trial.suggest_categorical("units", [4, 8, 16, 32, 64]),
        dropout=trial.suggest_float("dropout", 0.0, 0.6),
        trial=trial,
    )


parser = argparse.ArgumentParser()
parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
args = parser.parse_args()

if args.trials:
    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=args.trials)
    print("best value: {:.5f}".format(study.best_value))
    print("best parameters:", study.best_params)
else:
    train()
