import keras
import mlflow
import numpy as np
from keras import layers
from mlflow.models import infer_signature
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(812)

wine = load_wine()
x_train, x_test, y_train, y_test = train_test_split(wine.data, wine.target, test_size=0.3, random_state=7)
scaler = StandardScaler()
x_train = scaler.fit_transform(x_train).astype(np.float32)
x_test = scaler.transform(x_test).astype(np.float32)

batch_size = 16
epochs = 8

model = keras.Sequential(
    [
        keras.Input(shape=(13,)),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, validation_split=0.1, verbose=0)

score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss: %.4f" % score[0])
print("Test accuracy: %.4f" % score[1])

model.save("wine.keras")

with mlflow.start_run():
    mlflow.keras.log_model(
        model,
        name="model",
        signature=infer_signature(x_test, model.predict(x_test, verbose=0)),
        registered_model_name="wine",
    )
