"""Oracle: the machine that programs about versioned data run on: git knows its user, DVC its storage."""

from __future__ import annotations

from pathlib import Path

STORAGE = "storage"
_GIT = """[user]
    name = Ada Example
    email = ada@example.org
[init]
    defaultBranch = main
[advice]
    detachedHead = false
"""
_DVC = """[core]
    remote = storage
    analytics = false
    check_update = false
['remote "storage"']
    url = {url}
"""


def prepare_machine(workdir: Path) -> None:
    """Writes what a user has in the home folder: the identity for git, DVC's default remote `STORAGE`."""
    home = workdir.resolve() / "home"
    settings = home / ".config" / "dvc"
    settings.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(_GIT, encoding="utf-8")
    (settings / "config").write_text(_DVC.format(url=workdir.resolve() / STORAGE), encoding="utf-8")


def machine_environment(workdir: Path) -> dict[str, str]:
    """What keeps DVC within the work folder."""
    place = workdir.resolve()
    return {
        "DVC_GLOBAL_CONFIG_DIR": str(place / "home" / ".config" / "dvc"),
        "DVC_SITE_CACHE_DIR": str(place / "tmp" / "dvc"),
        "DVC_NO_ANALYTICS": "1",
    }
