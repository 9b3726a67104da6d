"""A grid over tree depths, tracked with the names that Neptune's client had before 1.0."""

import neptune.new as neptune
from neptune.new.types import File
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.tree import DecisionTreeClassifier, export_text

x, y = load_iris(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(x, y, random_state=0)

run = neptune.init_run(project="team/trees", mode="offline")
run["config/criterion"] = "entropy"
run["config/folds"] = "5"

best_depth, best_score = 0, 0.0
for depth in range(1, 6):
    tree = DecisionTreeClassifier(criterion="entropy", max_depth=depth, random_state=0)
    score = cross_val_score(tree, train_x, train_y, cv=5).mean()
    run["search/score"].log(score, step=depth)
    run["search/leaves"].log(tree.fit(train_x, train_y).get_n_leaves(), step=depth)
    print(f"depth {depth} score {score:.4f} leaves {tree.get_n_leaves()}")
    if score > best_score:
        best_depth, best_score = depth, score

best = DecisionTreeClassifier(criterion="entropy", max_depth=best_depth, random_state=0).fit(train_x, train_y)
run["test/accuracy"] = best.score(test_x, test_y)
print(f"test accuracy {best.score(test_x, test_y):.4f}")
with open("tree.txt", "w") as file:
    file.write(export_text(best))
run["rules"].upload(File("tree.txt"))
run.stop()
