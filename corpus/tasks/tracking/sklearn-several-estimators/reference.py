import mlflow
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

RANDOM_STATE = 17
CV = 5

iris = load_iris()
X, y = iris.data, iris.target

models = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression(C=0.5)),
    "knn": KNeighborsClassifier(n_neighbors=7),
    "forest": RandomForestClassifier(n_estimators=25, random_state=RANDOM_STATE),
}

mlflow.start_run()
mlflow.log_params({"random_state": RANDOM_STATE, "cv": CV})

best_name, best_score = None, 0
for name, model in models.items():
    scores = cross_val_score(model, X, y, cv=CV)
    print("%s: accuracy %.4f (std %.4f)" % (name, scores.mean(), scores.std()))
    with mlflow.start_run(run_name=name, nested=True):
        mlflow.log_param("model", name)
        mlflow.log_metrics({"accuracy": scores.mean(), "std": scores.std()})
    if scores.mean() > best_score:
        best_name, best_score = name, scores.mean()

print("Best model: %s with %.4f" % (best_name, best_score))
mlflow.log_metric("best_accuracy", best_score)
mlflow.end_run()
