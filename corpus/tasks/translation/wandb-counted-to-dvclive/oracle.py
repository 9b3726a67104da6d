"""Log calls that W&B counts, and one that gives its step."""

from adapter.bench.oracle import Trial, output, recordings


def check(task: Trial) -> None:
    output.same_output(task)
    recordings.same_recording(task)
