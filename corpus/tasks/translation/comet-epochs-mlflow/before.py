"""Trains a small network on digits and reports every epoch to an offline Comet experiment."""

from comet_ml import OfflineExperiment
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

settings = {"hidden": 24, "rate": 0.005, "epochs": 5}

experiment = OfflineExperiment(project_name="digits", workspace="team", offline_directory="comet")
experiment.set_name("small network")
experiment.log_parameters(settings)
experiment.log_parameters({"rows": 900, "scaled": True}, prefix="data")
experiment.add_tags(["digits", "small"])
experiment.log_other("author", "ada")

x, y = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(x[:900] / 16, y[:900], random_state=0)
network = MLPClassifier((settings["hidden"],), learning_rate_init=settings["rate"], random_state=0)
for epoch in range(settings["epochs"]):
    network.partial_fit(train_x, train_y, classes=range(10))
    loss = log_loss(train_y, network.predict_proba(train_x))
    accuracy = accuracy_score(test_y, network.predict(test_x))
    experiment.log_metrics({"loss": loss}, prefix="train", epoch=epoch)
    experiment.log_metric("test_accuracy", accuracy, step=epoch)
    print(f"epoch {epoch} train {loss:.4f} test {accuracy:.4f}")

with open("report.txt", "w") as file:
    file.write(f"accuracy {accuracy:.4f}\n")
experiment.log_asset("report.txt")
experiment.end()
