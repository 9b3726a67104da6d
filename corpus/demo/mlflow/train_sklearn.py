"""Gradient boosting on the breast cancer data."""

import pickle

import matplotlib.pyplot as plt
import mlflow
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import RocCurveDisplay, accuracy_score, f1_score, roc_auc_score
from sklearn.model_selection import train_test_split

N_ESTIMATORS = 40
LEARNING_RATE = 0.1

data = load_breast_cancer()
train_x, test_x, train_y, test_y = train_test_split(
    data.data, data.target, test_size=0.25, random_state=0, stratify=data.target
)

mlflow.set_experiment("breast-cancer")
mlflow.start_run(run_name="boosting", tags={"framework": "sklearn"})

mlflow.log_param("n_estimators", N_ESTIMATORS)
mlflow.log_param("learning_rate", LEARNING_RATE)
mlflow.log_param("features", train_x.shape[1])

model = GradientBoostingClassifier(
    n_estimators=N_ESTIMATORS, learning_rate=LEARNING_RATE, random_state=0
)
model.fit(train_x, train_y)

probabilities = model.predict_proba(test_x)[:, 1]
predictions = model.predict(test_x)
mlflow.log_metric("accuracy", accuracy_score(test_y, predictions))
mlflow.log_metric("f1", f1_score(test_y, predictions))
mlflow.log_metric("roc_auc", roc_auc_score(test_y, probabilities))

figure, axes = plt.subplots()
RocCurveDisplay.from_predictions(test_y, probabilities, ax=axes)
mlflow.log_figure(figure, "roc_curve.png")

importances = dict(zip(data.feature_names, model.feature_importances_.round(5).tolist()))
mlflow.log_dict(importances, "importances.json")

with open("boosting.pkl", "wb") as file:
    pickle.dump(model, file)
mlflow.log_artifact("boosting.pkl", artifact_path="model")

mlflow.end_run()
