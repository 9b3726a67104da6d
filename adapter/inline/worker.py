"""inline: files of one process, one after the other; what is known of a project is kept between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapter.graph.store import packaged_atlas
from adapter.inline.file import inline_file
from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.recipe import Request
from adapter.names.project import ProjectNames
from adapter.plan import FileError, Plan
from adapter.source.errors import SourceError
from adapter.source.text import read_bytes, read_source
from adapter.translate.pipeline import UsageError


class InlineWorker:
    """Applies one recipe to files."""

    def __init__(self, request: Request, files: Sequence[Path]) -> None:
        self._request, self._files = request, files
        self._projects: dict[Path, ProjectNames] = {}

    def work(self, path: Path, folder: Path) -> Plan:
        """The plan of one file; `folder` is where its imports are looked up."""
        if folder not in self._projects:
            catalog = packaged_frameworks().catalog
            self._projects[folder] = ProjectNames(folder, catalog, read_source, self._files)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            return Plan(path, error=error.error)
        try:
            return inline_file(path, raw, self._request, packaged_atlas(), self._projects[folder])
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not cost the others
            message = f"adapter failed here: {type(error).__name__}: {error}"
            return Plan(path, raw, error=FileError(path, message, remedy="left as it is; please report it"))
