"""inline: expressions of the functions that train, in the words of the place of registration."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.kinds import argument_for
from adapter.inline.landmarks.loops import shown
from adapter.inline.registry.found import Step, Trained
from adapter.inline.script import Script

_DEEPEST = 12
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


class Resolver:
    """Writes expressions of the functions that train in the words of the place of registration."""

    def __init__(
        self, script: Script, found: Trained, known: dict[str, str] | None = None, home: Node | None = None
    ) -> None:
        self._script, self._found = script, found
        self._known, self._known_in = known or {}, home
        self._place = script.function_of(found.after)

    def text(self, node: Node, way: tuple[Step, ...], depth: int = 0) -> str | None:
        """An expression as it reads at the place of registration; None where that cannot be told."""
        script = self._script
        home = script.function_of(node)
        if home == self._place and self._known_in is None:
            return script.text(node)
        if depth > _DEEPEST:
            return None
        whole, start = script.text(node), node.start_byte
        pieces: list[str] = []
        at = 0
        for name in _free_names(script, node):
            text = self._name(name, way, depth + 1)
            if text is None:
                return None
            begin = len(whole.encode()[: name.start_byte - start].decode())
            pieces += [whole[at:begin], text]
            at = begin + len(script.text(name))
        return "".join([*pieces, whole[at:]])

    def _name(self, name: Node, way: tuple[Step, ...], depth: int) -> str | None:
        script = self._script
        word = script.text(name)
        home = script.function_of(name)
        if word in self._known and home == self._known_in:
            return self._known[word]
        if word == "self":
            return word if self._shares_class(name) else None
        value = self._assigned(name, way, depth)
        if value is not None:
            return value or None
        if way and home is not None and word in _parameters(script, home):
            step = way[-1]
            given = argument_for(script, step.function, word, step.call)
            return self.text(given, way[:-1], depth + 1) if given is not None else None
        bindings = script.names.bindings(name)
        if bindings and all(script.function_of(binding) is None for binding in bindings):
            return word
        return None if bindings else word

    def _shares_class(self, name: Node) -> bool:
        classes = frozenset({"class_definition"})
        own = self._script.enclosing(name, classes)
        return self._place is not None and own == self._script.enclosing(self._place, classes)

    def _assigned(self, name: Node, way: tuple[Step, ...], depth: int) -> str | None:
        """The value that a name got last before it is read; "" when it cannot be written, None when none."""
        script = self._script
        home = script.function_of(name)
        if home is None:
            return None
        best: tuple[Node, tuple[int, ...], Node] | None = None
        for node in script.walk(home):
            if node.type not in ("assignment", "for_statement") or node.start_byte >= name.start_byte:
                continue
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if (
                left is None
                or right is None
                or inside(name, right)
                or (node.type == "assignment" and inside(name, node))
            ):
                continue
            place = _position(script, left, script.text(name))
            if place is not None and (best is None or node.start_byte > best[0].start_byte):
                best = node, place, right
        if best is None:
            return None
        node, place, right = best
        if node.type == "for_statement":
            return self._element(right, place, way, depth)
        if place and right.type in ("expression_list", "tuple") and place[0] < len(right.named_children):
            right, place = right.named_children[place[0]], place[1:]
        text = self.text(right, way, depth + 1)
        return "" if text is None else text + "".join(f"[{index}]" for index in place)

    def _element(self, over: Node, place: tuple[int, ...], way: tuple[Step, ...], depth: int) -> str:
        script = self._script
        over = shown(script, over)
        if over.type == "call":
            function = over.child_by_field_name("function")
            arguments = over.child_by_field_name("arguments")
            if (
                function is not None
                and script.text(function) == "enumerate"
                and place
                and arguments is not None
            ):
                if place[0] != 1:
                    return ""
                over, place = shown(script, arguments.named_children[0]), place[1:]
            elif function is not None and script.text(function) in ("zip", "range"):
                return ""
        loader = self.text(over, way, depth + 1)
        if loader is None:
            return ""
        return f"next(iter({loader}))" + "".join(f"[{index}]" for index in place)


def _parameters(script: Script, function: Node) -> set[str]:
    parameters = function.child_by_field_name("parameters")
    return set(_NAMES.findall(script.text(parameters))) if parameters is not None else set()


def _position(script: Script, left: Node, name: str) -> tuple[int, ...] | None:
    """Where a name stands in the target of an assignment: () for the whole, (1, 0) within tuples."""
    if left.type == "identifier":
        return () if script.text(left) == name else None
    if left.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        for index, child in enumerate(left.named_children):
            inner = _position(script, child, name)
            if inner is not None:
                return (index, *inner)
    return None


def _free_names(script: Script, node: Node) -> list[Node]:
    """The names that an expression reads, in source order, without members and keywords."""
    found = []
    for inner in script.walk(node):
        if inner.type != "identifier":
            continue
        parent = inner.parent
        if (
            parent is not None
            and parent.type == "attribute"
            and parent.child_by_field_name("attribute") == inner
        ):
            continue
        if (
            parent is not None
            and parent.type == "keyword_argument"
            and parent.child_by_field_name("name") == inner
        ):
            continue
        found.append(inner)
    return found


def inside(inner: Node, outer: Node) -> bool:
    """Whether a node lies within another."""
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte
