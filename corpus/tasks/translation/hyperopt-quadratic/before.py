import json

from hyperopt import fmin, hp, tpe


def loss(point):
    return (point["x"] - 1.5) ** 2 + (point["y"] + 0.5) ** 2


space = {
    "x": hp.uniform("x", -5, 5),
    "y": hp.uniform("y", -2, 2),
}

best = fmin(fn=loss, space=space, algo=tpe.suggest, max_evals=80)

print(json.dumps({"x": float(best["x"]), "y": float(best["y"])}))
