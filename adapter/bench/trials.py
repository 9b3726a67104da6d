"""Bench: what is kept of every answer: one line of JSON that is never changed, and the answer itself."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from adapter.bench.ablation import Cell
from adapter.bench.failures import Failure
from adapter.bench.tasks import Task, TaskError

VERSION = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer that is wanted: of a cell, for a task; samples count from 0."""

    cell: Cell
    task: Task
    sample: int

    @property
    def id(self) -> str:
        """The same for the same question, in every run."""
        text = json.dumps([self.cell.key, self.task.name, self.sample])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Record:
    """One answer and what it is worth.

    `seconds` is the time of the answer, `grading_seconds` that of the oracle. `rule_sites` of `sites` were
    solved by rules. `reach` is how many lines of the program the answer changed that the reference leaves.
    """

    id: str
    cell: Cell
    task: str
    family: str
    function: str
    sample: int
    passed: bool
    failure: Failure | None
    reason: str
    seconds: float
    grading_seconds: float
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    sites: int = 0
    rule_sites: int = 0
    reach: int = 0

    @property
    def program(self) -> str:
        """The source program, of which results are not independent."""
        return self.task


class TrialLog:
    """The folder of a run: `trials.jsonl`, to which lines are only added, and `answers/ID/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "trials.jsonl"

    def answer_folder(self, wanted: Wanted) -> Path:
        """Where the raw answer and the adapted program of a trial are kept."""
        return self.folder / "answers" / wanted.id

    def read(self) -> list[Record]:
        """All records, the last one of each trial; a torn last line, left by a kill, is no record."""
        if not self.path.exists():
            return []
        records = {record.id: record for record in _records(self.path)}
        return sorted(records.values(), key=lambda record: (record.cell.label, record.task, record.sample))

    def add(self, record: Record) -> None:
        """Add a line; it lasts on return."""
        line = json.dumps({"version": VERSION} | asdict(record), sort_keys=True) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = "\n" + line
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_runs(folders: Iterable[Path]) -> list[Record]:
    """The records of several runs together; of an answer that several hold, that of the last one counts.

    Raises:
        TaskError: a folder holds no run.
    """
    records: dict[str, Record] = {}
    for folder in folders:
        log = TrialLog(folder)
        if not log.path.exists():
            raise TaskError(f"{folder}: there is no run here (no trials.jsonl)")
        records |= {record.id: record for record in log.read()}
    return list(records.values())


def _records(path: Path) -> Iterator[Record]:
    for line in path.read_text("utf-8").splitlines():
        try:
            data = json.loads(line)
        except ValueError:
            continue
        data.pop("version", None)
        failure = Failure(data["failure"]) if data["failure"] else None
        yield Record(**{**data, "cell": Cell(**data["cell"]), "failure": failure})
