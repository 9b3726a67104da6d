import os
os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
from keras import layers
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

BATCH_SIZE = 64
EPOCHS = 4
LEARNING_RATE = 0.002
UNITS = 16
DROPOUT = 0.3

keras.utils.set_random_seed(42)

X, y = load_breast_cancer(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.3, random_state=0, stratify=y)
scaler = StandardScaler().fit(X_train)
X_train, X_val = scaler.transform(X_train), scaler.transform(X_val)

model = keras.Sequential([
    layers.Input((30,)),
    layers.Dense(UNITS, activation="relu"),
    layers.Dropout(DROPOUT),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=LEARNING_RATE),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)

history = model.fit(
    X_train, y_train,
    batch_size=BATCH_SIZE,
    epochs=EPOCHS,
    validation_data=(X_val, y_val),
    verbose=0,
)

print("val_loss: {:.5f}".format(history.history["val_loss"][-1]))
print("val_accuracy: {:.4f}".format(history.history["val_accuracy"][-1]))
