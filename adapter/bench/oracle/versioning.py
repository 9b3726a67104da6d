"""Oracle: what a program that versions data must leave: pointers in git, bytes in the storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapter.bench.oracle.machine import STORAGE
from adapter.bench.oracle.trial import OracleError, Trial

_LISTED = """
import subprocess
def git(*words):
    done = subprocess.run(["git", "-C", {folder!r}, *words], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""
result = git({words})
"""
_READ = """
import subprocess, tempfile, dvc.repo
with tempfile.TemporaryDirectory() as place:
    subprocess.run(["git", "clone", "-q", {folder!r}, place], check=True)
    subprocess.run(["git", "-C", place, "checkout", "-q", {revision!r}], check=True)
    dvc.repo.Repo(place).pull()
    found = {{}}
    for path in {paths!r}:
        try:
            found[path] = open(place + "/" + path, "rb").read().decode("latin-1")
        except OSError:
            found[path] = None
result = found
"""
_CACHED = """
import subprocess, dvc.api
found = {{}}
for path in {paths!r}:
    words = ["git", "-C", {folder!r}, "show", {revision!r} + ":" + path]
    done = subprocess.run(words, capture_output=True)
    try:
        content = done.stdout if done.returncode == 0 else dvc.api.read(
            path, repo={folder!r}, rev={revision!r}, mode="rb"
        )
        found[path] = content.decode("latin-1")
    except Exception as error:
        found[path] = f"not to be had: {{error}}"
result = found
"""


def git(trial: Trial, folder: str, *words: str) -> str:
    """What a command of git says in a folder that the adapted program left."""
    said: Any = trial.ask(_LISTED.format(folder=folder, words=", ".join(map(repr, words))))
    return str(said)


def kept(
    trial: Trial, *, data: Sequence[str], code: Sequence[str] = (), folder: str = ".", revision: str = "HEAD"
) -> None:
    """In a version, git has a pointer file for each data path and not the data itself; code it has itself.

    Raises:
        OracleError: a file is on the wrong side, or on none.
    """
    listed = git(trial, folder, "ls-tree", "-r", "--name-only", revision).splitlines()
    for path in data:
        if path in listed:
            raise OracleError(f"git itself has the data file {path} in {revision}")
        if f"{path}.dvc" not in listed:
            raise OracleError(f"git has no {path}.dvc in {revision}; it has: {', '.join(listed)}")
    for path in code:
        if path not in listed:
            raise OracleError(f"git does not have {path} in {revision}; it has: {', '.join(listed)}")
    pointers = {path.removesuffix(".dvc") for path in listed if path.endswith(".dvc")}
    wrong = pointers.intersection(code)
    if wrong:
        raise OracleError(f"DVC has {', '.join(sorted(wrong))}, which is code")


def versions(trial: Trial, wanted: Mapping[str, Mapping[str, str | None]], folder: str = ".") -> None:
    """A fresh clone, at each revision, gets these contents of files from the storage; None: no such file.

    Raises:
        OracleError: a content differs.
    """
    for revision, contents in wanted.items():
        code = _READ.format(folder=folder, revision=revision, paths=list(contents))
        found: Any = trial.ask(code)
        for path, content in contents.items():
            if found[path] != content:
                raise OracleError(f"{path} at {revision} is {found[path]!r}, not {content!r}")


def cached(trial: Trial, wanted: Mapping[str, Mapping[str, str]], folder: str = ".") -> None:
    """The repository that the program leaves gives these contents of files at each revision.

    Raises:
        OracleError: a content differs, or is not to be had.
    """
    for revision, contents in wanted.items():
        found: Any = trial.ask(_CACHED.format(folder=folder, revision=revision, paths=list(contents)))
        for path, content in contents.items():
            if found[path] != content:
                raise OracleError(f"{path} at {revision} is {found[path]!r}, not {content!r}")


def gone(trial: Trial, paths: Sequence[str], folder: str = ".", revision: str = "HEAD") -> None:
    """A version has neither these files nor pointers to them.

    Raises:
        OracleError: it has one.
    """
    listed = git(trial, folder, "ls-tree", "-r", "--name-only", revision).splitlines()
    left = {name for path in paths for name in (path, f"{path}.dvc")}.intersection(listed)
    if left:
        raise OracleError(f"{', '.join(sorted(left))} is still there in {revision}")


def stored(trial: Trial, contents: Sequence[str]) -> None:
    """The storage holds each of these contents.

    Raises:
        OracleError: one is missing.
    """
    storage = trial.after.workdir / STORAGE
    found = (
        {path.read_bytes() for path in storage.rglob("*") if path.is_file()} if storage.exists() else set()
    )
    for content in contents:
        if content.encode("latin-1") not in found:
            raise OracleError(f"the storage does not hold {content!r}; it holds {len(found)} files")


def history(trial: Trial, messages: Sequence[str], folder: str = ".", revision: str = "HEAD") -> None:
    """The messages of the commits that lead to a revision, the newest first.

    Raises:
        OracleError: there are others.
    """
    found = git(trial, folder, "log", "--format=%s", revision).splitlines()
    if found != list(messages):
        raise OracleError(f"the commits are {found}, not {list(messages)}")


def clean(trial: Trial, folder: str = ".") -> None:
    """Nothing that git tracks was left uncommitted.

    Raises:
        OracleError: something was.
    """
    left = git(trial, folder, "status", "--porcelain", "--untracked-files=no").strip()
    if left:
        raise OracleError(f"these changes are not committed: {left}")


def left_alone(trial: Trial, *names: str) -> None:
    """Files of the program that version no data are as they were.

    Raises:
        OracleError: one was changed.
    """
    for name in names:
        if (trial.answer / name).read_bytes() != (trial.task.before / name).read_bytes():
            raise OracleError(f"{name} versions code alone, and was changed")
