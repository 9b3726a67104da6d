"""Versions: how they compare, and which one of a distribution the manifests of a project ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from packaging.version import InvalidVersion, Version

from adapter.source.errors import SourceError
from adapter.source.manifests import Request, manifest_entries
from adapter.source.text import read_bytes

_PINNED = re.compile(r"(?:===|==|~=|>=|\^|~|=|>)\s*[\"']?v?(\d[\w.]*)")


class VersionError(ValueError):
    """A text is no version; the message gives an example of one."""


def parse_version(text: str) -> Version:
    """A version such as "2.10.1"; a trailing ".*" is left out.

    Raises:
        VersionError: it is none.
    """
    try:
        return Version(text.strip().rstrip(".*"))
    except InvalidVersion as error:
        raise VersionError(f"{text!r} is no version; give one like 2.10.1") from error


def in_use(manifests: Iterable[Path], distribution: str) -> Version | None:
    """The oldest version that manifests ask for: what is pinned, or the lower bound; None when none says."""
    found: list[Version] = []
    request = Request(distribution, distribution)
    for path in manifests:
        try:
            raw = read_bytes(path)
            texts = [text for name, text in manifest_entries(path, raw, request) if request.is_old(name)]
        except SourceError:
            # told when the manifest itself is planned
            continue
        for text in texts:
            bound = lower_bound(text)
            if bound is not None:
                found.append(bound)
    return min(found, default=None)


def lower_bound(requirement: str) -> Version | None:
    """The lowest version that a requirement allows, as far as it says: of "optuna>=2.10,<4" 2.10."""
    match = _PINNED.search(requirement)
    try:
        return parse_version(match[1]) if match is not None else None
    except VersionError:
        return None
