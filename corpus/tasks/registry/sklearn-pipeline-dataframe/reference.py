import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMERIC = ["tenure", "monthly_charges"]
CATEGORICAL = ["contract", "internet"]


def load_customers(n=800, seed=13):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "tenure": rng.integers(0, 72, n).astype(float),
            "monthly_charges": rng.normal(65, 20, n).round(2),
            "contract": rng.choice(["monthly", "one year", "two years"], n),
            "internet": rng.choice(["dsl", "fiber", "none"], n),
        }
    )
    frame.loc[rng.choice(n, 20, replace=False), "monthly_charges"] = np.nan
    score = -0.05 * frame["tenure"] + 0.02 * frame["monthly_charges"].fillna(65) + 1.5 * (frame["contract"] == "monthly")
    frame["churned"] = (score + rng.normal(0, 1, n) > 0.8).astype(int)
    return frame


def build_pipeline(C):
    numeric = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    preprocess = ColumnTransformer(
        [("num", numeric, NUMERIC), ("cat", OneHotEncoder(handle_unknown="ignore"), CATEGORICAL)]
    )
    return Pipeline([("preprocess", preprocess), ("classifier", LogisticRegression(C=C, max_iter=1000))])


def main():
    customers = load_customers()
    X = customers[NUMERIC + CATEGORICAL]
    y = customers["churned"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)

    clf = build_pipeline(C=0.5)
    clf.fit(X_train, y_train)

    y_pred = clf.predict(X_test)
    print(f"accuracy: {accuracy_score(y_test, y_pred):.3f}")
    print(f"auc: {roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1]):.3f}")

    with mlflow.start_run():
        mlflow.sklearn.log_model(
            clf,
            name="model",
            signature=infer_signature(X_test, y_pred),
            input_example=X_test.head(),
            serialization_format="cloudpickle",
            registered_model_name="churn",
        )


if __name__ == "__main__":
    main()
