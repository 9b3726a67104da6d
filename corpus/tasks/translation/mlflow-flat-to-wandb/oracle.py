"""A flat script with a with block and a call for each metric."""

from adapter.bench.oracle import Trial, output, recordings


def check(task: Trial) -> None:
    output.same_output(task)
    recordings.same_recording(task, names=True)
