"""Ridge regression over growing strengths, tracked by an offline ClearML task."""

import json

import mlflow
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

mlflow.set_experiment("diabetes")
task = mlflow.start_run(run_name="ridge")
mlflow.set_tags({"ridge": "true"})

parameters = {"strengths": 5, "first": 0.01, "share": 0.3}
mlflow.log_params(parameters)
split = {"seed": 4}
mlflow.log_params({"split/" + name: value for name, value in split.items()})

x, y = load_diabetes(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(
    x, y, test_size=parameters["share"], random_state=split["seed"]
)
best = 0.0
for number in range(parameters["strengths"]):
    strength = parameters["first"] * 10**number
    model = Ridge(alpha=strength).fit(train_x, train_y)
    score = model.score(test_x, test_y)
    mlflow.log_metric("score/test", score, step=number)
    mlflow.log_metric("score/train", model.score(train_x, train_y), step=number)
    print(f"step {number} test {score:.4f} train {model.score(train_x, train_y):.4f}")
    best = max(best, score)
mlflow.log_metric("best", best)
print(f"best {best:.4f}")

with open("weights.json", "w") as file:
    json.dump(list(model.coef_), file)
mlflow.log_artifact("weights.json", artifact_path="weights")
mlflow.end_run()
