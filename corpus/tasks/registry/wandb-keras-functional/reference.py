import keras
import numpy as np
import wandb
from keras import layers

SEED = 21
keras.utils.set_random_seed(SEED)


def make_data(n):
    rng = np.random.default_rng(SEED)
    a = rng.normal(size=(n, 6)).astype("float32")
    b = rng.normal(size=(n, 3)).astype("float32")
    y = (a[:, 0] * b[:, 0] + a[:, 1] > 0).astype("float32")
    return a, b, y


def build():
    left = keras.Input(shape=(6,), name="profile")
    right = keras.Input(shape=(3,), name="session")
    x = layers.concatenate([layers.Dense(12, activation="relu")(left), layers.Dense(12, activation="relu")(right)])
    x = layers.Dense(12, activation="relu")(x)
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="click")(x))


a, b, y = make_data(600)
model = build()
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit([a[:480], b[:480]], y[:480], validation_data=([a[480:], b[480:]], y[480:]),
                    epochs=6, batch_size=32, verbose=0)

for i, (loss, acc) in enumerate(zip(history.history["val_loss"], history.history["val_accuracy"])):
    print("epoch {}: val_loss={:.4f} val_accuracy={:.4f}".format(i + 1, loss, acc))

model.save("click_model.keras")

with wandb.init(project="clicks") as run:
    artifact = wandb.Artifact("click-model", type="model")
    artifact.add_file("click_model.keras")
    run.log_artifact(artifact)
