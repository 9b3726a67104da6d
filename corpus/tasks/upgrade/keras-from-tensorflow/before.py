"""Trains a small network from batches."""

import json
import os

os.environ["KERAS_BACKEND"] = "torch"

import numpy as np
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras.layers import Dense
from tensorflow.keras.optimizers import SGD

keras.utils.set_random_seed(0)
features = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
target = features @ np.array([[1.0], [-2.0], [0.5]], dtype="float32")


def batches():
    while True:
        for start in range(0, 64, 16):
            yield features[start : start + 16], target[start : start + 16]


model = keras.Sequential([keras.Input((3,)), Dense(1, use_bias=False)])
model.compile(optimizer=SGD(lr=0.1), loss="mse")
history = model.fit_generator(batches(), steps_per_epoch=4, epochs=20, verbose=0)
error = float(K.mean(K.square(model.predict(features, verbose=0) - target)))
rate = float(model.optimizer.learning_rate)
print(json.dumps({"epochs": len(history.history["loss"]), "small": error < 0.01, "rate": round(rate, 4)}))
