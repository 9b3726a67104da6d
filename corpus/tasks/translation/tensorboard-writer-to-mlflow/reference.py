import mlflow

BATCHES = 3


def train(writer, epoch, weight):
    for batch in range(BATCHES):
        weight = weight * 0.75
        mlflow.log_metric("batch/loss", weight, step=epoch * BATCHES + batch)
    return weight


def validate(writer: mlflow.ActiveRun, epoch, weight):
    mlflow.log_metrics({"epoch/loss": weight, "epoch/accuracy": 1 - weight / 8}, step=epoch)


def main():
    writer = mlflow.start_run()
    mlflow.log_params({"batches": BATCHES, "rate": 0.75})
    weight = 8.0
    for epoch in range(2):
        weight = train(writer, epoch, weight)
        validate(writer, epoch, weight)
        print(f"epoch {epoch}: {weight}")
    mlflow.end_run()


if __name__ == "__main__":
    main()
