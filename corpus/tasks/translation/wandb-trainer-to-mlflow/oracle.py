"""A trainer that keeps its run in an attribute and reads its parameters back."""

from adapter.bench.oracle import Trial, output, recordings


def check(task: Trial) -> None:
    output.same_output(task)
    recordings.same_recording(task, names=True)
