"""Command line: a progress bar on stderr, for long work and only where a person watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# Work that ends within this many seconds shows no bar.
_PATIENCE = 0.5


class ProgressBar:
    """Takes `update(done, total)` as often as there is news; `total` is kept for the sums of the run."""

    def __init__(self, label: str) -> None:
        self.total = 0
        self._label = label
        self._wanted = sys.stderr.isatty()
        self._started = time.perf_counter()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    @property
    def seconds(self) -> float:
        """Wall time since the work began."""
        return time.perf_counter() - self._started

    def update(self, done: int, total: int) -> None:
        """Show that `done` of `total` files are through."""
        self.total = total
        if not self._wanted or self.seconds < _PATIENCE:
            return
        if self._bar is None or self._task is None:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._label, total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the bar off the terminal while something else is printed."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
