"""source: writing a file so that it is, at every moment, either the old one or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from adapter.source.errors import SourceError, os_failure

TEMPORARY_SUFFIX = ".adapter-tmp"


def write_atomic(path: Path, data: bytes, token: str = "") -> None:
    """Put `data` into a file by way of a temporary file beside it; the mode stays, a symlink too.

    `token` makes the name of the temporary file known, so that it can be found after a crash. Raises
    SourceError when the file may not be written; it is then as it was.
    """
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    temporary = temporary_path(target, token or secrets.token_hex(8))
    try:
        replaced = _status_of(target)
        try:
            _write_durably(temporary, data, replaced)
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(target.parent)
    except OSError as problem:
        raise SourceError(os_failure(path, problem, "write")) from None


def temporary_path(target: Path, token: str) -> Path:
    """Where a write of `target` with this token puts the new bytes before the rename."""
    short = os.fsdecode(os.fsencode(target.name)[:150])
    return target.with_name(f".{short}.{token}{TEMPORARY_SUFFIX}")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _status_of(target: Path) -> os.stat_result | None:
    """The status of the file that is to be replaced; None when there is none yet."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # A rename needs no permission on the file itself: ask, so that a read-only file stays read-only.
    if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return status


def _write_durably(temporary: Path, data: bytes, replaced: os.stat_result | None) -> None:
    """Create the temporary file with the owner and mode of the file that it will replace."""
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if replaced else 0o666)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        if replaced:
            _keep_owner(descriptor, replaced)
            os.fchmod(descriptor, stat.S_IMODE(replaced.st_mode))
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]
        os.fsync(descriptor)


def _keep_owner(descriptor: int, replaced: os.stat_result) -> None:
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (replaced.st_uid, replaced.st_gid):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
