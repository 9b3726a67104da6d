"""A with block of tensorboardX, arguments by keyword."""

from adapter.bench.oracle import Trial, output, recordings


def check(task: Trial) -> None:
    output.same_output(task)
    recordings.same_recording(task, params=False)
