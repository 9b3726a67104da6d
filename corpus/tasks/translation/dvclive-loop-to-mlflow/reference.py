import mlflow

PARAMS = {"epochs": 4, "rate": 0.5}

with mlflow.start_run() as live:
    mlflow.log_params(PARAMS)
    error = 16.0
    for epoch in range(PARAMS["epochs"]):
        error = error * PARAMS["rate"]
        for name, value in {"error": error, "score": 16 - error}.items():
            mlflow.log_metric(name, value, step=epoch)
    print(f"error: {error}")
