"""YAML files of maps: data together with the place of every value, so that errors can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Address: TypeAlias = tuple[str | int, ...]
_MOST_VALUES = 100_000
"""More values than this in one document come of anchors that hold anchors that hold anchors."""


class MapError(Exception):
    """A map file is wrong; `str()` gives file:line:column, the cause and what to do."""

    def __init__(self, path: Path | str, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")
        self.path, self.line, self.column, self.message = path, line, column, message


@dataclass(frozen=True)
class Document:
    """The data of one YAML file; `places` holds line and column, from 1, by address of the value."""

    path: str
    data: dict[str, Any]
    places: dict[Address, tuple[int, int]]

    def place(self, address: Address) -> str:
        """`file:line` of an address; of a map that ships with the package the line is looked up again."""
        places = self.places or read_document(self.path, Path(self.path).read_text("utf-8")).places
        while address and address not in places:
            address = address[:-1]
        return f"{self.path}:{places.get(address, (1, 1))[0]}"

    def error(self, address: Address, message: str) -> MapError:
        """An error at an address, or at the nearest place above it that is known."""
        while address and address not in self.places:
            address = address[:-1]
        line, column = self.places.get(address, (1, 1))
        return MapError(self.path, line, column, message)


def read_document(path: str, text: str) -> Document:
    """Parses one YAML mapping.

    Raises:
        MapError: not YAML, not a mapping, a key that stands twice, or a value that YAML cannot read.
    """
    import yaml

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loader = loader_class(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise MapError(path, line, column, f"not valid YAML: {error.problem or error.context}") from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise MapError(path, line, column, f"not valid YAML: {error.reason}") from error
    except UnicodeError as error:
        raise MapError(path, 1, 1, f"not valid YAML: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise MapError(path, 1, 1, "expected a mapping at the top, such as 'library: wandb'")
    construction = _Construction(path, yaml.constructor.SafeConstructor())
    data = construction.value(node, ())
    assert isinstance(data, dict)
    return Document(path, data, construction.places)


class _Construction:
    """The values of a document's nodes, with their places; its open nodes are those that it stands in."""

    def __init__(self, path: str, make: Any) -> None:
        self._path, self._make = path, make
        self._open: list[Any] = []
        self.places: dict[Address, tuple[int, int]] = {}

    def value(self, node: Any, address: Address) -> object:
        """The value of a node at an address."""
        import yaml

        self.places[address] = _place_of(node)
        if len(self.places) > _MOST_VALUES:
            raise self._error(node, "too many values; anchors within anchors grow without end")
        if not isinstance(node, yaml.CollectionNode):
            return self._scalar(node)
        if any(node is outer for outer in self._open):
            raise self._error(node, "an anchor that holds itself; write the value out")
        self._open.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, address)
            return [self.value(item, (*address, i)) for i, item in enumerate(node.value)]
        finally:
            self._open.pop()

    def _mapping(self, node: Any, address: Address) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            # the text as written: YAML 1.1 would read the key `on` as true
            key = str(key_node.value)
            if key == "<<":
                found |= self._merged(value_node, address)
                continue
            if key in found and (*address, key) in self.places:
                raise self._error(key_node, f"the key {key!r} stands twice; keep one")
            found[key] = self.value(value_node, (*address, key))
        return found

    def _merged(self, node: Any, address: Address) -> dict[str, object]:
        """What `<<: *anchor` puts into a mapping; keys of its own take the place of these."""
        merged = self.value(node, (*address, "<<"))
        if not isinstance(merged, dict):
            raise self._error(node, "'<<' takes a mapping; name an anchor such as *drops")
        return merged

    def _scalar(self, node: Any) -> object:
        try:
            value: object = self._make.construct_object(node)
        # The constructors of dates, numbers and tags raise what Python's own raise.
        except Exception as error:
            kind = node.tag.rpartition(":")[2]
            message = f"{str(node.value)[:40]!r} cannot be read as {kind}; put it in quotes if it is a text"
            raise self._error(node, message) from error
        return value

    def _error(self, node: Any, message: str) -> MapError:
        return MapError(self._path, *_place_of(node), message)


def _place_of(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
