import itertools

import mlflow

calls = itertools.count()


def report(loss, accuracy):
    mlflow.log_metrics({"loss": loss, "accuracy": accuracy}, step=next(calls))


def train(epochs):
    loss = 2.0
    for _ in range(epochs):
        loss = loss * 0.5
        report(loss, 1 - loss)
    return loss


def main():
    mlflow.start_run()
    mlflow.log_params({"epochs": 4, "rate": 0.5})
    loss = train(4)
    mlflow.log_metric("final", loss, step=4)
    print(f"final loss: {loss}")
    mlflow.end_run()


if __name__ == "__main__":
    main()
