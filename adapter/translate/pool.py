"""translate: files handled one by one or spread over processes; results come in the order of the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result", covariant=True)
_SMALLEST_SHARE = 16


class FileWorker(Protocol[Result]):
    """Handles files of one process; keeps what it learned of a project from file to file."""

    def work(self, path: Path, folder: Path) -> Result:
        """The result for one file; `folder` is where its imports are looked up."""


def work_on(
    items: Sequence[tuple[Path, Path]], jobs: int, make: Callable[[], FileWorker[Result]]
) -> Iterator[Result]:
    """The results for pairs of file and folder, by at most `jobs` processes; each makes its own worker."""
    processes = min(jobs, max(len(items) // _SMALLEST_SHARE, 1))
    if processes <= 1:
        worker = make()
        yield from (worker.work(path, folder) for path, folder in items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("fork") if hasattr(os, "fork") else None,
        initializer=_start,
        initargs=(make,),
    ) as pool:
        share = max(1, min(32, len(items) // (processes * 4)))
        yield from pool.map(_work, items, chunksize=share)


_worker: list[FileWorker[Any]] = []


def _start(make: Callable[[], FileWorker[Any]]) -> None:
    """Prepares a process of the pool."""
    _worker[:] = [make()]


def _work(item: tuple[Path, Path]) -> Any:
    """One file, in a process of the pool."""
    return _worker[0].work(*item)
