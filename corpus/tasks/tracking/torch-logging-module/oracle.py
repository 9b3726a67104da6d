"""What the logging module says of every epoch, all options, and the checkpoint."""

from adapter.bench.oracle import Trial, OracleError, output, tracking

OPTIONS = {
    "epochs": 5,
    "steps_per_epoch": 8,
    "batch_size": 16,
    "seq_len": 24,
    "embedding_dim": 12,
    "hidden_dim": 32,
    "lr": 1e-2,
    "weight_decay": 1e-4,
    "gamma": 0.5,
    "clip": 1.0,
    "seed": 11,
    "output_dir": "checkpoints",
}


def check(task: Trial) -> None:
    output.same_output(task)
    for line in task.before.stderr.splitlines():
        if line.startswith("INFO") and line not in task.after.stderr.splitlines():
            raise OracleError(f"the script no longer logs {line!r}")
    tracking.parameters(task, OPTIONS)
    tracking.metrics(
        task,
        r"epoch (?P<step>\d+): loss=(?P<loss>[\d.]+) perplexity=(?P<perplexity>[\d.]+) lr=(?P<lr>[\d.]+)$",
        text=task.before.stderr,
        spellings={"loss": ["train_loss"], "perplexity": ["train_perplexity"]},
    )
    tracking.artifact(task, "checkpoints/char_gru.pt", or_model=True)
