"""Functions that find the running Comet experiment themselves."""

import comet_ml
import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs


def start(settings):
    experiment = comet_ml.OfflineExperiment(project_name="clusters", offline_directory="comet")
    experiment.log_parameters(settings)
    return experiment


def record(number, inertia, sizes):
    experiment = comet_ml.get_running_experiment()
    experiment.log_metric("inertia", inertia, step=number)
    experiment.log_metric("largest", max(sizes), step=number)


def finish(experiment, best):
    experiment.log_other("best_clusters", best)
    experiment.add_tag("kmeans")
    experiment.end()


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
