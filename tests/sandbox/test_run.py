"""tests/sandbox: what a program in the sandbox can and cannot do, with real programs."""

from __future__ import annotations

import socket
import sys
import time
import uuid
from pathlib import Path

import pytest

from adapter.sandbox import run as sandbox
from adapter.sandbox.run import Execution, Isolation, Limits


@pytest.fixture(params=Isolation, ids=str)
def isolation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Isolation:
    """Every isolation that this machine has, one after the other."""
    order = list(Isolation)
    if order.index(request.param) < order.index(sandbox.strongest_isolation()):
        pytest.skip(f"the kernel does not allow {request.param} here")
    monkeypatch.setattr(sandbox, "strongest_isolation", lambda: request.param)
    return request.param


def run(code: str, folder: Path, limits: Limits | None = None) -> Execution:
    project = folder / "program"
    project.mkdir()
    (project / "program.py").write_text(code)
    return sandbox.run([sys.executable, "program.py"], project, folder / "work", limits)


def running(marker: str) -> bool:
    """Whether a process with this text in its command line is there."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


def test_a_program_runs_in_a_copy_and_its_end_is_told(tmp_path: Path, isolation: Isolation) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); open('new', 'w'); sys.exit(7)"
    done = run(code, tmp_path)
    assert (done.code, done.stdout, done.stderr) == (7, "out\n", "err\n")
    assert (done.timed_out, done.truncated, done.isolation) == (False, False, isolation)
    assert (done.project / "new").exists()
    assert not (tmp_path / "program" / "new").exists()


def test_the_time_limit_ends_a_program_with_all_that_it_started(tmp_path: Path, isolation: Isolation) -> None:
    marker = uuid.uuid4().hex
    code = (
        "import subprocess, sys, time\n"
        f"sleeper = [sys.executable, '-c', 'import time; time.sleep(600)  # {marker}']\n"
        "subprocess.Popen(sleeper)\n"
        "subprocess.Popen(sleeper, start_new_session=True)\n"
        "print('started', flush=True)\n"
        "time.sleep(600)\n"
    )
    done = run(code, tmp_path, Limits(seconds=2))
    assert done.timed_out
    assert done.stdout == "started\n"
    assert done.seconds < 10
    assert not running(marker)


def test_what_a_program_leaves_running_ends_with_it(tmp_path: Path, isolation: Isolation) -> None:
    marker = uuid.uuid4().hex
    code = (
        "import subprocess, sys\n"
        f"sleeper = [sys.executable, '-c', 'import time; time.sleep(600)  # {marker}']\n"
        "subprocess.Popen(sleeper, start_new_session=True, stdout=subprocess.DEVNULL)\n"
    )
    done = run(code, tmp_path)
    assert done.code == 0
    assert not running(marker)


def test_there_is_no_network(tmp_path: Path, isolation: Isolation) -> None:
    if isolation is Isolation.LIMITS:
        pytest.skip("this isolation leaves the network as it is, and says so")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            "import socket\n"
            "own = socket.create_server(('127.0.0.1', 0))\n"
            "socket.create_connection(own.getsockname()).close()\n"
            "print('loopback works')\n"
            "try:\n"
            f"    socket.create_connection(('127.0.0.1', {port}), timeout=2)\n"
            "except OSError as error:\n"
            "    print('refused')\n"
        )
        assert run(code, tmp_path).stdout == "loopback works\nrefused\n"


def test_the_environment_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolation: Isolation
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "do-not-tell")
    done = run("import os; print(sorted(os.environ)); print(os.environ['HOME'])", tmp_path)
    names, home = done.stdout.splitlines()
    assert "SOME_API_KEY" not in names
    assert "WANDB_MODE" in names
    assert Path(home) == (tmp_path / "work" / "home").resolve()


def test_the_environment_of_the_parent_cannot_be_read(tmp_path: Path, isolation: Isolation) -> None:
    if isolation not in (Isolation.BUBBLEWRAP, Isolation.NAMESPACES):
        pytest.skip("only a /proc of its own hides the other processes")
    code = (
        "import os\n"
        "seen = [name for name in os.listdir('/proc') if name.isdigit()]\n"
        "texts = [open(f'/proc/{name}/cmdline').read() for name in seen]\n"
        "print(any('pytest\\0' in text for text in texts), len(seen))\n"
    )
    seen_pytest, processes = run(code, tmp_path).stdout.split()
    assert seen_pytest == "False"
    assert int(processes) <= 3


@pytest.mark.parametrize(
    ("code", "limits"),
    [
        pytest.param("while True: pass", Limits(seconds=30, cpu_seconds=1), id="computing"),
        pytest.param("import time; time.sleep(60)", Limits(seconds=1), id="waiting"),
        pytest.param(
            "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
            Limits(seconds=1),
            id="deaf",
        ),
    ],
)
def test_a_program_is_stopped_at_its_limit(
    code: str, limits: Limits, tmp_path: Path, isolation: Isolation
) -> None:
    started = time.monotonic()
    done = run(code, tmp_path, limits)
    assert done.timed_out
    assert done.code != 0
    assert time.monotonic() - started < 15


def test_memory_output_and_files_are_limited(tmp_path: Path, isolation: Isolation) -> None:
    limits = Limits(memory_mb=300, output_bytes=1000, file_mb=1)
    code = (
        "import os, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    bytearray(1 << 30)\n"
        "except MemoryError:\n"
        "    print('no memory', flush=True)\n"
        "try:\n"
        "    open('large', 'wb').write(bytes(5 << 20))\n"
        "except OSError:\n"
        "    print('no room', flush=True)\n"
        "print('x' * 100_000)\n"
    )
    done = run(code, tmp_path, limits)
    assert done.code == 0
    assert done.stdout.startswith("no memory\nno room\nxxx")
    assert len(done.stdout) == 1000
    assert done.truncated
    assert (done.project / "large").stat().st_size <= 1 << 20


def test_killing_its_parents_does_not_free_a_program(tmp_path: Path, isolation: Isolation) -> None:
    marker = uuid.uuid4().hex
    code = f"import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)  # {marker}"
    folder = tmp_path / "program"
    folder.mkdir()
    done = sandbox.run([sys.executable, "-c", code], folder, tmp_path / "work", Limits(seconds=2))
    assert done.code != 0
    assert done.timed_out
    assert not running(marker)


def test_a_command_that_is_not_there_is_an_error_of_its_own(tmp_path: Path, isolation: Isolation) -> None:
    with pytest.raises(sandbox.SandboxError, match="no-such-program"):
        sandbox.run(["no-such-program"], tmp_path, tmp_path.parent / f"{tmp_path.name}-work")


def test_no_program_builds_the_list_of_fonts_again(tmp_path: Path) -> None:
    code = (
        "import logging\n"
        "logging.basicConfig(level=logging.INFO)\n"
        "from matplotlib import font_manager\n"
        "print('read')\n"
    )
    done = run(code, tmp_path)
    assert done.stdout == "read\n"
    assert "matplotlib" not in done.stderr
