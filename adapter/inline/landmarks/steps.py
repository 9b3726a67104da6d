"""inline: the step at which a value is reported: the counter of the loop that counts it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from adapter.inline.landmarks.loops import goes_over_texts, positional, ranged, shown
from adapter.inline.landmarks.model import Handed, Loop, Step
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import LoopKind
from adapter.inline.script import Script

_PLAIN = re.compile(r"[A-Za-z_][\w.]*(\[[\"'\w]+\])?")
_GLOBAL = re.compile(
    r"^(self\.)?_*(global|total|train|num|n|cur(rent)?)?_?(step|iter|iteration|update|batch|it)e?r?s?"
    r"(_?(num|idx|count|done|completed|seen))?$",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"(cur(rent)?_)?epoch|ep|(global_)?step|iteration|batch_idx")
_COUNTED = frozenset({LoopKind.EPOCH, LoopKind.FOLD, LoopKind.OTHER})
_NAMES = {LoopKind.EPOCH: "epoch", LoopKind.BATCH: "step", LoopKind.FOLD: "fold", LoopKind.OTHER: "step"}


class Steps:
    """Answers about the steps of one script."""

    def __init__(self, script: Script, loops: Sequence[Loop]) -> None:
        self._script, self._reach = script, reach_of(script)
        self._loops = {loop.node.start_byte: loop for loop in loops}

    def step_of(self, node: Node) -> Step:
        """The step at which a statement reports."""
        chain = self.around(node)
        function = self._script.function_of(node)
        if not chain:
            if function is not None and self.around(function):
                return self.step_of(function)
            return self._outer(function, 0) if function is not None else Step()
        inner = chain[0]
        if inner.kind is not LoopKind.BATCH:
            return self._in_fold(self._counter(inner), chain[1:], function)
        counted = self._global_counter(inner, chain, node)
        if counted:
            return Step(counted, "step")
        outer = self._epochs(chain[1:], function)
        return self._combined(inner, outer)

    def around(self, node: Node) -> list[Loop]:
        """The training loops around a node in its own function, the innermost first."""
        found, at = [], self._script.loop_of(node)
        while at is not None:
            if at.start_byte in self._loops and not goes_over_texts(at):
                found.append(self._loops[at.start_byte])
            at = self._script.loop_of(at)
        return found

    def _counter(self, loop: Loop) -> Step:
        axis = "epoch" if loop.kind is LoopKind.EPOCH else _NAMES[loop.kind]
        if loop.kind is LoopKind.EPOCH and loop.counter and not re.search("ep", loop.counter, re.IGNORECASE):
            axis = "step"
        if loop.counter:
            return Step(loop.counter, axis, loop.first or 0)
        name = self.fresh(_NAMES[loop.kind], loop.node)
        if loop.node.type == "while_statement":
            return Step(problem=f"the loop at line {self._script.line(loop.node)} counts nothing")
        return Step(name, axis, counters=((loop, name),))

    def fresh(self, name: str, node: Node) -> str:
        """The name, or one like it when the function of a node uses it already."""
        candidates = [name, f"{name}_index", f"{name}_number", f"global_{name}"]
        return next((c for c in candidates if not uses_name(self._script, node, c)), f"{name}_count")

    def _in_fold(self, step: Step, outer: Sequence[Loop], function: Node | None) -> Step:
        if step.axis == "fold" or step.problem:
            return step
        for loop in outer:
            if loop.kind in (LoopKind.FOLD, LoopKind.OTHER):
                fold = self._counter(loop)
                return replace(step, fold=fold.text, counters=(*step.counters, *fold.counters))
        if function is not None and not outer:
            around = self._outer(function, 0)
            if around.text and around.axis in ("fold", "epoch", "step"):
                return replace(
                    step,
                    fold=around.text,
                    counters=(*step.counters, *around.counters),
                    handed=(*step.handed, *around.handed),
                )
        return step

    def _epochs(self, outer: Sequence[Loop], function: Node | None) -> Step:
        if outer:
            return self._in_fold(self._counter(outer[0]), outer[1:], function)
        return self._outer(function, 0) if function is not None else Step()

    def _combined(self, inner: Loop, outer: Step) -> Step:
        own = self._counter(inner)
        if outer.problem:
            return outer
        if own.problem or not outer.text:
            return own if own.problem else replace(own, handed=outer.handed)
        size = self._size(inner)
        if not size:
            return self._running(inner, outer)
        number = outer.text if not outer.first else f"({outer.text} - {outer.first})"
        counters = (*own.counters, *outer.counters)
        return replace(outer, text=f"{number} * {size} + {own.text}", axis="step", first=0, counters=counters)

    def _running(self, inner: Loop, outer: Step) -> Step:
        line = self._script.line(inner.node)
        return Step(problem=f"the number of turns of the loop at line {line} is not known before it ends")

    def _size(self, loop: Loop) -> str:
        """The expression of how many turns a batch loop has, "" when that is not plain."""
        right = loop.node.child_by_field_name("right")
        if right is None:
            return ""
        over = shown(self._script, right)
        if over.type == "call" and self._named(over) == "enumerate" and positional(over):
            over = shown(self._script, positional(over)[0])
        counts_turns = over != shown(self._script, right)
        if ranged(self._script, over) is not None:
            given = positional(over)
            if counts_turns and len(given) == 3:
                return f"len({self._script.text(over)})"
            stop = given[0] if len(given) == 1 else given[1]
            text = self._script.text(stop)
            return text if _PLAIN.fullmatch(text) or stop.type in ("integer", "call") else f"({text})"
        text = self._script.text(over)
        return f"len({text})" if _PLAIN.fullmatch(text) else ""

    def _named(self, call: Node) -> str:
        function = call.child_by_field_name("function")
        return self._script.text(function) if function is not None else ""

    def _global_counter(self, inner: Loop, chain: Sequence[Loop], node: Node) -> str:
        """A name that counts on through all epochs: raised in the batch loop, set before the outermost."""
        outermost = chain[-1].node
        for statement in self._script.walk(inner.node):
            if statement.type != "augmented_assignment":
                continue
            left, right = statement.child_by_field_name("left"), statement.child_by_field_name("right")
            operator = statement.child_by_field_name("operator")
            if left is None or right is None or operator is None or self._script.text(operator) != "+=":
                continue
            name = self._script.text(left)
            if (
                self._script.text(right) != "1"
                or not _GLOBAL.match(name)
                or self._script.loop_of(statement) != inner.node
            ):
                continue
            if not self._is_set_in(outermost, name, statement):
                return name
        return ""

    def _is_set_in(self, outermost: Node, name: str, raised: Node) -> bool:
        """Whether a counter starts anew inside the loops, or in the function that holds the only one."""
        scope = outermost
        if self._loops[outermost.start_byte].kind is LoopKind.BATCH:
            function = self._script.function_of(outermost)
            scope = function if function is not None and not name.startswith("self.") else outermost
        for node in self._script.walk(scope):
            if node.type == "assignment" and node != raised:
                left = node.child_by_field_name("left")
                if left is not None and self._script.text(left) == name:
                    return True
        return False

    def _outer(self, function: Node, depth: int) -> Step:
        """The counter of the loop from which a function is called, as the function can reach it."""
        if depth > 3:
            return Step()
        callers = [
            call for call in self._reach.callers(function) if self._script.function_of(call) != function
        ]
        steps = [(call, self._at_call(call, depth)) for call in callers]
        counted = [(call, step) for call, step in steps if step.text]
        if not counted:
            return next((step for _, step in steps if step.problem), Step())
        first = counted[0][1]
        if self._reads_global(function, counted):
            return first
        parameter = self._parameter(function, counted)
        merged_handed = tuple(dict.fromkeys(h for _, step in counted for h in step.handed))
        counters = tuple(dict.fromkeys(c for _, step in counted for c in step.counters))
        if parameter is not None:
            name, more = parameter
            return replace(
                first, text=name, first=first.first + more, handed=merged_handed, counters=counters
            )
        name = self._name_in(function, first)
        own = Handed(
            function, name, tuple((call, step.text) for call, step in counted), len(counted) < len(steps)
        )
        return replace(first, text=name, handed=(*merged_handed, own), counters=counters)

    def _called_back(self, function: Node) -> Step:
        """The counter that a function is given by a framework that calls it: `on_epoch_end(self, epoch)`."""
        names = parameters_of(self._script, function)
        counter = next((name for name in names if _GIVEN.fullmatch(name)), "")
        return Step(counter, "epoch" if "epoch" in counter else "step") if counter else Step()

    def _reads_global(self, function: Node, counted: Sequence[tuple[Node, Step]]) -> bool:
        """Whether a function reads the counter of a loop of the module already, as a global name."""
        name = counted[0][1].text
        if any(self._script.function_of(call) is not None or step.text != name for call, step in counted):
            return False
        return uses_name(self._script, function, name) and name not in parameters_of(self._script, function)

    def _at_call(self, call: Node, depth: int) -> Step:
        chain = [loop for loop in self.around(call) if loop.kind in _COUNTED]
        if chain:
            return self._counter(chain[0])
        function = self._script.function_of(call)
        return self._outer(function, depth + 1) if function is not None else Step()

    def _parameter(self, function: Node, counted: Sequence[tuple[Node, Step]]) -> tuple[str, int] | None:
        """The parameter that is given the counter at every call, and what is added to it: `epoch + 1`."""
        names = parameters_of(self._script, function)
        found = {self._given(call, step.text, names) for call, step in counted}
        return found.pop() if len(found) == 1 else None

    def _given(self, call: Node, counter: str, names: Sequence[str]) -> tuple[str, int] | None:
        arguments = call.child_by_field_name("arguments")
        if arguments is None or arguments.type != "argument_list":
            return None
        called = call.child_by_field_name("function")
        bound = (
            called is not None and called.type == "attribute" and bool(names) and names[0] in ("self", "cls")
        )
        position = 1 if bound else 0
        for child in arguments.named_children:
            if child.type == "comment":
                continue
            if child.type in ("list_splat", "dictionary_splat"):
                return None
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            keyword = child.type == "keyword_argument" and name is not None and value is not None
            more = _more_than(counter, self._script.text(value if keyword and value is not None else child))
            if keyword and more is not None and name is not None:
                return self._script.text(name), more
            if not keyword:
                if more is not None and position < len(names):
                    return names[position], more
                position += 1
        return None

    def _name_in(self, function: Node, step: Step) -> str:
        """A name for the counter that the function does not use yet."""
        wanted = step.text if step.text.isidentifier() else step.axis
        return wanted if not uses_name(self._script, function, wanted) else f"{wanted}_number"


def _more_than(counter: str, text: str) -> int | None:
    """What is added to a counter in an expression: 1 in `epoch + 1`; None for any other expression."""
    match = re.fullmatch(rf"{re.escape(counter)}(?:\s*([+-])\s*(\d+))?", text)
    if match is None:
        return None
    return int(f"{match[1]}{match[2]}") if match[2] else 0


def uses_name(script: Script, node: Node, name: str) -> bool:
    """Whether the function around a node, or that it is, has a name in it."""
    scope = node if node.type == "function_definition" else script.function_of(node) or script.root
    return any(
        node.type == "identifier" and script.text(node) == name and not _is_member(node)
        for node in script.walk(scope)
    )


def _is_member(node: Node) -> bool:
    """Whether an identifier only names an attribute or a keyword."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    return parent.type == "keyword_argument" and parent.child_by_field_name("name") == node


def parameters_of(script: Script, function: Node) -> list[str]:
    """The names of the plain parameters of a function, in order."""
    parameters = function.child_by_field_name("parameters")
    found = []
    for child in parameters.named_children if parameters is not None else ():
        if child.type in ("list_splat_pattern", "keyword_separator", "dictionary_splat_pattern"):
            break
        node = child if child.type == "identifier" else child.child_by_field_name("name")
        if node is None and child.named_children:
            node = child.named_children[0]
        if node is not None and node.type == "identifier":
            found.append(script.text(node))
    return found
