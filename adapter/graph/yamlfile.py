"""YAML files of maps: data together with the place of every value, so that errors can point at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Address: TypeAlias = tuple[str | int, ...]


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
        MapError: not YAML, not a mapping, or a key that stands twice.
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
    if not isinstance(node, yaml.MappingNode):
        raise MapError(path, 1, 1, "expected a mapping at the top, such as 'library: wandb'")
    places: dict[Address, tuple[int, int]] = {}
    constructor = yaml.constructor.SafeConstructor()
    data = _construct(path, node, (), places, constructor)
    assert isinstance(data, dict)
    return Document(path, data, places)


def _construct(
    path: str, node: Any, address: Address, places: dict[Address, tuple[int, int]], make: Any
) -> object:
    import yaml

    places[address] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            # the text as written: YAML 1.1 would read the key `on` as true
            key = str(key_node.value)
            if key == "<<":
                found |= _merged(path, value_node, address, places, make)
                continue
            if key in found and (*address, key) in places:
                mark = key_node.start_mark
                raise MapError(
                    path, mark.line + 1, mark.column + 1, f"the key {key!r} stands twice; keep one"
                )
            found[key] = _construct(path, value_node, (*address, key), places, make)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_construct(path, item, (*address, i), places, make) for i, item in enumerate(node.value)]
    value: object = make.construct_object(node)
    return value


def _merged(
    path: str, node: Any, address: Address, places: dict[Address, tuple[int, int]], make: Any
) -> dict[str, object]:
    """What `<<: *anchor` puts into a mapping; keys of its own take the place of these."""
    merged = _construct(path, node, (*address, "<<"), places, make)
    if not isinstance(merged, dict):
        line, column = places[(*address, "<<")]
        raise MapError(path, line, column, "'<<' takes a mapping; name an anchor such as *drops")
    return merged
