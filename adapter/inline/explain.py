"""inline: the landmarks of a file as sites, with words for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.describe import describe
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.outcome import landmark_site
from adapter.inline.script import Script
from adapter.names.project import ProjectNames
from adapter.plan import Site
from adapter.source.text import read_bytes, read_source
from adapter.source.tree import read_tree


def landmark_sites(path: Path) -> Iterator[tuple[Site, str]]:
    """Every landmark of a file in source order; what it is stands where a site has its API.

    Raises:
        SourceError: the file cannot be read.
    """
    source = read_source(path, read_bytes(path))
    folder = path.resolve().parent
    project = ProjectNames(folder, packaged_frameworks().catalog, read_source, read_tree([folder]).code)
    script = Script(source, packaged_frameworks(), project)
    for item in describe(find_landmarks(script)):
        yield landmark_site(script, item.node, item.kind), item.detail
