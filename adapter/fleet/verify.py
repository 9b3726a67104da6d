"""Fleet: a command that says whether rewritten code still works, run in the sandbox on a copy."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapter.sandbox.run import LEFT_BEHIND, Limits, run_in

_SAID_LINES = 12


@dataclass(frozen=True, slots=True)
class Verified:
    """How the command ended; `said` are the last lines that it printed, `seconds` is wall time."""

    passed: bool
    said: str
    seconds: float


def verify(
    command: str, folder: Path, contents: Mapping[str, bytes] | None = None, limits: Limits | None = None
) -> Verified:
    """Run a shell command in a copy of a folder in which some files have other contents.

    The folder itself is never touched. The command sees no network, no environment of ours, its own home.

    Raises:
        SandboxError: nothing can be run on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="adapter-verify-") as place:
        workdir = Path(place)
        project = workdir / "project"
        shutil.copytree(folder, project, ignore=LEFT_BEHIND, symlinks=True)
        for path, data in (contents or {}).items():
            (project / path).write_bytes(data)
        ended = run_in(["/bin/sh", "-c", command], project, workdir, limits)
        said = "\n".join((ended.stdout + ended.stderr).strip().splitlines()[-_SAID_LINES:])
        if ended.timed_out:
            said = f"{said}\n(ended at its time limit)".strip()
        return Verified(ended.code == 0 and not ended.timed_out, said, ended.seconds)


def largest_passing(items: Sequence[str], passes: Callable[[Sequence[str]], bool]) -> list[str]:
    """Items that pass together, found by halving: an item is left out only if it fails beside those kept.

    About `2 f log2(n)` tries for f failing items of n.
    """
    kept: list[str] = []

    def take(part: Sequence[str]) -> None:
        if passes([*kept, *part]):
            kept.extend(part)
        elif len(part) > 1:
            middle = len(part) // 2
            take(part[:middle])
            take(part[middle:])

    if items:
        take(items)
    return kept
