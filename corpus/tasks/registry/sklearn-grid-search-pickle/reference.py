import pickle
import warnings

import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import classification_report
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

warnings.filterwarnings("ignore")


def run(output="svm.pkl"):
    data = load_breast_cancer(as_frame=True)
    X_train, X_test, y_train, y_test = train_test_split(
        data.data, data.target, test_size=0.2, random_state=1, stratify=data.target
    )
    pipe = make_pipeline(StandardScaler(), SVC(gamma="scale"))
    param_grid = {"svc__C": [0.001, 0.1, 10.0], "svc__kernel": ["linear", "rbf"]}
    search = GridSearchCV(pipe, param_grid, cv=3, scoring="accuracy")
    search.fit(X_train, y_train)
    print("Best parameters:", search.best_params_)
    print("Best CV accuracy: {:.4f}".format(search.best_score_))

    best = search.best_estimator_
    print(classification_report(y_test, best.predict(X_test), digits=3))
    with open(output, "wb") as f:
        pickle.dump(best, f)

    with mlflow.start_run():
        mlflow.sklearn.log_model(
            best,
            name="model",
            signature=infer_signature(X_test, best.predict(X_test)),
            input_example=X_test.head(),
            serialization_format="cloudpickle",
            registered_model_name="cancer-svm",
        )


run()
