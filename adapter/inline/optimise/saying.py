"""inline: expressions of one function said in the function that calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.optimisers import bound_name
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.optimise.scopes import assignments, free_names, parameter_name, parameters
from adapter.inline.script import Script

_ATOMS = frozenset(
    {
        "identifier",
        "attribute",
        "call",
        "subscript",
        "string",
        "list",
        "dictionary",
        "tuple",
        "integer",
        "float",
        "true",
        "false",
        "none",
        "parenthesized_expression",
        "list_comprehension",
        "dictionary_comprehension",
    }
)
_OPEN = frozenset({"attribute", "subscript", "call", "unary_operator", "binary_operator"})
_FUNCTIONS = frozenset({"function_definition", "lambda"})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """A function as it runs by one call; `function` is None for the module, `call` stands in `outer`."""

    function: Node | None
    call: Node | None = None
    outer: Frame | None = None

    def outwards(self) -> Iterator[Frame]:
        """This frame and those around it."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.outer


class Sayer:
    """Says expressions of one script in other functions than those that hold them."""

    def __init__(self, script: Script) -> None:
        self._script, self._reach = script, reach_of(script)

    def function_at(self, node: Node) -> Node | None:
        """The function whose names are in force at a node.

        One without parameters that is made inside another, or in a loop, reads the names around it: it
        counts as a part of what is around it.
        """
        function = self._script.function_of(node)
        while function is not None:
            outer = self._script.function_of(function)
            inside = outer is not None or self._script.loop_of(function) is not None
            if function.type == "function_definition" and (not inside or list(parameters(function))):
                return function
            function = outer
        return None

    def frames(self, node: Node, depth: int = 0) -> list[Frame]:
        """The frames in which a node runs, one for each way of calls that leads there from the outside."""
        function = self.function_at(node)
        if function is None:
            return [Frame(None)]
        found = []
        for call in self._reach.callers(function) if depth < _DEEPEST else ():
            if call.start_byte >= function.start_byte and call.end_byte <= function.end_byte:
                continue
            found += [Frame(function, call, outer) for outer in self.frames(call, depth + 1)]
        return found or [Frame(function)]

    def say(
        self,
        node: Node,
        frame: Frame,
        to: Frame,
        known: Mapping[str, str] | None = None,
        *,
        inline: bool = True,
    ) -> str | None:
        """The text of an expression of `frame` for a place in `to`, None where that cannot be said.

        `known` gives the texts of names that are settled already; with `inline`, a local name that is
        bound once stands for what it is bound to.
        """
        source, pieces, position = self._script.source.data, [], node.start_byte
        for name in free_names(node):
            text = (known or {}).get(self._script.text(name))
            if text is None:
                text = self._name(name, frame, to, inline=inline)
            if text is None:
                return None
            if text == self._script.text(name):
                continue
            pieces.append(source[position : name.start_byte].decode())
            pieces.append(in_brackets(text) if _is_tight(name) else text)
            position = name.end_byte
        pieces.append(source[position : node.end_byte].decode())
        return "".join(pieces)

    def _name(self, name: Node, frame: Frame, to: Frame, *, inline: bool) -> str | None:
        text, function = self._script.text(name), frame.function
        if frame == to or function is None:
            return text
        own = self.parameter(function, text)
        if own is not None:
            return self._argument(own, text, frame, to, inline=inline)
        bound = assignments(self._script, function, text)
        if not bound:
            return text
        once = len(bound) == 1 and bound[0].type == "assignment"
        value = bound[0].child_by_field_name("right") if once else None
        left = bound[0].child_by_field_name("left")
        if not inline or value is None or left is None or left.type != "identifier":
            return None
        said = self.say(value, frame, to, inline=inline)
        return said if said is None or value.type in _ATOMS else f"({said})"

    def parameter(self, function: Node, name: str) -> Node | None:
        """The parameter of a function that has a name."""
        return next((p for p in parameters(function) if parameter_name(self._script, p) == name), None)

    def given(self, parameter: Node, frame: Frame) -> Node | None:
        """The argument that a frame's call gives for a parameter, None where it gives none."""
        assert frame.function is not None
        arguments = frame.call.child_by_field_name("arguments") if frame.call is not None else None
        if arguments is None or arguments.type != "argument_list":
            return None
        name = parameter_name(self._script, parameter)
        for argument in arguments.named_children:
            key = argument.child_by_field_name("name")
            if argument.type == "keyword_argument" and key is not None and self._script.text(key) == name:
                return argument.child_by_field_name("value")
        listed = [p for p in parameters(frame.function) if not self._is_self(frame.function, p)]
        positional = [a for a in arguments.named_children if a.type not in ("keyword_argument", "comment")]
        if parameter not in listed or any(a.type in ("list_splat", "dictionary_splat") for a in positional):
            return None
        index = listed.index(parameter)
        return positional[index] if index < len(positional) else None

    def _argument(self, parameter: Node, text: str, frame: Frame, to: Frame, *, inline: bool) -> str | None:
        assert frame.function is not None
        if frame.outer is None or frame.call is None:
            return None
        if self._is_self(frame.function, parameter):
            return self._receiver(frame, to, inline=inline)
        given = self.given(parameter, frame)
        if given is not None:
            return self.say(given, frame.outer, to, inline=inline)
        default = parameter.child_by_field_name("value")
        if default is not None and not any(True for _ in free_names(default)):
            return self._script.text(default)
        return None

    def _receiver(self, frame: Frame, to: Frame, *, inline: bool) -> str | None:
        """What `self` is for the caller: `trainer` of `trainer.fit()`, the name of a new object."""
        assert frame.call is not None
        assert frame.outer is not None
        called = frame.call.child_by_field_name("function")
        if called is not None and called.type == "attribute" and not self._makes(frame):
            receiver = called.child_by_field_name("object")
            if receiver is None or receiver.type == "call":
                return None
            # the object itself must be named: another one that is made alike is not it
            return self.say(receiver, frame.outer, to, inline=False)
        name = bound_name(self._script, frame.call)
        return name if name and frame.outer == to else None

    def _makes(self, frame: Frame) -> bool:
        name = frame.function.child_by_field_name("name") if frame.function is not None else None
        return name is not None and self._script.text(name) == "__init__"

    def _is_self(self, function: Node, parameter: Node) -> bool:
        return self._script.text(parameter) == "self" and next(parameters(function), None) == parameter


def in_brackets(text: str) -> str:
    """An expression's text for a place where only an atom may stand."""
    from adapter.source.text import parse_python

    tree = parse_python(text.encode()).root_node
    first = tree.named_children[0] if tree.named_child_count == 1 else None
    inner = first.named_children[0] if first is not None and first.named_child_count == 1 else None
    return text if inner is not None and inner.type in _ATOMS else f"({text})"


def _is_tight(name: Node) -> bool:
    parent = name.parent
    if parent is None or parent.type not in _OPEN:
        return False
    if parent.type == "subscript":
        return parent.child_by_field_name("value") == name
    if parent.type == "call":
        return parent.child_by_field_name("function") == name
    return True
