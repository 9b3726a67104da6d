import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import make_regression
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.model_selection import train_test_split


def train(alpha=0.3, l1_ratio=0.4):
    X, y = make_regression(n_samples=400, n_features=10, n_informative=5, noise=12.0, random_state=4)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=4)

    mlflow.set_experiment("elasticnet")
    with mlflow.start_run(run_name="baseline"):
        mlflow.log_params({"alpha": alpha, "l1_ratio": l1_ratio})
        lr = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, random_state=42)
        lr.fit(X_train, y_train)
        predicted = lr.predict(X_test)
        rmse = mean_squared_error(y_test, predicted) ** 0.5
        mae = mean_absolute_error(y_test, predicted)
        mlflow.log_metrics({"rmse": rmse, "mae": mae})
        mlflow.sklearn.log_model(
            lr,
            name="model",
            signature=infer_signature(X_test, predicted),
            input_example=X_test[:5],
            serialization_format="cloudpickle",
            registered_model_name="elasticnet",
        )
        print(f"ElasticNet(alpha={alpha}, l1_ratio={l1_ratio}): RMSE {rmse:.3f}, MAE {mae:.3f}")


if __name__ == "__main__":
    train()
