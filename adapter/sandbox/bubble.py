"""Sandbox: the command line of bubblewrap: a program sees the machine and can write only its own folder."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import adapter

_PROGRAM = "bwrap"
# Folders that every program takes for its own: they become empty ones, in memory.
_SCRATCH = (Path("/tmp"), Path("/var/tmp"), Path("/run"))  # noqa: S108 - these are covered, not used


def bubblewrap() -> str | None:
    """Where bubblewrap is, None when it is not installed."""
    return shutil.which(_PROGRAM)


def bubble_options(
    workdir: Path, project: Path, variables: Mapping[str, str], scratch_mb: int, visible: Sequence[Path]
) -> list[str]:
    """The options under which a program sees all but homes and scratch folders, and can write `workdir`.

    Of what lies in a covered folder the interpreter, its packages, the programs of the PATH and the `visible`
    folders can still be read.
    """
    workdir = workdir.resolve()
    covered = [path for path in (*_homes(), *_SCRATCH) if path.is_dir()]
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    options += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for path in covered:
        options += ["--size", str(scratch_mb << 20), "--tmpfs", str(path)]
    for path in dict.fromkeys([*_needed(variables), *(path.resolve() for path in visible)]):
        if any(path.is_relative_to(cover) for cover in covered):
            options += ["--ro-bind", str(path), str(path)]
    return [*options, "--bind", str(workdir), str(workdir), "--chdir", str(project.resolve()), "--"]


def _homes() -> Iterator[Path]:
    """The user's home, by the environment and by the list of users."""
    homes = {Path(pwd.getpwuid(os.getuid()).pw_dir).resolve()}
    if "HOME" in os.environ:
        homes.add(Path(os.environ["HOME"]).resolve())
    yield from sorted(home for home in homes if home != Path("/"))


def _needed(variables: Mapping[str, str]) -> Iterator[Path]:
    """What a program may have to read, below a home or not."""
    searched = [Path(entry) for entry in variables.get("PATH", "").split(os.pathsep) if entry]
    # What lies in PREFIX/bin finds its own files in PREFIX.
    prefixes = [entry.parent if entry.name in {"bin", "shims"} else entry for entry in searched]
    own = [sys.prefix, sys.base_prefix, *sys.path, str(Path(adapter.__file__).parents[1])]
    homes = set(_homes())
    for path in (*map(Path, own), *prefixes):
        if path.is_absolute() and path.exists() and path.resolve() not in homes:
            yield path
