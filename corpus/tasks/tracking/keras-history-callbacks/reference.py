import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import mlflow
import numpy as np
from keras import layers

keras.utils.set_random_seed(812)

# two interleaved half circles
n = 600
t = np.random.uniform(0, np.pi, n)
x = np.concatenate([
    np.stack([np.cos(t), np.sin(t)], axis=1),
    np.stack([1 - np.cos(t), 0.4 - np.sin(t)], axis=1),
]) + np.random.normal(scale=0.15, size=(2 * n, 2))
y = np.concatenate([np.zeros(n), np.ones(n)])
order = np.random.permutation(2 * n)
x, y = x[order].astype("float32"), y[order].astype("float32")
x_train, y_train = x[:900], y[:900]
x_test, y_test = x[900:], y[900:]

model = keras.Sequential([
    keras.Input(shape=(2,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.02), loss="binary_crossentropy", metrics=["accuracy"])

mlflow.start_run()
mlflow.log_params({"learning_rate": 0.02, "batch_size": 64, "epochs": 6})
callbacks = [
    keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True),
    keras.callbacks.ModelCheckpoint("moons.keras", save_best_only=True),
]
history = model.fit(
    x_train, y_train, batch_size=64, epochs=6, validation_split=0.2, callbacks=callbacks, verbose=2
)
for epoch in range(len(history.history["loss"])):
    mlflow.log_metrics({name: values[epoch] for name, values in history.history.items()}, step=epoch)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
print("Test accuracy:", score[1])
mlflow.log_metrics({"test_loss": score[0], "test_accuracy": score[1]})
mlflow.log_artifact("moons.keras")
mlflow.end_run()
