"""inline: concept calls written in the target library, from nothing but their arguments."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from adapter.graph.model import Library
from adapter.graph.network import concept_path
from adapter.graph.store import Atlas
from adapter.inline.script import Script
from adapter.plan import GapReason
from adapter.translate.arguments import Arg
from adapter.translate.layouts import line_limit
from adapter.translate.lift import NoPathError
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.render import Layout

__all__ = ["ConceptWriter", "NoPathError"]


class ConceptWriter:
    """Writes concept calls for one script."""

    def __init__(self, script: Script, atlas: Atlas, library: Library) -> None:
        self.library = library
        self._script, self._atlas = script, atlas
        self._lowerer = Lowerer(atlas, library, script.names)
        self._limit = line_limit(script.source.data)

    def can_write(self, concept: str) -> bool:
        """Whether the library has anything for a concept."""
        return concept_path(self._atlas, concept, self.library) is not None

    def takes(self, concept: str, argument: str) -> bool:
        """Whether what the library writes for a concept has a use for one of its arguments."""
        path = concept_path(self._atlas, concept, self.library)
        return path is not None and any(
            entry.write is not None and argument in entry.write.names for entry in path.lowers
        )

    def write(
        self, concept: str, arguments: Mapping[str, str | Node], indent: str = "", before: int = 0
    ) -> Lowered:
        """The statements of a concept call, for a place with this indentation.

        Arguments are expressions, as text or as nodes of the script; those that are "" count as not given.
        `before` characters share the first line with it.

        Raises:
            NoPathError: the library has nothing for the concept with these arguments.
        """
        path = concept_path(self._atlas, concept, self.library)
        if path is None:
            raise NoPathError(GapReason.NO_EDGE, f"{self.library.name} has nothing for {concept}")
        given = {name: self._argument(value) for name, value in arguments.items() if value != ""}
        unit = "\t" if indent.startswith("\t") else "    "
        exploded = any("\n" in argument.text for argument in given.values())
        layout = Layout(indent, unit, limit=self._limit, exploded=exploded, before=before)
        return self._lowerer.lower(path, given, layout, own=("holder",))

    def _argument(self, value: str | Node) -> Arg:
        if isinstance(value, str):
            return Arg(value)
        indent = self._script.source.line_indent(value.start_byte)
        return Arg(self._script.text(value), value, indent)
