"""Training loss, reconstruction and divergence of every epoch, and the options."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(task, {"batch_size": 128, "epochs": 5, "latent": 8, "seed": 1, "lr": 2e-3})
    tracking.metrics(
        task,
        r"^====> Epoch: (?P<step>\d+) Average loss: (?P<loss>[\d.]+)$",
        spellings={"loss": ["train_loss", "train_average_loss"]},
    )
    tracking.metrics(
        task,
        r"^====> Test set reconstruction: (?P<test_reconstruction>[\d.]+), KL divergence: (?P<kl_divergence>[\d.]+)$",
        spellings={
            "test_reconstruction": [
                "reconstruction",
                "test_bce",
                "bce",
                "test_set_reconstruction",
                "test_reconstruction_loss",
                "reconstruction_loss",
            ],
            "kl_divergence": ["test_kl_divergence", "kld", "test_kld", "kl", "test_kl"],
        },
    )
