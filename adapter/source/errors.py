"""source: the error that a file which cannot be read or written gives."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from adapter.plan import FileError


class SourceError(Exception):
    """A file that cannot be read, understood or written; `error` says where, why and what to do."""

    def __init__(self, error: FileError) -> None:
        super().__init__(str(error))
        self.error = error

    @staticmethod
    def at(
        path: Path, message: str, line: int | None = None, column: int | None = None, remedy: str = ""
    ) -> SourceError:
        """An error made from its parts; line and column count from 1, the column in characters."""
        return SourceError(FileError(path, message, line, column, remedy))


def os_failure(path: Path, problem: OSError, doing: str) -> FileError:
    """What an error of the operating system means for one file; `doing` is "read" or "write"."""
    if problem.errno == errno.ENOENT:
        return FileError(path, "does not exist", remedy="check the spelling of the path")
    if problem.errno in (errno.EACCES, errno.EPERM):
        return FileError(path, f"no permission to {doing} it", remedy="change its mode or run as its owner")
    if problem.errno == errno.ELOOP:
        return FileError(path, "is a symlink that leads back to itself", remedy="remove the link")
    if problem.errno == errno.EISDIR:
        return FileError(path, "is a directory, not a file", remedy="give the files in it")
    if problem.errno == errno.ENOSPC:
        return FileError(path, "no space is left on the disk", remedy="free some space and run again")
    return FileError(path, f"cannot {doing} it: {problem.strerror or problem}")


def not_regular(path: Path, mode: int) -> FileError:
    """What to say of a directory, pipe, socket or device where a file was expected."""
    names = {stat.S_IFDIR: "directory", stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket"}
    name = names.get(stat.S_IFMT(mode), "device")
    return FileError(path, f"is a {name}, not a file", remedy="exclude it")
