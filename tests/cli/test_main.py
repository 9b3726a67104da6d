"""The entry point: version, help, and what is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapter import __version__
from tests.cli.conftest import Adapter


def imported(arguments: list[str]) -> set[str]:
    """The modules that are there after the command line ran with these arguments."""
    code = (
        f"import sys; sys.argv = ['adapter', *{arguments!r}]\n"
        "from adapter.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_version(adapter: Adapter) -> None:
    done = adapter("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"adapter {__version__}\n", "")


def test_version_imports_no_library() -> None:
    packages = {name.partition(".")[0] for name in imported(["--version"])}
    assert not packages & {"typer", "rich", "tree_sitter", "libcst", "networkx", "yaml", "rope"}


@pytest.mark.parametrize("command", ["translate", "undo", "explain", "maps"])
def test_every_command_is_in_the_help(adapter: Adapter, command: str) -> None:
    done = adapter("--help")
    assert done.returncode == 0
    assert command in done.stdout
    assert adapter(command, "--help").returncode == 0


def test_an_unknown_command_exits_2(adapter: Adapter) -> None:
    done = adapter("transmogrify")
    assert (done.returncode, done.stdout) == (2, "")
    assert "transmogrify" in done.stderr
