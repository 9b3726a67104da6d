"""Tune a small model with Ray Tune; bad trials are stopped early."""

import json

import ray
from ray import tune
from ray.tune import RunConfig, report
from ray.tune.schedulers import ASHAScheduler


def train(config):
    weight = 0.0
    for epoch in range(config["epochs"]):
        gradient = 2 * (weight - config["target"]["bias"])
        weight -= config["lr"] * gradient
        error = abs(weight - 3.0) + (0.5 if config["activation"] == "tanh" else 0.0)
        report({"error": error, "weight": weight})


def main():
    ray.init(num_cpus=1, include_dashboard=False)
    scheduler = ASHAScheduler(grace_period=2, max_t=20)
    space = {
        "lr": tune.loguniform(1e-2, 0.5),
        "activation": tune.choice(["relu", "tanh"]),
        "units": tune.randint(4, 65),
        "target": {"bias": tune.quniform(1.0, 4.0, 0.5)},
        "epochs": 8,
    }
    tuner = tune.Tuner(
        train,
        param_space=space,
        tune_config=tune.TuneConfig(metric="error", mode="min", num_samples=40, scheduler=scheduler),
        run_config=RunConfig(name="curve", verbose=0),
    )
    results = tuner.fit()
    best = results.get_best_result()
    told = {
        "error": best.metrics["error"],
        "weight": best.metrics["weight"],
        "activation": best.config["activation"],
        "bias": best.config["target"]["bias"],
        "epochs": best.config["epochs"],
        "tried": len(results),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
