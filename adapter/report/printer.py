"""Report: the interface of all printers, and where they print to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from adapter.plan import Plan
from adapter.report.run import Run


class Format(StrEnum):
    """The forms in which a run can be printed."""

    DIFF = "diff"
    JSON = "json"
    SARIF = "sarif"
    HTML = "html"


class Printer(Protocol):
    """Prints plans as they come; what needs the whole run is printed by `finish`."""

    def add(self, plan: Plan) -> None:
        """Take one plan in."""

    def finish(self, run: Run) -> None:
        """Print what is still to print; called once, after the last plan."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a printer writes: bytes to a file or a pipe, readable text to a terminal."""

    stream: BinaryIO
    terminal: bool = False
    color: bool = False
    encoding: str = "utf-8"

    def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.stream.write(data)

    def write_text(self, text: str) -> None:
        """Write text; what the terminal cannot show comes out as an escape."""
        self.stream.write(text.encode(self.encoding, errors="backslashreplace"))


@contextmanager
def open_output(path: Path | None) -> Iterator[Output]:
    """Standard output, or a file that is created or overwritten.

    Raises:
        OSError: the file cannot be written.
    """
    if path is not None:
        with path.open("wb") as file:
            yield Output(file)
        return
    terminal = sys.stdout.isatty()
    yield Output(sys.stdout.buffer, terminal, terminal and wants_color(), sys.stdout.encoding)
    sys.stdout.buffer.flush()


def wants_color() -> bool:
    """Whether the environment leaves a terminal its colours (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
