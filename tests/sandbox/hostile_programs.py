"""tests/sandbox: hostile programs, each run under an isolation, and what happened to it.

As a script it prints the table of `docs/sandbox.md`: `python tests/sandbox/hostile_programs.py`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapter.sandbox import run as sandbox
from adapter.sandbox.run import Execution, Isolation, Limits

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).with_name("hostile")
CONTAINED, ESCAPED = "contained", "NOT contained"


@dataclass(frozen=True)
class Surroundings:
    """What lies around a hostile program: a secret, a home with a key, a folder, a server, its own mark."""

    secret: str
    key: Path
    outside: Path
    port: int
    marker: str


@dataclass(frozen=True)
class Hostile:
    """A program, the limits it runs under, what it is given, and how it is seen what it did."""

    name: str
    limits: Limits
    arguments: Callable[[Surroundings], list[str]]
    judge: Callable[[Execution, Surroundings], str]


def judged(execution: Execution, around: Surroundings, how: str) -> str:
    """The outcome of a program that says when it escaped, writes outside, or leaves a process."""
    said = [line for line in execution.stdout.splitlines() if line.startswith("escaped: ")]
    if said:
        return f"{ESCAPED}: {said[0].removeprefix('escaped: ')[:60]}"
    if around.outside.exists():
        return f"{ESCAPED}: wrote a file outside"
    if running(around.marker):
        return f"{ESCAPED}: a process is left"
    return f"{CONTAINED}: {how}"


def refused(execution: Execution, around: Surroundings) -> str:
    """For what is tried once and must not work."""
    return judged(execution, around, "refused")


def stopped(execution: Execution, around: Surroundings) -> str:
    """For what goes on until a limit ends it."""
    how = (
        f"stopped at the limit of {execution.stopped}"
        if execution.stopped
        else f"ended with {execution.code}"
    )
    if execution.timed_out and not execution.stopped:
        how = "stopped at the limit of CPU time"
    if execution.truncated:
        how += f", {len(execution.stdout)} bytes of output kept"
    if not execution.code:
        return f"{ESCAPED}: ended as if nothing was"
    return judged(execution, around, how)


def killed(execution: Execution, around: Surroundings) -> str:
    """For what is killed, with all that it started."""
    return judged(execution, around, "all its processes ended")


HOSTILE = (
    Hostile("fork_bomb", Limits(seconds=20, processes=60), lambda around: [around.marker], stopped),
    Hostile("endless_output", Limits(seconds=1, output_bytes=1000), lambda around: [], stopped),
    Hostile("disk_filling", Limits(seconds=20, disk_mb=20), lambda around: [], stopped),
    Hostile("large_file", Limits(seconds=20, file_mb=10), lambda around: [], stopped),
    Hostile("memory_bomb", Limits(seconds=20, memory_mb=300), lambda around: [], stopped),
    Hostile("cpu_loop", Limits(seconds=20, cpu_seconds=1), lambda around: [], stopped),
    Hostile("daemon", Limits(seconds=20), lambda around: [around.marker], killed),
    Hostile("kill_parent", Limits(seconds=1), lambda around: [around.marker], killed),
    Hostile("signal_others", Limits(seconds=20), lambda around: [str(os.getpid())], refused),
    Hostile("parent_environment", Limits(seconds=20), lambda around: [around.secret], refused),
    Hostile("home_secrets", Limits(seconds=20), lambda around: [str(around.key)], refused),
    Hostile("write_outside", Limits(seconds=20), lambda around: [str(around.outside)], refused),
    Hostile("symlink_escape", Limits(seconds=20), lambda around: [str(around.outside)], refused),
    Hostile("network", Limits(seconds=20), lambda around: [str(around.port)], refused),
)


def outcome(hostile: Hostile, isolation: Isolation) -> str:
    """What happens to a hostile program under an isolation."""
    usual = sandbox.strongest_isolation
    with surroundings() as around, tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-I", "-S", f"{hostile.name}.py", *hostile.arguments(around)]
        try:
            sandbox.strongest_isolation = lambda: isolation  # type: ignore[assignment]
            done = sandbox.run(command, PROGRAMS, Path(place) / "work", hostile.limits)
        finally:
            sandbox.strongest_isolation = usual
        return hostile.judge(done, around)


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    """A home with a key, a folder of others, a server on the loopback, a process with a secret."""
    secret = uuid.uuid4().hex
    usual = os.environ.get("HOME", "")
    with (
        tempfile.TemporaryDirectory(dir=ROOT, prefix=".home-") as home,
        tempfile.TemporaryDirectory(dir=ROOT, prefix=".outside-") as outside,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        key = Path(home) / ".netrc"
        key.write_text("password-of-the-user")
        # A process's /proc/PID/environ is what it was started with, so the secret is in one of its own.
        knowing = subprocess.Popen(["sleep", "60"], env=dict(os.environ) | {"SECRET": secret})
        os.environ["HOME"] = home
        try:
            port = server.getsockname()[1]
            yield Surroundings(secret, key, Path(outside) / "file", port, uuid.uuid4().hex)
        finally:
            os.environ["HOME"] = usual
            knowing.kill()
            knowing.wait()


def running(marker: str) -> bool:
    """Whether a process with this text in its command line is there."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


def table() -> Iterator[str]:
    """The lines of the table, in Markdown."""
    there = [isolation for isolation in Isolation if sandbox.is_there(isolation)]
    yield f"| program | {' | '.join(there)} |"
    yield f"|---|{'---|' * len(there)}"
    for hostile in HOSTILE:
        cells = [outcome(hostile, isolation) for isolation in there]
        yield f"| `{hostile.name}` | {' | '.join(cells)} |"


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
