"""translate: what paths lead to, from how they are spelled, tested, written and handed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import product

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.translate.versioned.files import ANY, LISTED, FileKinds, Kind
from adapter.translate.versioned.guards import Guards
from adapter.translate.versioned.nodes import (
    Index,
    arguments,
    called,
    class_around,
    function_around,
    is_part,
    keywords,
    literal,
    text_of,
)
from adapter.translate.versioned.written import Written

_DEEPEST = 8
_MOST_TEXTS = 24
_SAME_PATH = frozenset(
    {"str", "Path", "pathlib.Path", "PurePath", "PosixPath", "os.fspath", "fspath", "list", "sorted", "tuple"}
    | {"set", "os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.relpath", "relpath"}
    | {"os.path.expanduser", "reversed", "os.path.basename", "basename"}
)
_SAME_PATH_METHODS = frozenset(
    {"resolve", "absolute", "as_posix", "expanduser", "relative_to", "strip", "rstrip", "lstrip", "copy"}
)
_JOINS = frozenset({"os.path.join", "join", "path.join", "osp.join", "Path", "pathlib.Path", "PurePath"})
_LISTINGS = frozenset({"glob.glob", "glob.iglob", "glob", "iglob"})
_PARAMETERS = frozenset({"typed_parameter", "default_parameter", "typed_default_parameter"})
_COLLECTIONS = frozenset({"list", "tuple", "set", "expression_list"})
_COLLECTING = ("append", "extend", "add", "update")
_COMPREHENSIONS = frozenset({"list_comprehension", "generator_expression", "set_comprehension"})

Callers = Callable[[str], Iterable[tuple["PathReader", Node]]]


class PathReader:
    """Answers for the paths of one file; `callers` gives the calls of a function in other files."""

    def __init__(self, names: Names, kinds: FileKinds, callers: Callers = lambda name: ()) -> None:
        self._names, self.kinds, self._callers = names, kinds, callers
        self.index = Index(names.source.tree.root_node)
        self.written = Written(self.index, kinds)
        self._guards = Guards(self, names)
        self._known: dict[int, Kind] = {}
        self._open: set[int] = set()

    def kind(self, node: Node, depth: int = 0) -> Kind:
        """What a path, or each path of a collection, leads to."""
        known = self._known.get(node.id)
        if known is not None:
            return known
        if depth > _DEEPEST or node.id in self._open:
            return Kind.UNKNOWN
        self._open.add(node.id)
        try:
            found = self._kind(node, depth)
        finally:
            self._open.discard(node.id)
        self._known[node.id] = found
        return found

    def _kind(self, node: Node, depth: int) -> Kind:
        items = self._items(node)
        if items is not None and node.type in _COLLECTIONS:
            return Kind.joint(self.kind(item, depth + 1) for item in items) if items else Kind.UNKNOWN
        spelled = Kind.joint(self.kinds.of_path(text) for text in self.texts(node)) or Kind.UNKNOWN
        if spelled is not Kind.UNKNOWN:
            return spelled
        guarded = self._guards.kind(node)
        if guarded is not None:
            return guarded
        if self.written.writes(node):
            return Kind.DATA
        parts = self._sources(node) + [(self, each) for each in self.written.copied_from(node)]
        if parts:
            joint = Kind.joint(reader.kind(part, depth + 1) for reader, part in parts)
            if joint is not Kind.UNKNOWN:
                return joint
        name = text_of(node).rpartition(".")[2] if node.type in ("identifier", "attribute") else ""
        return Kind.DATA if self.kinds.data_names.search(name) else Kind.UNKNOWN

    # What a path can be spelled like.

    def texts(self, node: Node, depth: int = 0) -> frozenset[str]:
        """The texts that a path can have, with ANY for unknown parts."""
        if depth > _DEEPEST:
            return frozenset({ANY})
        found = self._texts(node, depth)
        return frozenset({ANY}) if found is None or not found or len(found) > _MOST_TEXTS else found

    def _texts(self, node: Node, depth: int) -> frozenset[str] | None:
        kind = node.type
        if kind == "string":
            return self._string(node, depth)
        if kind == "concatenated_string":
            return self._joined(node.named_children, "", depth)
        if kind == "parenthesized_expression":
            return self.texts(node.named_children[0], depth + 1)
        if kind == "binary_operator":
            return self._operator(node, depth)
        if kind == "call":
            return self._call(node, depth)
        if kind == "attribute" and text_of(node).rpartition(".")[2] in ("name", "stem", "parent"):
            return self._member(node, depth)
        items = self._items(node)
        if items is None:
            parts = self._sources(node)
            return self._union(parts, depth) if parts else None
        return self._union([(self, item) for item in items], depth)

    def _union(self, parts: Iterable[tuple[PathReader, Node]], depth: int) -> frozenset[str]:
        found: set[str] = set()
        for reader, part in parts:
            if part.type != "none":
                found |= reader.texts(part, depth + 1)
        return frozenset(found)

    def _string(self, node: Node, depth: int) -> frozenset[str]:
        plain = literal(node)
        if plain is not None:
            return frozenset({plain})
        parts: list[frozenset[str]] = []
        for part in node.named_children:
            if part.type == "string_content":
                parts.append(frozenset({text_of(part)}))
            elif part.type == "interpolation" and part.named_children:
                parts.append(self.texts(part.named_children[0], depth + 1))
        return _combined(parts, "")

    def _joined(self, nodes: Iterable[Node], by: str, depth: int) -> frozenset[str]:
        return _combined([self.texts(node, depth + 1) for node in nodes], by)

    def _operator(self, node: Node, depth: int) -> frozenset[str] | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        sign = node.child_by_field_name("operator")
        if left is None or right is None or sign is None:
            return None
        if sign.type == "+" and (self._is_collection(left) or self._is_collection(right)):
            return self._union([(self, left), (self, right)], depth)
        if sign.type in ("+", "/"):
            return self._joined([left, right], "/" if sign.type == "/" else "", depth)
        if sign.type == "%" and left.type == "string":
            text = literal(left) or ANY
            return frozenset({re.sub(r"%[-\d.]*[a-z]|%\(\w+\)[a-z]", ANY, text)})
        return None

    def _is_collection(self, node: Node) -> bool:
        return node.type in _COLLECTIONS or node.type in _COMPREHENSIONS

    def _call(self, node: Node, depth: int) -> frozenset[str] | None:
        name, given = called(node), arguments(node)
        if name in _JOINS and len(given) > 1:
            return self._joined(given, "/", depth)
        if name in _LISTINGS and given:
            return frozenset(_listed(text) for text in self.texts(given[0], depth + 1))
        if name in _SAME_PATH and given:
            return self.texts(given[0], depth + 1)
        if name in ("os.listdir", "os.walk", "os.scandir") and given:
            return frozenset(f"{text}/{LISTED}" for text in self.texts(given[0], depth + 1))
        found = self._method(node, given, depth)
        if found is not None:
            return found
        if given and any(b"*" in (each.text or b"") for each in self._of_call(node)):
            # `def path(self, *parts): return os.path.join(self.root, *parts)`
            return self._joined(given, "/", depth)
        parts = self._sources(node)
        return self._union(parts, depth) if parts else None

    def _method(self, node: Node, given: list[Node], depth: int) -> frozenset[str] | None:
        """What a method of a text or of a Path gives."""
        function = node.child_by_field_name("function")
        owner = function.child_by_field_name("object") if function is not None else None
        if function is None or owner is None:
            return None
        member = text_of(function).rpartition(".")[2]
        if member in _SAME_PATH_METHODS:
            return self.texts(owner, depth + 1)
        if member in ("glob", "rglob") and given:
            below = self._joined([owner, given[0]], "/", depth)
            return frozenset(_listed(text) for text in below)
        if member == "iterdir":
            return frozenset(f"{text}/{LISTED}" for text in self.texts(owner, depth + 1))
        if member in ("joinpath", "with_name") and given:
            return self._joined([owner, *given], "/", depth)
        if member == "with_suffix" and given:
            return self._joined([owner, given[0]], "", depth)
        if member == "format":
            return frozenset(re.sub(r"\{[^{}]*\}", ANY, text) for text in self.texts(owner, depth + 1))
        return None

    def _member(self, node: Node, depth: int) -> frozenset[str] | None:
        owner, member = node.child_by_field_name("object"), text_of(node).rpartition(".")[2]
        if owner is None or member == "stem" or text_of(owner) in ("self", "args", "cls"):
            parts = self._sources(node)
            return self._union(parts, depth) if parts else None
        texts = self.texts(owner, depth + 1)
        if member == "name":
            return texts
        return frozenset(text.rpartition("/")[0] or "." for text in texts)

    # Where a value comes from, one step back.

    def _items(self, node: Node) -> list[Node] | None:
        """The parts of a collection, or the ways a value may go; None for one plain value."""
        if node.type in _COLLECTIONS:
            return [child for child in node.named_children if child.type != "comment"]
        if node.type in ("list_splat", "parenthesized_expression", "interpolation"):
            return node.named_children[:1]
        if node.type == "conditional_expression":
            return [node.named_children[0], node.named_children[2]]
        if node.type in _COMPREHENSIONS:
            return node.named_children[:1]
        if node.type == "dictionary":
            values = [pair.child_by_field_name("value") for pair in node.named_children]
            return [value for value in values if value is not None]
        return None

    def sources(self, node: Node) -> list[tuple[PathReader, Node]]:
        """The expressions that a name, member, element or call gets its value from."""
        return self._sources(node)

    def _sources(self, node: Node) -> list[tuple[PathReader, Node]]:
        if node.type == "identifier":
            return self._of_name(node)
        if node.type == "attribute":
            return [(self, each) for each in self._of_member(node)]
        if node.type == "subscript":
            value = node.child_by_field_name("value")
            return [(self, value)] if value is not None else []
        if node.type == "call":
            return [(self, each) for each in self._of_call(node)]
        items = self._items(node)
        return [(self, item) for item in items] if items is not None else []

    def _of_name(self, node: Node) -> list[tuple[PathReader, Node]]:
        found: list[tuple[PathReader, Node]] = []
        for source in self._names.bindings_before(node):
            source = _part_of(source, text_of(node))
            holder = source.parent
            if source.type == "none" or (source.type == "list" and not source.named_children):
                continue
            if holder is not None and holder.type in ("for_statement", "for_in_clause"):
                found.append((self, _iterated(source)))
            elif _is_parameter(source):
                found += self._of_parameter(source)
            else:
                found.append((self, source))
        found += [(self, each) for each in self._collected(node)]
        return found

    def _collected(self, node: Node) -> list[Node]:
        """What is put into a list: `files.append(path)`, `files.extend(more)`, `files += more`."""
        name, within = text_of(node), function_around(node)
        found = [
            arguments(call)[0]
            for member in _COLLECTING
            for call in self.index.calls_by_name.get(member, [])
            if called(call) == f"{name}.{member}" and arguments(call) and function_around(call) == within
        ]
        extended = self.index.extended.get(name, [])
        return [*found, *(right for left, right in extended if function_around(left) == within)]

    def _of_member(self, node: Node) -> list[Node]:
        """`self.path`: what the class assigns to it, or takes as a field."""
        owner, around = node.child_by_field_name("object"), class_around(node)
        if owner is None or text_of(owner) not in ("self", "cls"):
            return []
        found = [right for left, right in self.index.assigned.get(text_of(node), []) if is_part(left, around)]
        fields = self.index.assigned.get(text_of(node).partition(".")[2], [])
        found += [right for left, right in fields if is_part(left, around) and function_around(left) is None]
        return [each for each in found if each.type != "none"]

    def _of_call(self, node: Node) -> list[Node]:
        """What a function of the same file returns."""
        name = called(node)
        if not name or ("." in name and not name.startswith("self.")):
            return []
        return self.index.returned(name.rpartition(".")[2])

    def _of_parameter(self, source: Node) -> list[tuple[PathReader, Node]]:
        """What the calls of a function give to one of its parameters, and its default."""
        node = source
        while node.parent is not None and node.parent.type not in ("parameters", "lambda_parameters"):
            node = node.parent
        listing = node.parent
        function = listing.parent if listing is not None else None
        if listing is None or function is None or function.type != "function_definition":
            return []
        named = function.child_by_field_name("name")
        if named is None:
            return []
        parameters = [each for each in listing.named_children if each.type != "comment"]
        is_method = class_around(function) is not None and function_around(function) is None
        position = parameters.index(node) - (1 if is_method else 0)
        name = _parameter_name(node)
        default = node.child_by_field_name("value")
        found: list[tuple[PathReader, Node]] = []
        wanted = text_of(named)
        if wanted == "__init__":
            around = class_around(function)
            of_class = around.child_by_field_name("name") if around is not None else None
            wanted = text_of(of_class) if of_class is not None else wanted
        for reader, call in [*((self, each) for each in self.calls_of(wanted)), *self._callers(wanted)]:
            given = keywords(call).get(name)
            if given is None:
                positional = arguments(call)
                given = positional[position] if 0 <= position < len(positional) else None
            if given is not None:
                found.append((reader, given))
            elif default is not None:
                found.append((self, default))
        return found or ([(self, default)] if default is not None else [])

    def calls_of(self, name: str) -> list[Node]:
        """The calls of a function or method in this file."""
        found = self.index.calls_by_name.get(name, [])
        return [call for call in found if not self._is_of_library(call)]

    def _is_of_library(self, call: Node) -> bool:
        """Whether a method of git's objects is called, which only goes by the same name."""
        function = call.child_by_field_name("function")
        owner = function.child_by_field_name("object") if function is not None else None
        return owner is not None and self._names.value(owner).of_library


def _listed(pattern: str) -> str:
    """What a pattern finds: `data/*.csv` no pointer files, `data/*` those too."""
    last = pattern.rpartition("/")[2]
    return pattern.replace("*", LISTED if set(last) <= {"*"} else ANY)


def _part_of(source: Node, name: str) -> Node:
    """The part of `a, b = one, two` that a name gets."""
    holder = source.parent
    left = holder.child_by_field_name("left") if holder is not None and holder.type == "assignment" else None
    if left is None or left.type not in ("pattern_list", "tuple_pattern") or source.type not in _COLLECTIONS:
        return source
    names = [text_of(each) for each in left.named_children]
    if name not in names or len(names) != len(source.named_children):
        return source
    return source.named_children[names.index(name)]


def _iterated(source: Node) -> Node:
    """What a loop goes over, without `enumerate` and the like around it."""
    while source.type == "call" and called(source) in ("enumerate", "tqdm", "sorted", "list", "reversed"):
        given = arguments(source)
        if not given:
            break
        source = given[0]
    return source


def _is_parameter(node: Node) -> bool:
    if node.type not in ("identifier", *_PARAMETERS):
        return False
    parent: Node | None = node.parent
    while parent is not None and parent.type in _PARAMETERS:
        parent = parent.parent
    return parent is not None and parent.type in ("parameters", "lambda_parameters")


def _parameter_name(node: Node) -> str:
    named = node.child_by_field_name("name")
    if named is None and node.type == "typed_parameter":
        named = node.named_children[0]
    return text_of(named if named is not None else node).lstrip("*")


def _combined(parts: list[frozenset[str]], by: str) -> frozenset[str]:
    total = 1
    for part in parts:
        total *= len(part)
    if total > _MOST_TEXTS or not parts:
        return frozenset({ANY})
    return frozenset(by.join(each) for each in product(*parts))
