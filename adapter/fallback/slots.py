"""fallback: a limit on the questions that are open at one time, shared by processes that see one folder.

Each open question holds the lock of one of N files there. The kernel gives a lock back when its process ends,
however it ends. On a cluster the folder has to be on a file system whose locks hold between its nodes, as
NFS 4 and the parallel file systems have them.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "ADAPTER_LLM_SLOTS"
"""`N:FOLDER`: at most N questions at one time among all that name this folder."""
_PAUSE = 0.02


class SlotsError(ValueError):
    """The variable does not say what it should; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Slots:
    """`count` questions at one time, by the files in `folder`; 0 for no limit."""

    count: int = 0
    folder: Path = Path()

    @staticmethod
    def of(environment: Mapping[str, str]) -> Slots:
        """What the environment asks for.

        Raises:
            SlotsError: the variable is set to something else than `N:FOLDER`.
        """
        text = environment.get(VARIABLE, "")
        count, _, folder = text.partition(":")
        if not text:
            return Slots()
        if not (count.isdecimal() and int(count) and folder):
            raise SlotsError(
                f"{VARIABLE} is {text!r}; it takes a number and a folder, as in 4:/var/tmp/slots"
            )
        return Slots(int(count), Path(folder))

    def setting(self) -> str:
        """What to set the variable to."""
        return f"{self.count}:{self.folder}"

    @contextmanager
    def one(self) -> Iterator[None]:
        """Waits until fewer than `count` questions are open, and holds one open meanwhile."""
        if not self.count:
            yield
            return
        descriptor = self._taken()
        try:
            yield
        finally:
            os.close(descriptor)

    def _taken(self) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        turn = os.getpid()
        while True:
            path = self.folder / f"slot-{turn % self.count}"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                turn += 1
                time.sleep(_PAUSE)
            except BaseException:
                os.close(descriptor)
                raise
            else:
                return descriptor
