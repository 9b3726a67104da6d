"""Finds the minimum of a parabola."""

import json

import numpy as np
from hyperopt import Trials, fmin, hp, tpe

trials = Trials()
best = fmin(
    lambda x: (x - 2) ** 2,
    hp.uniform("x", -10, 10),
    algo=tpe.suggest,
    max_evals=60,
    trials=trials,
    rstate=np.random.default_rng(7),
    show_progressbar=False,
)
values = [value for trial in trials.trials for value in trial["misc"]["vals"]["x"]]
print(
    json.dumps(
        {
            "count": len(values),
            "inside": bool(min(values) >= -10 and max(values) <= 10),
            "wide": bool(max(values) - min(values) > 12),
            "near": bool(abs(best["x"] - 2) < 0.5),
        }
    )
)
