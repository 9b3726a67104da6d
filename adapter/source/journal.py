"""source: a journal of what a run writes, from which every file gets its bytes back."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from adapter.plan import FileError
from adapter.source.errors import SourceError, os_failure
from adapter.source.text import read_bytes
from adapter.source.write import sync_folder, temporary_path, write_atomic

FOLDER = Path(".adapter", "journal")
"""Where journals lie in a project; one folder per run."""

_LOG = "log.jsonl"
_RUN_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run that wrote: when it began, what it was asked, how many files it wrote, whether it ended."""

    id: str
    command: str
    started: datetime
    files: int
    finished: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What an undo did, and what it left alone because someone has changed it since."""

    run: str
    restored: tuple[Path, ...] = ()
    already: tuple[Path, ...] = ()
    left: tuple[FileError, ...] = ()


@dataclass(frozen=True, slots=True)
class _Write:
    """One recorded write: the bytes before it (None for a new file) and the hash of those after it."""

    path: str
    before: bytes | None
    after: str


class Journal:
    """What one run writes below a project root.

    Each write is on disk in the journal before the file is touched, so that `undo` works whenever the
    run is cut off. A run that writes nothing leaves no trace.
    """

    def __init__(self, root: Path, command: str, run: str) -> None:
        self.root = Path(os.path.realpath(root))
        self.run = run
        self._command = command
        self._log: int | None = None

    @classmethod
    def start(cls, root: Path, command: str) -> Self:
        """A journal for a new run of `command` in the project at `root`."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        return cls(root, command, f"{moment}-{secrets.token_hex(2)}")

    def record(self, path: Path, before: bytes | None, after: bytes) -> None:
        """Note that `path` will change from `before` (None: a new file) to `after`; lasts on return.

        Raises SourceError for a path outside of the root, and when the journal cannot be written.
        """
        self.record_all([(path, before, after)])

    def record_all(self, writes: Iterable[tuple[Path, bytes | None, bytes]]) -> None:
        """Note several writes at the price of one."""
        entries = [
            {
                "path": self._inside(path),
                "before": None if before is None else base64.b64encode(zlib.compress(before, 1)).decode(),
                "after": _digest(after),
            }
            for path, before, after in writes
        ]
        if entries:
            self._append(entries)

    def write(self, path: Path, before: bytes | None, after: bytes) -> None:
        """Record a write, then do it; raises SourceError, and the file is then as it was."""
        self.record(path, before, after)
        write_atomic(path, after, self.run)

    def finish(self) -> None:
        """Note that the run came to its end."""
        if self._log is not None:
            self._append([{"finished": _now()}])
            os.close(self._log)
            self._log = None

    def _inside(self, path: Path) -> str:
        """The path as the journal keeps it: what it leads to, relative to the root."""
        try:
            return str(Path(os.path.realpath(path)).relative_to(self.root))
        except ValueError:
            remedy = "give the path that the link leads to"
            raise SourceError.at(path, f"leads out of {self.root}, not written", remedy=remedy) from None

    def _append(self, entries: list[dict[str, Any]]) -> None:
        try:
            if self._log is None:
                self._log = self._open()
            lines = "".join(json.dumps(entry, ensure_ascii=True) + "\n" for entry in entries)
            _write_all(self._log, lines.encode("ascii"))
            os.fsync(self._log)
        except OSError as problem:
            raise SourceError(os_failure(self.root / FOLDER, problem, "write")) from None

    def _open(self) -> int:
        """Make the folder of the run, lasting, and begin its log."""
        journal = self.root / FOLDER
        folder = journal / self.run
        folder.mkdir(parents=True)
        ignore = journal / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
        log = os.open(folder / _LOG, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        header = {"version": 1, "command": self._command, "started": _now()}
        _write_all(log, (json.dumps(header) + "\n").encode("ascii"))
        for parent in (folder, journal, journal.parent, self.root):
            sync_folder(parent)
        return log


def runs(root: Path) -> list[RunRecord]:
    """All runs that wrote in a project, the latest last."""
    return [_record(folder) for folder in _run_folders(root)]


def undo(root: Path, run: str | None = None) -> UndoResult:
    """Give back the exact bytes that the files had before a run: the latest, or the one named.

    A start of its name is enough if only one run has it. A file that is neither as the run left it nor as
    it was before is left alone and reported. Doing it twice changes nothing more. Raises SourceError when
    there is no such run.
    """
    root = Path(os.path.realpath(root))
    folder = _find_run(root, run)
    histories: dict[str, list[_Write]] = {}
    for write in _writes(folder):
        histories.setdefault(write.path, []).append(write)
    restored: list[Path] = []
    already: list[Path] = []
    left: list[FileError] = []
    for name, history in histories.items():
        path = root / name
        try:
            _check_inside(root, path)
            _remove_leftover(path, folder.name)
            (restored if _restore(path, history) else already).append(path)
        except SourceError as problem:
            left.append(problem.error)
    if not left:
        _mark_undone(folder)
    return UndoResult(folder.name, tuple(restored), tuple(already), tuple(left))


def _restore(path: Path, history: list[_Write]) -> bool:
    """Whether the file had to be changed; raises SourceError for one that someone changed since."""
    now = read_bytes(path) if path.exists() else None
    first = history[0].before
    if now == first:
        return False
    ours = {write.after for write in history} | {_digest(w.before) for w in history if w.before is not None}
    if now is None or _digest(now) not in ours:
        what = "was deleted" if now is None else "was changed"
        raise SourceError.at(path, f"{what} since the run, left alone", remedy="restore it by hand")
    if first is None:
        path.unlink()
        sync_folder(path.parent)
    else:
        write_atomic(path, first)
    return True


def _remove_leftover(path: Path, run: str) -> None:
    """Take away the temporary file of a write that was cut off."""
    with contextlib.suppress(OSError):
        temporary_path(path, run).unlink()


def _check_inside(root: Path, path: Path) -> None:
    """A journal may come with a repository: it gets no power over files elsewhere."""
    if not Path(os.path.realpath(path)).is_relative_to(root):
        raise SourceError.at(path, f"leads out of {root}, left alone")


def _run_folders(root: Path) -> list[Path]:
    logs = (root / FOLDER).glob(f"*/{_LOG}")
    return sorted(log.parent for log in logs if _RUN_NAME.fullmatch(log.parent.name))


def _find_run(root: Path, run: str | None) -> Path:
    folders = _run_folders(root)
    if run is not None:
        folders = [folder for folder in folders if folder.name.startswith(run)]
        if len(folders) > 1 and run not in [folder.name for folder in folders]:
            names = ", ".join(folder.name for folder in folders)
            raise SourceError.at(
                root / FOLDER, f"several runs begin with {run!r}: {names}", remedy="name one"
            )
    if not folders:
        what = f"has no run {run!r}" if run else "has no run to undo"
        raise SourceError.at(root / FOLDER, what, remedy="check that this is the project's root")
    return folders[-1]


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    """The entries of a run's log; the last line may be torn, its write was then never begun."""
    for line in read_bytes(folder / _LOG, 1 << 40).split(b"\n")[:-1]:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _writes(folder: Path) -> Iterator[_Write]:
    for entry in _lines(folder):
        if "path" not in entry:
            continue
        try:
            packed = entry["before"]
            before = None if packed is None else zlib.decompress(base64.b64decode(packed, validate=True))
            yield _Write(str(entry["path"]), before, str(entry["after"]))
        except (KeyError, TypeError, ValueError, zlib.error):
            raise SourceError.at(folder / _LOG, f"the entry of {entry['path']} is damaged") from None


def _record(folder: Path) -> RunRecord:
    entries = list(_lines(folder))
    header = entries[0] if entries and "started" in entries[0] else {}
    moment = datetime.strptime(folder.name.rpartition("-")[0], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    return RunRecord(
        folder.name,
        header.get("command", ""),
        moment,
        len({entry["path"] for entry in entries if "path" in entry}),
        any("finished" in entry for entry in entries),
        any("undone" in entry for entry in entries),
    )


def _mark_undone(folder: Path) -> None:
    """Note the undo at the end of the log, after what may be a torn line."""
    log = folder / _LOG
    torn = not read_bytes(log, 1 << 40).endswith(b"\n")
    with contextlib.suppress(OSError), log.open("ab") as file:
        file.write(b"\n" * torn + (json.dumps({"undone": _now()}) + "\n").encode("ascii"))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
