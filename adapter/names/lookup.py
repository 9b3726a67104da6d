"""names: rope's search for the definition of a name, for what the room cannot follow itself."""

from __future__ import annotations

from pathlib import Path

from rope.base import libutils
from rope.base.exceptions import RopeError
from rope.base.project import Project
from rope.contrib.findit import find_definition
from tree_sitter import Node

from adapter.source.text import Source


class RopeLookup:
    """A rope project that reads only: it keeps nothing on disk and runs no code."""

    def __init__(self, root: Path) -> None:
        self._project = Project(
            str(root), ropefolder=None, save_objectdb=False, automatic_soa=False, perform_doa=False
        )

    def definition(self, source: Source, node: Node) -> tuple[Path, int] | None:
        """The file and line, from 1, that define the last name of an expression."""
        before = source.data[: node.end_byte - 1]
        text = source.data.decode("utf-8")
        try:
            resource = libutils.path_to_resource(self._project, str(source.path))
            found = find_definition(self._project, text, len(before.decode("utf-8", "ignore")), resource)
        except (RopeError, SyntaxError, RecursionError, AttributeError, ValueError):
            # rope gives up on some code with errors of its own making.
            return None
        if found is None or found.lineno is None:
            return None
        path = source.path if found.resource is None else Path(found.resource.real_path)
        return path, found.lineno
