"""Boosted trees on the Friedman data."""
import numpy as np
import xgboost as xgb
from sklearn.datasets import make_friedman1
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=500, noise=1.0, random_state=0)
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.3, random_state=0)

dtrain = xgb.DMatrix(X_train, label=y_train)
dvalid = xgb.DMatrix(X_valid, label=y_valid)

params = {
    "objective": "reg:squarederror",
    "eval_metric": "rmse",
    "eta": 0.3,
    "max_depth": 4,
    "subsample": 0.9,
    "lambda": 1.0,
    "nthread": 1,
    "seed": 0,
}
num_boost_round = 30

evals_result = {}
bst = xgb.train(
    params,
    dtrain,
    num_boost_round=num_boost_round,
    evals=[(dtrain, "train"), (dvalid, "valid")],
    evals_result=evals_result,
    verbose_eval=10,
)

preds = bst.predict(dvalid)
rmse = np.sqrt(np.mean((preds - y_valid) ** 2))
r2 = 1 - np.sum((preds - y_valid) ** 2) / np.sum((y_valid - y_valid.mean()) ** 2)
print(f"valid RMSE = {rmse:.4f}, R2 = {r2:.4f}")
bst.save_model("friedman.json")
