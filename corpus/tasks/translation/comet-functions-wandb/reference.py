"""Functions that find the running Comet experiment themselves."""

import numpy as np
import wandb
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs


def start(settings):
    experiment = wandb.init(project="clusters")
    wandb.config.update(settings)
    return experiment


def record(number, inertia, sizes):
    experiment = wandb.run
    wandb.log({"inertia": inertia}, step=number)
    wandb.log({"largest": max(sizes)}, step=number)


def finish(experiment, best):
    wandb.run.summary["best_clusters"] = best
    wandb.run.tags += ("kmeans",)
    wandb.finish()


def main():
    settings = {"rows": 200, "most": 6}
    experiment = start(settings)
    data, _ = make_blobs(settings["rows"], centers=4, random_state=2)
    drops, before = [], None
    for number in range(1, settings["most"] + 1):
        fitted = KMeans(number, n_init=3, random_state=0).fit(data)
        sizes = np.bincount(fitted.labels_)
        record(number, fitted.inertia_, sizes)
        print(f"clusters {number} inertia {fitted.inertia_:.2f} largest {max(sizes)}")
        if before is not None:
            drops.append(before / fitted.inertia_)
        before = fitted.inertia_
    finish(experiment, int(np.argmax(drops)) + 2)


if __name__ == "__main__":
    main()
