"""Translating files in one process: what is known of a project is kept from file to file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route
from adapter.names.project import ProjectNames
from adapter.plan import FileError, Plan
from adapter.source.errors import SourceError
from adapter.source.text import read_bytes, read_source
from adapter.translate.file import Translated, translate_file
from adapter.translate.traces import Traces
from adapter.translate.versioned.project import VersionedProject, is_versioned, versioned_catalog


class Worker:
    """Translates files one after the other.

    In `files` the library's objects are followed; `code` are all code files, also those that do not name it.
    """

    def __init__(
        self,
        way: Route,
        files: Sequence[Path],
        code: Sequence[Path],
        *,
        unsafe: bool,
        alongside: bool = False,
        data: tuple[str, ...] = (),
    ) -> None:
        self._way, self._files, self._unsafe, self._alongside = way, files, unsafe, alongside
        catalog = catalog_of(way.source)
        self._catalog = versioned_catalog(catalog) if is_versioned(way) else catalog
        self._traces = Traces(way.source, code)
        self._projects: dict[Path, ProjectNames] = {}
        self._versioned = (
            VersionedProject(way, self._catalog, code, files, data) if is_versioned(way) else None
        )

    def work(self, path: Path, folder: Path) -> Translated:
        """The plan of one file; `folder` is where its imports are looked up."""
        if folder not in self._projects:
            self._projects[folder] = ProjectNames(folder, self._catalog, read_source, self._files)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            return Translated(Plan(path, error=error.error))
        try:
            return translate_file(
                path,
                raw,
                self._way,
                self._catalog,
                self._projects[folder],
                self._traces,
                unsafe=self._unsafe,
                alongside=self._alongside,
                versioned=self._versioned,
            )
        except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not cost the others
            message = f"adapter failed here: {type(error).__name__}: {error}"
            return Translated(
                Plan(path, raw, error=FileError(path, message, remedy="left as it is; please report it"))
            )
