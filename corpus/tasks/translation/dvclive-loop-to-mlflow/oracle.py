"""Steps that calls of their own raise, a loop within the loop, a value after it."""

from adapter.bench.oracle import Trial, output, recordings


def check(task: Trial) -> None:
    output.same_output(task)
    recordings.same_recording(task)
