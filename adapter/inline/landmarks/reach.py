"""inline: which statements and functions of a script train something, by themselves or by what they call."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from tree_sitter import Node

from adapter.inline.script import Script

_NESTED = frozenset({"function_definition", "class_definition", "lambda"})
_TRAINING_METHODS = frozenset(
    {"backward", "fit", "fit_generator", "train_on_batch", "partial_fit", "apply_gradients"}
)


class Reach:
    """Answers about the calls of one script; functions of the script are followed."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._methods: dict[str, list[Node]] = {}
        for function in script.functions:
            name = function.child_by_field_name("name")
            if name is not None:
                self._methods.setdefault(script.text(name), []).append(function)
        self._trains: dict[int, bool] = {}
        self._callers: dict[int, list[Node]] | None = None

    def trains(self, node: Node) -> bool:
        """Whether running a node trains; what it merely defines does not count, what it calls does."""
        return any(self._call_trains(call) for call in self.calls_in(node))

    def function_trains(self, function: Node) -> bool:
        """Whether a call of a function of the script trains."""
        known = self._trains.get(function.start_byte)
        if known is None:
            self._trains[function.start_byte] = False
            body = function.child_by_field_name("body")
            known = body is not None and self.trains(body)
            self._trains[function.start_byte] = known
        return known

    def calls_in(self, node: Node) -> Iterator[Node]:
        """The calls that running a node makes itself, in source order."""
        stack = [node]
        while stack:
            current = stack.pop()
            if current.type in _NESTED and current is not node:
                continue
            if current.type == "call":
                yield current
            stack.extend(reversed(current.named_children))

    def function_called(self, call: Node) -> Node | None:
        """The function of the script that a call runs; a class stands for its `__init__`."""
        called = call.child_by_field_name("function")
        if called is None:
            return None
        found = self._script.definition(called)
        if found is not None and found.type == "function_definition":
            return found
        if found is not None and called.type == "identifier":
            return self._method_of(found, "__init__")
        return self._method(called)

    def handed_over(self, call: Node) -> Node | None:
        """The function of the script that a call is given as an argument: `fire.Fire(main)`."""
        arguments = call.child_by_field_name("arguments")
        for child in arguments.named_children if arguments is not None else ():
            value = child.child_by_field_name("value") if child.type == "keyword_argument" else child
            if value is not None and value.type == "identifier":
                found = self._script.definition(value)
                if found is not None and found.type == "function_definition":
                    return found
        return None

    def callers(self, function: Node) -> list[Node]:
        """The calls of a function of the script, in source order."""
        if self._callers is None:
            self._callers = {}
            for call in self._script.calls:
                target = self.function_called(call)
                if target is not None:
                    self._callers.setdefault(target.start_byte, []).append(call)
        return self._callers.get(function.start_byte, [])

    def _call_trains(self, call: Node) -> bool:
        function = call.child_by_field_name("function")
        if function is None:
            return False
        local = self.function_called(call)
        if local is not None:
            return self.function_trains(local)
        given = self.handed_over(call)
        if given is not None and self.function_trains(given):
            return True
        if any(role.kind in ("fit", "train") for role in self._script.roles(call)):
            return True
        member = function.child_by_field_name("attribute") if function.type == "attribute" else None
        return member is not None and self._script.text(member) in _TRAINING_METHODS

    def _method(self, called: Node) -> Node | None:
        """The only function of a member's name, where it can be what is called: `self.train_epoch`."""
        member = called.child_by_field_name("attribute") if called.type == "attribute" else None
        receiver = called.child_by_field_name("object") if called.type == "attribute" else None
        if member is None or receiver is None:
            return None
        named = [
            function
            for function in self._methods.get(self._script.text(member), ())
            if self._class_of(function) is not None
        ]
        if self._script.text(receiver) in ("self", "cls"):
            own = self._script.enclosing(called, frozenset({"class_definition"}))
            return next((function for function in named if self._class_of(function) == own), None)
        holder = self._script.definition(receiver)
        if holder is not None and holder.type == "class_definition":
            return self._method_of(holder, self._script.text(member))
        return None

    def _method_of(self, definition: Node, name: str) -> Node | None:
        return next((f for f in self._methods.get(name, ()) if self._class_of(f) == definition), None)

    def _class_of(self, function: Node) -> Node | None:
        parent = self._script.enclosing(function, _NESTED)
        return parent if parent is not None and parent.type == "class_definition" else None


_KNOWN: WeakKeyDictionary[Script, Reach] = WeakKeyDictionary()


def reach_of(script: Script) -> Reach:
    """The answers about a script, made once."""
    known = _KNOWN.get(script)
    if known is None:
        known = _KNOWN[script] = Reach(script)
    return known
