"""Trains a small network on digits and reports every epoch to an offline Comet experiment."""

import mlflow
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

settings = {"hidden": 24, "rate": 0.005, "epochs": 5}

mlflow.set_experiment("digits")
experiment = mlflow.start_run()
mlflow.set_tag("mlflow.runName", "small network")
mlflow.log_params(settings)
mlflow.log_params({"data_rows": 900, "data_scaled": True})
mlflow.set_tags({"digits": "true", "small": "true"})
mlflow.set_tag("author", "ada")

x, y = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(x[:900] / 16, y[:900], random_state=0)
network = MLPClassifier((settings["hidden"],), learning_rate_init=settings["rate"], random_state=0)
for epoch in range(settings["epochs"]):
    network.partial_fit(train_x, train_y, classes=range(10))
    loss = log_loss(train_y, network.predict_proba(train_x))
    accuracy = accuracy_score(test_y, network.predict(test_x))
    mlflow.log_metrics({"train_loss": loss}, step=epoch)
    mlflow.log_metric("test_accuracy", accuracy, step=epoch)
    print(f"epoch {epoch} train {loss:.4f} test {accuracy:.4f}")

with open("report.txt", "w") as file:
    file.write(f"accuracy {accuracy:.4f}\n")
mlflow.log_artifact("report.txt")
mlflow.end_run()
