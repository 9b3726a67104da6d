"""One run for each of a few classifiers on the digits."""

import mlflow
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

MODELS = {
    "naive-bayes": GaussianNB(),
    "tree": DecisionTreeClassifier(max_depth=8, random_state=1),
    "logistic": LogisticRegression(C=0.1, max_iter=500),
}


def score(targets, predictions):
    return {
        "accuracy": accuracy_score(targets, predictions),
        "precision": precision_score(targets, predictions, average="macro"),
        "recall": recall_score(targets, predictions, average="macro"),
    }


def main():
    digits = load_digits()
    train_x, test_x, train_y, test_y = train_test_split(
        digits.data / 16.0, digits.target, test_size=0.3, random_state=1
    )

    mlflow.set_experiment("digits-comparison")
    for name, model in MODELS.items():
        with mlflow.start_run(run_name=name):
            mlflow.set_tag("model", type(model).__name__)
            mlflow.log_params(model.get_params())
            model.fit(train_x, train_y)
            metrics = score(test_y, model.predict(test_x))
            mlflow.log_metrics(metrics)
            print(f"{name}: {metrics['accuracy']:.3f}")


if __name__ == "__main__":
    main()
