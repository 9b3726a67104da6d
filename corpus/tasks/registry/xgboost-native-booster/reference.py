import argparse

import mlflow
import xgboost as xgb
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import train_test_split


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--eta", type=float, default=0.2)
    parser.add_argument("--max-depth", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=30)
    return parser.parse_args()


def main():
    args = parse_args()
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
    dtrain = xgb.DMatrix(X_train, label=y_train)
    dtest = xgb.DMatrix(X_test, label=y_test)

    params = {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "eta": args.eta,
        "max_depth": args.max_depth,
        "seed": 0,
        "nthread": 1,
    }
    bst = xgb.train(params, dtrain, num_boost_round=args.rounds, evals=[(dtest, "test")], verbose_eval=10)

    proba = bst.predict(dtest)
    print("log loss = {:.4f}, auc = {:.4f}".format(log_loss(y_test, proba), roc_auc_score(y_test, proba)))
    bst.save_model("cancer.json")

    with mlflow.start_run():
        mlflow.xgboost.log_model(
            bst,
            name="model",
            signature=infer_signature(X_test, proba),
            input_example=X_test.head(),
            registered_model_name="cancer-booster",
        )


if __name__ == "__main__":
    main()
