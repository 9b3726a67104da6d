"""A run that is started in one function and used in another, for a library without an active run."""

from adapter.bench.oracle import Trial, output, recordings


def check(task: Trial) -> None:
    output.same_output(task)
    recordings.same_recording(task)
