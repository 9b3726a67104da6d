"""K-means by hand, tracked through the helpers of the project."""

import mlflow
import numpy as np
from sklearn.datasets import make_blobs

from tracking import begin, log_epoch

PARAMS = {"clusters": 4, "iterations": 10, "seed": 8}


def assign(points, centres):
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distances.argmin(axis=1), distances.min(axis=1)


def main():
    points, _ = make_blobs(
        n_samples=400, centers=PARAMS["clusters"], cluster_std=3.0, random_state=PARAMS["seed"]
    )
    rng = np.random.default_rng(PARAMS["seed"])
    centres = points[rng.choice(len(points), PARAMS["clusters"], replace=False)]

    begin("mixtures", "k-means", PARAMS)
    for iteration in range(PARAMS["iterations"]):
        labels, distances = assign(points, centres)
        moved = np.array([points[labels == k].mean(axis=0) for k in range(PARAMS["clusters"])])
        shift = float(np.abs(moved - centres).max())
        log_epoch(iteration, inertia=float(distances.sum()), shift=shift)
        centres = moved

    np.savetxt("centres.csv", centres, delimiter=",", fmt="%.6f")
    mlflow.log_artifact("centres.csv")
    mlflow.end_run()


if __name__ == "__main__":
    main()
