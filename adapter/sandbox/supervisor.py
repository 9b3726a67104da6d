"""Sandbox: the process between us and a program: closes it in, limits it, ends all that it started.

Runs as a file of its own with nothing but the standard library: `python -I -S supervisor.py SPEC COMMAND...`,
where SPEC is JSON, see `Spec`.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
from pathlib import Path
from typing import NamedTuple, NoReturn

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x10000000, 0x20000000, 0x40000000
# Strongest first: all is done by bubblewrap, which the command begins with; own network, processes and
# /proc; own network; only limits and the hunt for children.
ISOLATIONS = {
    "bubblewrap": 0,
    "namespaces": CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID,
    "network": CLONE_NEWUSER | CLONE_NEWNET,
    "limits": 0,
}
MS_REC_PRIVATE = 0x4000 | 0x40000
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1
POLL_SECONDS = 0.02
# Adding up a folder takes longer than a look at the processes, so it comes more rarely.
DISK_SECONDS = 0.5
CANNOT_START = 126

libc = ctypes.CDLL(None, use_errno=True)


class Spec(NamedTuple):
    """What the caller asks for; `report` is the descriptor that gets a line of JSON about the end."""

    isolation: str
    seconds: float
    cpu_seconds: int
    memory_mb: int
    file_mb: int
    disk_mb: int
    processes: int
    workdir: str
    report: int


class End(NamedTuple):
    """How the program ended: its wait status, None when it was stopped, and by which limit."""

    status: int | None
    stopped: str = ""


def main() -> None:
    """Run the command, report how it ended, leave nothing of it behind."""
    spec = Spec(**json.loads(sys.argv[1]))
    os.set_inheritable(spec.report, False)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        enclose(ISOLATIONS[spec.isolation])
    except OSError as error:
        say(spec.report, code=CANNOT_START, error=str(error))
        return
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        begin(spec, sys.argv[2:])
    status, stopped = wait(child, started + spec.seconds, spec)
    kill_children()
    code = -signal.SIGKILL if status is None else os.waitstatus_to_exitcode(status)
    timed_out = stopped == "time" or code in (-signal.SIGXCPU, 128 + signal.SIGXCPU)
    say(spec.report, code=code, timed_out=timed_out, stopped=stopped)


def say(report: int, *, code: int, timed_out: bool = False, stopped: str = "", error: str = "") -> None:
    """One line of JSON for the caller."""
    line = json.dumps({"code": code, "timed_out": timed_out, "stopped": stopped, "error": error})
    os.write(report, line.encode() + b"\n")


def enclose(flags: int) -> None:
    """Enter new namespaces, as the same user, with the loopback interface as the only network.

    Raises:
        OSError: the kernel does not allow it.
    """
    if not flags:
        return
    user, group = os.getuid(), os.getgid()
    checked(libc.unshare(flags))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = struct.pack("16sH14s", b"lo", 0, b"")
        answer = fcntl.ioctl(control, SIOCGIFFLAGS, name)
        (state,) = struct.unpack_from("H", answer, 16)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", state | IFF_UP, b""))


def begin(spec: Spec, command: list[str]) -> NoReturn:
    """In the child: become the first process of the namespace, start the program, end with its code."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        if spec.isolation != "namespaces":
            execute(spec, command)
        mount_proc()
        program = os.fork()
        if program == 0:
            execute(spec, command)
        while True:
            ended, status = os.wait()
            if ended == program:
                code = os.waitstatus_to_exitcode(status)
                os._exit(code if code >= 0 else 128 - code)
    except OSError as error:
        os.write(2, f"sandbox: {error}\n".encode())
        say(spec.report, code=CANNOT_START, error=str(error))
        os._exit(CANNOT_START)


def mount_proc() -> None:
    """Let /proc show the processes of this namespace only."""
    checked(libc.unshare(CLONE_NEWNS))
    checked(libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None))
    checked(libc.mount(b"proc", b"/proc", b"proc", 0, None))


def execute(spec: Spec, command: list[str]) -> NoReturn:
    """Become the program, under its limits."""
    limits = {
        resource.RLIMIT_CPU: spec.cpu_seconds,
        resource.RLIMIT_DATA: spec.memory_mb << 20,
        resource.RLIMIT_FSIZE: spec.file_mb << 20,
        resource.RLIMIT_CORE: 0,
    }
    for which, limit in limits.items():
        _soft, hard = resource.getrlimit(which)
        top = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(which, (top, top if which != resource.RLIMIT_CPU else hard))
    os.setsid()
    os.execvpe(command[0], command, os.environ)  # noqa: S606 - no shell is wanted


def wait(child: int, deadline: float, spec: Spec) -> End:
    """How the child ended by itself or was ended by a limit; children of others are reaped."""
    next_sum = 0.0
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == child:
            return End(status)
        if ended:
            continue
        now = time.monotonic()
        if now > deadline:
            return End(None, "time")
        if more_processes_than(spec.processes):
            return End(None, "processes")
        if now > next_sum:
            if size_of(spec.workdir) > spec.disk_mb << 20:
                return End(None, "disk")
            next_sum = time.monotonic() + DISK_SECONDS
        time.sleep(POLL_SECONDS)


def more_processes_than(limit: int) -> bool:
    """Whether more processes than this are below this one."""
    count = 0
    waiting = [os.getpid()]
    while waiting and count <= limit:
        found = children_of(waiting.pop())
        count += len(found)
        waiting += found
    return count > limit


def size_of(folder: str) -> int:
    """The bytes that the files below a folder take on the disk."""
    total = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118 - it is fast
            except OSError:
                continue
    return total


def kill_children() -> None:
    """Kill every process below this one: orphans come to it, because it is their subreaper."""
    while children := children_of(os.getpid()):
        for child in children:
            kill_tree(child)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(POLL_SECONDS)


def kill_tree(process: int) -> None:
    """Stop a process, so that it starts no more, then kill its children and itself."""
    try:
        os.kill(process, signal.SIGSTOP)
        for child in children_of(process):
            kill_tree(child)
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def children_of(process: int) -> list[int]:
    """The processes whose parent is this one, from /proc."""
    try:
        threads = [entry.path for entry in os.scandir(f"/proc/{process}/task")]
    except OSError:
        return []
    try:
        return [int(word) for thread in threads for word in Path(thread, "children").read_text().split()]
    except OSError:
        return _children_by_parent(process)


def _children_by_parent(process: int) -> list[int]:
    """The same where the kernel keeps no lists of children, or a thread ended meanwhile."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue
            if int(text.rpartition(")")[2].split()[1]) == process:
                found.append(int(folder.name))
    return found


def checked(result: int) -> None:
    """Turn the failure of a system call into an exception."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
