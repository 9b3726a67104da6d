"""A linear autoencoder for the digits, tracked through the helpers of the project."""

import numpy as np
from sklearn.datasets import load_digits

from tracking import log_epoch, start_run

CONFIG = {"latent": 12, "lr": 0.02, "epochs": 30, "log_every": 5}


def reconstruct(images, encoder, decoder):
    return images @ encoder @ decoder


def main():
    rng = np.random.default_rng(11)
    images = load_digits().data / 16.0
    images = images - images.mean(axis=0)
    encoder = rng.normal(scale=0.1, size=(images.shape[1], CONFIG["latent"]))
    decoder = rng.normal(scale=0.1, size=(CONFIG["latent"], images.shape[1]))

    run = start_run("linear-autoencoder", CONFIG, tags=["numpy", "unsupervised"])
    for epoch in range(CONFIG["epochs"]):
        codes = images @ encoder
        error = codes @ decoder - images
        decoder -= CONFIG["lr"] * codes.T @ error / len(images)
        encoder -= CONFIG["lr"] * images.T @ (error @ decoder.T) / len(images)
        if epoch % CONFIG["log_every"] == 0:
            log_epoch(epoch, {"mse": float(np.mean(error**2)), "max": float(np.abs(error).max())})

    final = float(np.mean((reconstruct(images, encoder, decoder) - images) ** 2))
    run.log({"final_mse": final}, step=CONFIG["epochs"])
    run.summary["compression"] = images.shape[1] / CONFIG["latent"]
    run.finish()


if __name__ == "__main__":
    main()
