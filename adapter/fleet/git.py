"""Fleet: git, called so that nothing that a repository brings along is run.

No hooks, no file system monitor, no filters of the repository's own configuration, no submodules, no prompts.
Work is done in a clone: git's serving side is made to be used on repositories that one does not trust.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SECONDS = 1800
# In the order in which git reads them, these come last, so they win over what a repository configures.
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.quotePath": "false",
    "diff.external": "",
    "core.sshCommand": "ssh",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "commit.gpgSign": "false",
    "advice.detachedHead": "false",
}
_VARIABLES = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C.UTF-8",
}


class GitError(Exception):
    """A git command failed; the message is its first argument and the last line that it said."""


def git(folder: Path, *arguments: str, variables: dict[str, str] | None = None) -> bytes:
    """What a git command prints, run in a folder.

    Raises:
        GitError: it failed, or took more than half an hour.
    """
    settings = [part for key, value in _SETTINGS.items() for part in ("-c", f"{key}={value}")]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],  # noqa: S607 - the git of the user's PATH
            cwd=folder,
            env=inherited | _VARIABLES | (variables or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {arguments[0]}: no end after {_SECONDS} s") from error
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["it failed"]
        raise GitError(f"git {arguments[0]}: {said[-1]}")
    return done.stdout


def clone(source: str, target: Path) -> None:
    """A clone with a work tree, without hooks and submodules.

    Raises:
        GitError: the source cannot be cloned.
    """
    git(
        target.parent,
        "clone",
        "--quiet",
        "--template=",
        "--no-recurse-submodules",
        "--no-local",
        "--",
        source,
        target.name,
    )


def revision(folder: Path, name: str = "HEAD") -> str:
    """The commit that a name stands for; empty when there is none."""
    try:
        return git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
    except GitError:
        return ""


def tree(folder: Path, name: str) -> str:
    """The tree of a commit."""
    return git(folder, "rev-parse", f"{name}^{{tree}}").decode().strip()


def commit_all(folder: Path, message: str) -> str:
    """Commit every change of a tracked file, in the name of the user or, without one, of the tool.

    The moment is `SOURCE_DATE_EPOCH` where that is set (https://reproducible-builds.org), so that commits
    can be made the same again.
    """
    variables = {}
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        variables = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"@{epoch} +0000")
    identity = (
        [] if _has_identity(folder) else ["-c", "user.name=adapter", "-c", "user.email=adapter@localhost"]
    )
    git(folder, "add", "--update")
    git(folder, *identity, "commit", "--quiet", "--no-verify", "--message", message, variables=variables)
    return revision(folder)


def remote_revision(address: str) -> str:
    """The commit that a remote repository's HEAD stands for; empty when that cannot be told."""
    try:
        listed = git(Path(), "ls-remote", "--quiet", "--", address, "HEAD").decode()
    except GitError:
        return ""
    return listed.partition("\t")[0]


def hand_over(clone_folder: Path, source: Path, branch: str) -> None:
    """Put a branch of the clone into the repository that it was made of.

    Raises:
        GitError: that has another branch of this name, or cannot be written.
    """
    existing = revision(source, f"refs/heads/{branch}")
    if existing:
        if tree(source, existing) == tree(clone_folder, branch):
            return
        raise GitError(f"there is another branch {branch} already; name a new one with --branch")
    reference = f"refs/heads/{branch}"
    # What the repository configures could otherwise turn a path into another kind of address.
    variables = {"GIT_ALLOW_PROTOCOL": "file"}
    refspec = f"{reference}:{reference}"
    git(source, "fetch", "--quiet", "--no-tags", str(clone_folder.resolve()), refspec, variables=variables)


def _has_identity(folder: Path) -> bool:
    try:
        return bool(git(folder, "config", "user.email").strip())
    except GitError:
        return False
