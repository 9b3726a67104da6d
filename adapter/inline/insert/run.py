"""inline: where a run goes around the training of a program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from adapter.inline.insert.desk import Desk
from adapter.inline.insert.parameters import (
    chosen_sets,
    first_statement,
    in_quotes,
    merged,
    ready_before,
    ready_parameters,
    searches,
)
from adapter.inline.insert.seen import Seen
from adapter.inline.landmarks.model import ParameterSet
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import Entry
from adapter.inline.script import Script
from adapter.translate.context import statements_in

_LEAVES = re.compile(r"^(sys\.)?exit\(|^raise SystemExit")
_SPAWNING = re.compile(r"(^|\.)(spawn|start_processes|notebook_launcher|debug_launcher)$")
_DEFINING = frozenset({"function_definition", "class_definition", "decorated_definition"})


def training(desk: Desk) -> Iterator[Seen]:
    """What the program runs to train, from its first to its last statement; nothing where none is run."""
    script, entry = desk.work.script, desk.work.landmarks.entry
    if entry is None:
        return
    anchor = desk.anchor()
    if entry.form is Entry.LIBRARY or entry.first is None:
        yield Seen(anchor, problem="no entry point found: nothing in this file runs the training")
        return
    spawning = next((call for call in script.calls if _spawns(script, call)), None)
    if spawning is not None:
        line = script.line(spawning)
        yield Seen(spawning, problem=f"the training runs in processes of its own, started at line {line}")
        return
    block = _block(desk)
    running = [
        statement
        for statement in block
        if statement.type not in _DEFINING and leads_to_training(desk, statement)
    ]
    if not running:
        yield Seen(anchor, problem="no statement found that runs the training")
        return
    first, last = running[0], running[-1]
    params = ready_parameters(desk, first)
    wrap = "true" if _fits_wrap(script, block, first, last) else ""
    above = _with_comments(script, first)
    nodes = {"first": first, "last": last, "above": above, "statement": first}
    yield Seen(anchor, {"params": params, "wrap": wrap}, nodes)


def parameters(desk: Desk) -> Iterator[Seen]:
    """Sets of parameters that get their values while the training runs."""
    script = desk.work.script
    run = next(training(desk), None)
    first = run.nodes.get("first") if run is not None else None
    if first is None:
        return
    known: set[str] = set()
    chosen = chosen_sets(desk)
    for each in chosen:
        if ready_before(desk, each, first):
            known |= {parameter.name for parameter in each.parameters}
    places: dict[int, list[ParameterSet]] = {}
    anchors: dict[int, Node] = {}
    for each in chosen:
        if ready_before(desk, each, first):
            continue
        statement = each.ready or first_statement(each.scope)
        if statement is None or repeats(script, statement) or not in_run(desk, statement):
            continue
        places.setdefault(statement.start_byte, []).append(each)
        anchors[statement.start_byte] = statement
    for fit in searches(desk):
        if fit.model.isidentifier() and not repeats(script, fit.statement):
            said = {"mapping": f"{fit.model}.best_params_", "position": "after"}
            yield Seen(fit.node, said, {"statement": fit.statement})
    for key, sets in sorted(places.items()):
        mapping = merged(sets, known, plain=desk.work.writer.library.parameters == "plain")
        for each in sets:
            known |= {parameter.name for parameter in each.parameters}
        if not mapping:
            continue
        statement = anchors[key]
        position = "after" if sets[0].ready is not None else "before"
        mapping = in_quotes(desk, mapping)
        yield Seen(sets[0].node, {"mapping": mapping, "position": position}, {"statement": statement})


def _block(desk: Desk) -> list[Node]:
    """The statements among which the run starts: the module's, the guard's, or those of a command."""
    script, entry = desk.work.script, desk.work.landmarks.entry
    assert entry is not None
    assert entry.first is not None
    if entry.call is not None and entry.function is not None and _is_left(script, entry.call, entry.function):
        body = entry.function.child_by_field_name("body")
        return statements_in(body) if body is not None else []
    parent = entry.first.parent
    return statements_in(parent) if parent is not None else []


def _is_left(script: Script, call: Node, function: Node) -> bool:
    """Whether a call does not come back: `sys.exit(main())`, a command of click, `fire.Fire(main)`."""
    text = script.text(script.statement(call))
    if _LEAVES.match(text):
        return True
    decorated = function.parent is not None and function.parent.type == "decorated_definition"
    return decorated or reach_of(script).function_called(call) != function


def _spawns(script: Script, call: Node) -> bool:
    function = call.child_by_field_name("function")
    if function is None or not _SPAWNING.search(script.text(function)):
        return False
    target = reach_of(script).handed_over(call)
    return target is not None and reach_of(script).function_trains(target)


def leads_to_training(desk: Desk, statement: Node) -> bool:
    """Whether a statement trains, reports or saves, by itself or by the functions that it calls."""
    marks = desk.work.landmarks
    nodes = [
        *(fit.statement for fit in marks.fits),
        *(item.statement for item in marks.reported),
        *(item.statement for item in marks.saved),
    ]
    return _leads(desk.work.script, statement, nodes, set())


def _leads(script: Script, node: Node, landmarks: Sequence[Node], seen: set[int]) -> bool:
    own = script.function_of(node) if node.type != "function_definition" else node
    for landmark in landmarks:
        if node.start_byte <= landmark.start_byte < node.end_byte and script.function_of(landmark) == own:
            return True
    reach = reach_of(script)
    if node.type in ("function_definition", "class_definition", "decorated_definition"):
        body = node.child_by_field_name("body") if node.type == "function_definition" else None
        return body is not None and _called_lead(script, body, landmarks, seen)
    return _called_lead(script, node, landmarks, seen) or reach.trains(node)


def _called_lead(script: Script, node: Node, landmarks: Sequence[Node], seen: set[int]) -> bool:
    reach = reach_of(script)
    for call in reach.calls_in(node):
        for function in (reach.function_called(call), reach.handed_over(call)):
            if function is not None and function.start_byte not in seen:
                seen.add(function.start_byte)
                if _leads(script, function, landmarks, seen):
                    return True
    return False


def _fits_wrap(script: Script, block: Sequence[Node], first: Node, last: Node) -> bool:
    """Whether the statements are few enough to stand in a `with`; a notebook has several cells."""
    if script.source.cells is not None or first != last or _leaves(script, first):
        return False
    one_line = first.end_point[0] == first.start_point[0]
    return first.type == "expression_statement" and (one_line or _calls_own(script, first))


def _calls_own(script: Script, statement: Node) -> bool:
    """Whether a statement is a call of a function of the file."""
    call = statement.named_children[0]
    return call.type == "call" and reach_of(script).function_called(call) is not None


def in_run(desk: Desk, statement: Node) -> bool:
    """Whether a statement can run while the run is on: in a function, or between its start and its end."""
    run = next(training(desk), None)
    first = run.nodes.get("first") if run is not None else None
    if run is None or first is None or desk.work.script.function_of(statement) is not None:
        return True
    return first.start_byte <= statement.start_byte and statement.end_byte <= run.nodes["last"].end_byte


def _leaves(script: Script, node: Node) -> bool:
    return _LEAVES.match(script.text(node)) is not None


def _with_comments(script: Script, statement: Node) -> Node:
    """The first of the comments right above a statement in its cell, or the statement."""
    node = statement
    while (
        (previous := node.prev_named_sibling) is not None
        and previous.type == "comment"
        and previous.end_point[0] == node.start_point[0] - 1
        and previous.start_point[1] == statement.start_point[1]
        and script.source.cell_at(previous.start_byte) == script.source.cell_at(statement.start_byte)
    ):
        node = previous
    return node


def repeats(script: Script, statement: Node, depth: int = 0) -> bool:
    """Whether a statement runs more than once: in a loop, or in a function that is called from one."""
    if script.loop_of(statement) is not None:
        return True
    function = script.function_of(statement)
    if function is None or depth > 3:
        return False
    callers = reach_of(script).callers(function)
    return len(callers) > 1 or any(repeats(script, call, depth + 1) for call in callers)
