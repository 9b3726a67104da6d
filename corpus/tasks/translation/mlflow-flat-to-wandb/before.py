import mlflow

mlflow.set_experiment("growth")
with mlflow.start_run(run_name="flat"):
    mlflow.log_param("rate", 0.25)
    mlflow.log_params({"years": 5, "start": 8.0})
    size = 8.0
    for year in range(5):
        size = size * 1.25
        mlflow.log_metric("size", size, step=year)
        mlflow.log_metric("growth/absolute", size - size / 1.25, step=year)
    print(f"size after five years: {size}")
