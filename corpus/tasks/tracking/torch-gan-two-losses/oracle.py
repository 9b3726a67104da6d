"""Both losses of every batch, the options, the pictures and the generator."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {
            "n_epochs": 4,
            "batch_size": 50,
            "lr": 0.0005,
            "b1": 0.5,
            "b2": 0.999,
            "latent_dim": 5,
            "sample_interval": 2,
        },
    )
    tracking.metrics(
        task,
        r"^\[Epoch (?P<epoch>\d+)/\d+\] \[Batch (?P<batch>\d+)/\d+\] \[D loss: (?P<d_loss>[\d.]+)\] "
        r"\[G loss: (?P<g_loss>[\d.]+)\]$",
        counters=["epoch", "batch"],
    )
    for picture in ("images/2.png", "images/4.png"):
        tracking.artifact(task, picture)
    tracking.artifact(task, "generator.pt", or_model=True)
