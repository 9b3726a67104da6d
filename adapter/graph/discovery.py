"""Maps that do not ship with `adapter`: of installed packages, and in a project's `.adapter/maps/`.

A package names the folder of its maps by an entry point of the group `adapter.maps`
(`[project.entry-points."adapter.maps"]`, `anything = "package.folder"`). They are data: nothing is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from adapter.graph.store import Atlas, packaged_atlas, with_files

ENTRY_POINTS = "adapter.maps"
PROJECT_FOLDER = Path(".adapter") / "maps"


def found_atlas(paths: Sequence[Path] = ()) -> Atlas:
    """The packaged maps, with those of installed packages and of the projects that the paths lie in.

    Raises:
        MapError: a map is wrong, or two claim one API.
    """
    folders = [*entry_point_folders(), *project_folders(paths)]
    files = [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]
    return with_files(packaged_atlas(), list(dict.fromkeys(files)))


def entry_point_folders() -> list[Path]:
    """Where installed packages say that their maps are."""
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=ENTRY_POINTS), key=lambda each: (each.name, each.value))
    folders = [(point.dist, point.module.replace(".", "/")) for point in points]
    return [Path(str(dist.locate_file(folder))) for dist, folder in folders if dist is not None]


def project_folders(paths: Iterable[Path]) -> list[Path]:
    """The nearest `.adapter/maps` at or above each path."""
    found: list[Path] = []
    for path in paths:
        start = path.resolve()
        for folder in (start, *start.parents):
            if (folder / PROJECT_FOLDER).is_dir():
                found.append(folder / PROJECT_FOLDER)
                break
    return list(dict.fromkeys(found))
