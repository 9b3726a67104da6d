"""Steps: giving log calls the step that the source library would have numbered them with.

Some libraries count their log calls themselves; in others a call without a step is at step 0. The
number of a call is taken from a loop's own counter where that provably equals it, is written down for
calls that run once in a row, and is counted at run time everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.translate.context import BLOCKS, statement_of, statements_in

COUNTER = "log_step"
_LOOPS = frozenset({"for_statement", "while_statement"})
_FUNCTIONS = frozenset({"function_definition", "lambda"})
_BRANCHES = frozenset(
    {"if_statement", "elif_clause", "else_clause", "try_statement", "except_clause", "match_statement"}
)


@dataclass(slots=True)
class StepPlan:
    """The text of the step for each log call, by the id of its node; `counter` when one is needed.

    A call that is not in `texts` needs no step. `local` says that the counter can be made where the
    run is started; else it is made once in the module.
    """

    texts: dict[int, str] = field(default_factory=dict)
    counter: str | None = None
    local: bool = False
    exact: bool = True
    maker: str = "itertools.count()"
    imports: tuple[str, ...] = ("import itertools",)


def plan_steps(
    calls: Sequence[Node], starts: Sequence[Node], names: Names, fresh_name: Callable[[str, Node], str]
) -> StepPlan:
    """Numbers the log calls of one file that give no step.

    `calls` are the log calls, `starts` the calls that start a run.
    """
    if not calls:
        return StepPlan()
    ordered = sorted(calls, key=lambda node: node.start_byte)
    plan = shown_steps(ordered, starts, names)
    if plan is not None:
        return plan
    counter = fresh_name(COUNTER, ordered[0])
    local, exact = counter_place(ordered, starts, names)
    return StepPlan({node.id: f"next({counter})" for node in ordered}, counter, local, exact)


def shown_steps(ordered: Sequence[Node], starts: Sequence[Node], names: Names) -> StepPlan | None:
    """The steps of calls, from first to last, where the code itself shows them; else None."""
    return _in_a_row(ordered, starts, names) or _by_loop(ordered, starts, names)


def counter_place(calls: Sequence[Node], starts: Sequence[Node], names: Names) -> tuple[bool, bool]:
    """Whether a counter can be made where the run is started, and whether it counts each run on its own."""
    scopes = {names.scope_of(node).id for node in [*calls, *starts]}
    local = len(starts) == 1 and len(scopes) == 1
    repeated = any(_enclosing(start, _LOOPS) is not None for start in starts)
    return local, local or (len(starts) <= 1 and not repeated)


def loops_around(node: Node) -> list[Node]:
    """The loops that a node stands in within its function, the nearest first."""
    found: list[Node] = []
    loop = _enclosing(node, _LOOPS)
    while loop is not None and loop.type in _LOOPS:
        found.append(loop)
        loop = _enclosing(loop, _LOOPS)
    return found


def gives_value(loop: Node, name: str) -> bool:
    """Whether a loop, in its head or its body, gives a value to a name."""
    word = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")
    return _holds(
        loop,
        lambda node: (
            node.type in ("assignment", "augmented_assignment", "for_statement", "named_expression")
            and (left := node.child_by_field_name("left") or node.child_by_field_name("name")) is not None
            and word.search(left.text or b"") is not None
        ),
        stop=frozenset(),
    )


def _in_a_row(calls: Sequence[Node], starts: Sequence[Node], names: Names) -> StepPlan | None:
    """Calls that run once each, one after the other: 0, 1, 2, ...; the first needs no step."""
    if len({names.scope_of(call).id for call in calls}) != 1:
        return None
    if any(
        _enclosing(call, _LOOPS | _BRANCHES | {"lambda"}) is not None or _in_comprehension(call)
        for call in calls
    ):
        return None
    if not _started_before(calls[0], starts) and _may_run_again(calls[0], names):
        return None
    return StepPlan({call.id: str(number) for number, call in enumerate(calls) if number})


def _by_loop(calls: Sequence[Node], starts: Sequence[Node], names: Names) -> StepPlan | None:
    """One call in a loop that counts from 0 takes the loop's counter; one call after it takes the end."""
    first, rest = calls[0], calls[1:]
    loop = _enclosing(first, _LOOPS)
    if loop is None or loop.type != "for_statement" or len(rest) > 1:
        return None
    counted = _counter_of(loop)
    if counted is None or not _reached_each_time(first, loop, counted[0]) or _in_comprehension(first):
        return None
    if _enclosing(loop, _LOOPS) is not None and not _started_before(loop, starts):
        return None
    if not _started_before(loop, starts) and _may_run_again(loop, names):
        return None
    variable, stop = counted
    texts = {first.id: variable}
    if rest:
        after = rest[0]
        same_scope = names.scope_of(after).id == names.scope_of(loop).id
        if not same_scope or after.start_byte < loop.end_byte or stop is None or _breaks(loop):
            return None
        if _enclosing(after, _LOOPS | _BRANCHES | {"lambda"}) is not None or _in_comprehension(after):
            return None
        texts[after.id] = stop
    return StepPlan(texts)


def _enclosing(node: Node, kinds: frozenset[str] | set[str]) -> Node | None:
    """The nearest ancestor of one of the kinds within the same function."""
    parent = node.parent
    while parent is not None and parent.type not in _FUNCTIONS and parent.type != "class_definition":
        if parent.type in kinds and not _is_main_guard(parent):
            return parent
        parent = parent.parent
    return parent if parent is not None and parent.type in kinds else None


def _is_main_guard(node: Node) -> bool:
    condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
    return condition is not None and b"__name__" in (condition.text or b"")


def _in_comprehension(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type not in BLOCKS:
        if parent.type.endswith("comprehension") or parent.type in (
            "generator_expression",
            "conditional_expression",
        ):
            return True
        parent = parent.parent
    return False


def _may_run_again(node: Node, names: Names, depth: int = 0) -> bool:
    """Whether this file does not show that the code around a node runs at most once."""
    function = _function_around(node)
    if function is None:
        return False
    places = _places_that_call(function, names)
    if len(places) != 1 or depth > 4:
        return True
    place = places[0]
    if _enclosing(place, _LOOPS) is not None or _in_comprehension(place):
        return True
    return _may_run_again(place, names, depth + 1)


def _places_that_call(function: Node, names: Names) -> list[Node]:
    """Where the file names a function, its own definition left out; methods are found by their name alone."""
    name = function.child_by_field_name("name")
    if name is None:
        return []
    if not _class_around(function):
        places = names.occurrences((name.text or b"").decode(), names.scope_of(function))
        return [place for place in places if place.start_byte != name.start_byte]
    root = function
    while root.parent is not None:
        root = root.parent
    called = re.compile(rb"\.(" + re.escape(name.text or b"") + rb")\s*\(")
    found = [root.descendant_for_byte_range(m.start(1), m.end(1)) for m in called.finditer(root.text or b"")]
    return [place for place in found if place is not None and place.type == "identifier"]


def _function_around(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type != "function_definition":
        parent = parent.parent
    return parent


def _class_around(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type not in _FUNCTIONS:
        if parent.type == "class_definition":
            return True
        parent = parent.parent
    return False


def _started_before(node: Node, starts: Sequence[Node]) -> bool:
    """Whether exactly one run is started: before a node, in its function and at its depth of loops."""
    if len(starts) != 1:
        return False
    start = starts[0]
    return (
        start.end_byte <= node.start_byte
        and _function_around(start) == _function_around(node)
        and _enclosing(start, _LOOPS) == _enclosing(node, _LOOPS)
    )


def _counter_of(loop: Node) -> tuple[str, str | None] | None:
    """The variable of a loop that counts 0, 1, 2, ... and, when it is plain, how far it counts."""
    left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
    if left is None or right is None:
        return None
    right = _without_progress_bar(right)
    if right.type != "call":
        return None
    function, arguments = right.child_by_field_name("function"), right.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    name, given = (function.text or b""), [a for a in arguments.named_children if a.type != "comment"]
    if name == b"enumerate" and left.type in ("pattern_list", "tuple_pattern") and len(given) == 1:
        first = left.named_children[0]
        return ((first.text or b"").decode(), None) if first.type == "identifier" else None
    if name not in (b"range", b"trange") or left.type != "identifier":
        return None
    plain = [a for a in given if a.type != "keyword_argument"] if name == b"trange" else given
    if len(plain) == 2 and plain[0].text == b"0":
        plain = plain[1:]
    if len(plain) != 1 or plain[0].type in ("list_splat", "keyword_argument"):
        return None
    stop = plain[0]
    simple = stop.type in ("identifier", "attribute", "integer", "subscript") and b"\n" not in (
        stop.text or b""
    )
    return (left.text or b"").decode(), (stop.text or b"").decode() if simple else None


def _without_progress_bar(node: Node) -> Node:
    """`tqdm(range(n))` counts like `range(n)`."""
    if node.type == "call":
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        last = (function.text or b"").rpartition(b".")[2] if function is not None else b""
        if (
            last in (b"tqdm", b"track", b"progress_bar")
            and arguments is not None
            and arguments.named_children
        ):
            return arguments.named_children[0]
    return node


def _reached_each_time(call: Node, loop: Node, variable: str) -> bool:
    """Whether every pass of the loop runs the call once, with the counter untouched."""
    body = loop.child_by_field_name("body")
    statement = statement_of(call)
    while statement.parent is not None and statement.parent != body:
        owner = statement.parent.parent
        if statement.parent.type != "block" or owner is None or owner.type != "with_statement":
            return False
        statement = owner
    if body is None or statement.parent != body:
        return False
    for earlier in statements_in(body):
        if earlier == statement:
            break
        if _holds(earlier, lambda node: node.type == "continue_statement", stop=_LOOPS):
            return False
    return not _holds(body, lambda node: _assigns(node, variable.encode()), stop=frozenset())


def _assigns(node: Node, variable: bytes) -> bool:
    left = (
        node.child_by_field_name("left")
        if node.type in ("assignment", "augmented_assignment", "for_statement")
        else None
    )
    return left is not None and (
        left.text == variable or any(c.text == variable for c in left.named_children)
    )


def _breaks(loop: Node) -> bool:
    return (
        _holds(loop, lambda node: node.type == "break_statement", stop=frozenset())
        or loop.type == "while_statement"
    )


def _holds(root: Node, test: Callable[[Node], bool], stop: frozenset[str]) -> bool:
    stack = [root]
    while stack:
        node = stack.pop()
        if test(node):
            return True
        if node is root or node.type not in stop | _FUNCTIONS:
            stack.extend(node.named_children)
    return False
