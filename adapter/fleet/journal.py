"""Fleet: the journal of a fleet, in SQLite: what is done stays done when a run is cut off."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapter.fleet.job import Job, Outcome
from adapter.fleet.repository import FleetError

_TABLE = """
CREATE TABLE IF NOT EXISTS outcomes (
    slug TEXT NOT NULL,
    job TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (slug, job)
)
"""


class FleetJournal:
    """The outcomes of a fleet by repository and request; one process writes."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=60)
        # The full synchronous mode makes an outcome last through a loss of power.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(_TABLE)

    def known(self, job: Job) -> Outcome | None:
        """What came of the same request for this repository earlier."""
        row = self._database.execute(
            "SELECT outcome FROM outcomes WHERE slug = ? AND job = ?", (job.repository.slug, job.key)
        ).fetchone()
        return Outcome.from_json(row[0]) if row else None

    def keep(self, job: Job, outcome: Outcome) -> None:
        """Keep an outcome; it replaces an earlier one of the same request."""
        self._database.execute(
            "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)",
            (job.repository.slug, job.key, outcome.to_json()),
        )

    def close(self) -> None:
        """Close the file."""
        self._database.close()


@contextmanager
def open_journal(state: Path) -> Iterator[FleetJournal]:
    """The journal of the fleet that keeps its work in `state`; what a killed one left half done goes.

    Raises:
        FleetError: another fleet is at work there.
    """
    state.mkdir(parents=True, exist_ok=True)
    (state / ".gitignore").write_text("*\n", "ascii")
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FleetError(
                f"another fleet is at work in {state}; name another folder with --state"
            ) from error
        shutil.rmtree(state / "work", ignore_errors=True)
        journal = FleetJournal(state / "fleet.sqlite")
        try:
            yield journal
        finally:
            journal.close()
