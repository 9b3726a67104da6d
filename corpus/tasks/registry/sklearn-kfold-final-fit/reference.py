import mlflow
import numpy as np
from mlflow.models import infer_signature
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

N_FOLDS = 4
SEED = 2


def cross_validate(model, X, y):
    folds = StratifiedKFold(n_splits=N_FOLDS, shuffle=True, random_state=SEED)
    scores = []
    for fold, (train_idx, valid_idx) in enumerate(folds.split(X, y)):
        fold_model = clone(model)
        fold_model.fit(X[train_idx], y[train_idx])
        acc = fold_model.score(X[valid_idx], y[valid_idx])
        print(f"Fold {fold}: accuracy = {acc:.4f}")
        scores.append(acc)
    return np.array(scores)


def main():
    X, y = load_iris(return_X_y=True)
    model = Pipeline(
        [
            ("scale", MinMaxScaler()),
            ("mlp", MLPClassifier(hidden_layer_sizes=(16,), max_iter=150, learning_rate_init=0.03, random_state=SEED)),
        ]
    )
    scores = cross_validate(model, X, y)
    print(f"CV accuracy: {scores.mean():.4f} +/- {scores.std():.4f}")

    # the model that goes to production sees all the data
    final_model = clone(model)
    final_model.fit(X, y)
    print(f"Training accuracy of the final model: {final_model.score(X, y):.4f}")

    with mlflow.start_run():
        mlflow.sklearn.log_model(
            final_model,
            name="model",
            signature=infer_signature(X, final_model.predict(X)),
            input_example=X[:5],
            serialization_format="cloudpickle",
            registered_model_name="iris",
        )


main()
