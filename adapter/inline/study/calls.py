"""inline: how the program comes to the place where a value is reported: a chain of calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.model import Landmarks
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.script import Script


@dataclass(frozen=True, slots=True)
class Edge:
    """A call of a function of the file; `caller` is the function that makes it, None at module level."""

    caller: Node | None
    call: Node
    function: Node


def way_to(script: Script, landmarks: Landmarks, node: Node) -> list[Edge]:
    """The calls that lead from the program to the function that holds a node, outermost first.

    Empty for a node at module level. The first edge has a caller where nothing in the file calls that
    (a method of a class that others use, a command that a library calls).
    """
    found: list[Edge] = []
    function = script.function_of(node)
    seen: set[int] = set()
    while function is not None and function.type == "function_definition" and function.id not in seen:
        seen.add(function.id)
        calls = [call for call in reach_of(script).callers(function) if not _inside(call, function)]
        if not calls:
            break
        call = _likeliest(script, landmarks, calls)
        caller = script.function_of(call)
        found.insert(0, Edge(caller, call, function))
        function = caller
    return found


def _inside(call: Node, function: Node) -> bool:
    return function.start_byte <= call.start_byte < function.end_byte


def _likeliest(script: Script, landmarks: Landmarks, calls: Sequence[Node]) -> Node:
    """The call in a training loop, else the last one."""
    loops = [loop.node for loop in landmarks.loops]
    inside = [call for call in calls if any(_inside(call, loop) for loop in loops)]
    return (inside or list(calls))[-1]


def calls_between(script: Script, top: Node | None, function: Node) -> list[Edge] | None:
    """The only calls by which a function (None: the program) comes to another one; None without such.

    Each function on the way is called at one place alone, so that an argument can be handed through.
    """
    found: list[Edge] = []
    current: Node | None = function
    while current is not None and (top is None or current.start_byte != top.start_byte):
        calls = reach_of(script).callers(current)
        if len(calls) != 1 or len(found) > 8:
            return None
        caller = script.function_of(calls[0])
        found.insert(0, Edge(caller, calls[0], current))
        current = caller
    return found if (current is None) is (top is None) else None
