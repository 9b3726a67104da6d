"""Ridge regression over growing strengths, tracked by an offline ClearML task."""

import json

from clearml import Task
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

Task.set_offline(True)
task = Task.init(project_name="diabetes", task_name="ridge", auto_connect_frameworks=False)
task.add_tags(["ridge"])

parameters = {"strengths": 5, "first": 0.01, "share": 0.3}
parameters = task.connect(parameters)
split = task.connect({"seed": 4}, name="split")

x, y = load_diabetes(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(
    x, y, test_size=parameters["share"], random_state=split["seed"]
)
logger = task.get_logger()
best = 0.0
for number in range(parameters["strengths"]):
    strength = parameters["first"] * 10**number
    model = Ridge(alpha=strength).fit(train_x, train_y)
    score = model.score(test_x, test_y)
    logger.report_scalar("score", "test", value=score, iteration=number)
    logger.report_scalar(title="score", series="train", iteration=number, value=model.score(train_x, train_y))
    print(f"step {number} test {score:.4f} train {model.score(train_x, train_y):.4f}")
    best = max(best, score)
logger.report_single_value("best", best)
print(f"best {best:.4f}")

with open("weights.json", "w") as file:
    json.dump(list(model.coef_), file)
task.upload_artifact("weights", artifact_object="weights.json")
task.close()
