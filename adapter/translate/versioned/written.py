"""translate: the data files that a script writes, told by the calls that write them."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.translate.versioned.files import FileKinds
from adapter.translate.versioned.nodes import (
    Index,
    arguments,
    called,
    function_around,
    keywords,
    literal,
    text_of,
)

_WRAPPED = re.compile(r"^(?:str|Path|os\.fspath)\((.*)\)$", re.DOTALL)
_PATH_KEYWORDS = ("path", "filename", "fname", "file", "f", "dst", "path_or_buf", "excel_writer")


class Written:
    """The paths of one file that data goes to; `paths` in source order."""

    def __init__(self, index: Index, kinds: FileKinds) -> None:
        self._kinds, self._index = kinds, index
        self._paths: list[Node] | None = None

    @property
    def paths(self) -> list[Node]:
        """The path expressions, as the writing calls have them."""
        if self._paths is None:
            found = (self._path(call) for call in self._index.calls)
            self._paths = [node for node in found if node is not None]
        return self._paths

    def writes(self, path: Node) -> bool:
        """Whether data is written to the same path, as far as its spelling in the same function tells."""
        wanted, within = _plain(path), function_around(path)
        return any(
            _plain(node) == wanted and (function_around(node) == within or "." in wanted or wanted.isupper())
            for node in self.paths
        )

    def copied_from(self, path: Node) -> list[Node]:
        """The sources that the script copies or moves to a path."""
        wanted, within = _plain(path), function_around(path)
        found: list[Node] = []
        for call in self._index.calls:
            name, given = called(call), arguments(call)
            for copy, (source, target) in self._kinds.copies.items():
                if not (name == copy or name.endswith(f".{copy}")) or len(given) <= max(source, target):
                    continue
                if _plain(given[target]) == wanted and function_around(call) == within:
                    found.append(given[source])
        return found

    def _path(self, call: Node) -> Node | None:
        """Where a call writes data to; None for any other call."""
        name = called(call)
        function = call.child_by_field_name("function")
        member = text_of(function).rpartition(".")[2] if function is not None else ""
        if name in ("open", "io.open", "gzip.open") or member == "open":
            return self._opened(call, name, function)
        if member == "write_bytes" and function is not None:
            return function.child_by_field_name("object")
        for wanted, position in self._kinds.writers.items():
            if name.endswith(f".{wanted}") or name == wanted or member == wanted:
                return _given(call, position)
        return None

    def _opened(self, call: Node, name: str, function: Node | None) -> Node | None:
        """`open(path, "wb")` and `path.open("wb")`."""
        given = arguments(call)
        is_method = name not in ("open", "io.open", "gzip.open")
        mode = keywords(call).get("mode") or (
            given[0 if is_method else 1] if len(given) > (not is_method) else None
        )
        text = literal(mode) or ""
        if "b" not in text or not set(text) & set("wax"):
            return None
        if is_method:
            return function.child_by_field_name("object") if function is not None else None
        return given[0]


def _given(call: Node, position: int) -> Node | None:
    given, named = arguments(call), keywords(call)
    if position < len(given):
        return given[position]
    return next((named[word] for word in _PATH_KEYWORDS if word in named), None)


def _plain(node: Node) -> str:
    text = text_of(node)
    wrapped = _WRAPPED.match(text)
    return wrapped[1] if wrapped else text
