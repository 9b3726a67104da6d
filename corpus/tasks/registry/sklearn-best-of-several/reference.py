import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier


def make_models():
    return {
        "logreg": LogisticRegression(max_iter=500),
        "knn": KNeighborsClassifier(n_neighbors=7),
        "extra_trees": ExtraTreesClassifier(n_estimators=80, random_state=5),
        "tree": DecisionTreeClassifier(max_depth=3, random_state=5),
    }


if __name__ == "__main__":
    X, y = make_classification(
        n_samples=900, n_features=12, n_informative=6, n_classes=3, class_sep=1.1, random_state=11
    )
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=11)

    best_model, best_score = None, 0.0
    for name, model in make_models().items():
        model.fit(X_train, y_train)
        score = model.score(X_test, y_test)
        print("%-12s %.4f" % (name, score))
        if score > best_score:
            best_model, best_score = model, score

    print("winner: %s (%.4f)" % (type(best_model).__name__, best_score))

    with mlflow.start_run():
        mlflow.sklearn.log_model(
            best_model,
            name="model",
            signature=infer_signature(X_test, best_model.predict(X_test)),
            input_example=X_test[:5],
            serialization_format="cloudpickle",
            registered_model_name="best-classifier",
        )
