"""Oracle: what the adapted program prints, beside what the untouched one prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import ndiff

from adapter.bench.oracle.trial import OracleError, Trial
from adapter.sandbox.run import Execution

TIMES = (
    re.compile(r"\b\d+(\.\d+)?\s?(ms|us|µs|s|min|sec|secs|seconds)\b(/(step|epoch|batch|it|sample))?"),
    re.compile(r"\b\d+(\.\d+)?\s?(it|batch|batches|examples|samples)/s\b"),
    re.compile(r"\b\d{1,2}:\d\d(:\d\d)?([.,]\d+)?\b"),
    re.compile(r"\b\d{4}-\d\d-\d\d\b"),
)


def plain_lines(text: str, ignore: Sequence[str] = ()) -> list[str]:
    """The lines that say something, without times; what matches a pattern in `ignore` counts as nothing."""
    for pattern in (*TIMES, *map(re.compile, ignore)):
        text = pattern.sub("", text)
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def same_output(trial: Trial, *, ignore: Sequence[str] = ()) -> None:
    """The adapted program prints what the untouched one prints, and nothing else; times do not count.

    Raises:
        OracleError: with the first lines that differ.
    """
    expect_same(trial.before.stdout, trial.after.stdout, "the plain run", ignore)


def expect_same(before: str, after: str, what: str, ignore: Sequence[str] = ()) -> None:
    """Two outputs are the same, line by line.

    Raises:
        OracleError: with the first lines that differ.
    """
    left, right = plain_lines(before, ignore), plain_lines(after, ignore)
    if left != right:
        changed = [line for line in ndiff(left, right) if line[0] in "+-"]
        shown = "\n".join(changed[:6])
        raise OracleError(f"{what} prints something else than the untouched program:\n{shown}")


def keeps_output(trial: Trial, execution: Execution | None = None, *, ignore: Sequence[str] = ()) -> None:
    """Everything that the untouched program prints is still printed, in order; more may stand between.

    Raises:
        OracleError: with the first line that is missing.
    """
    rest = iter(plain_lines((execution or trial.after).stdout, ignore))
    for line in plain_lines(trial.before.stdout, ignore):
        if line not in rest:
            raise OracleError(f"the adapted program does not print, or not in this order: {line!r}")
