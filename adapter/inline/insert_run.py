"""inline: where a run goes around the training of a program, and which parameters it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node

from adapter.inline.insert_desk import Desk, display
from adapter.inline.insert_seen import Seen
from adapter.inline.landmarks.fits import bound_name
from adapter.inline.landmarks.kinds import full_name, has_role
from adapter.inline.landmarks.model import Entry, Fit, Parameter, ParameterSet, Source
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.script import Script
from adapter.translate.context import statements_in
from adapter.translate.render import expression_node
from adapter.translate.shapes import used_as_namespace

_NAME = re.compile(r"(^\s*|[{,]\s*)\"(\w+)\":")
_LEAVES = re.compile(r"^(sys\.)?exit\(|^raise SystemExit")
_SPAWNING = re.compile(r"(^|\.)(spawn|start_processes|notebook_launcher|debug_launcher)$")
_OPTIONS = frozenset({"args", "opt", "opts", "options", "arguments", "hparams", "flags"})
_PARSING = re.compile(r"parse|args|arguments|options|flags|opts\b", re.IGNORECASE)
_DEFINING = frozenset({"function_definition", "class_definition", "decorated_definition"})
_SECONDARY = frozenset({Source.KEYWORD, Source.FUNCTION})


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


def ready_parameters(desk: Desk, statement: Node) -> str:
    """One mapping of all parameters that have their values before a statement, "" without any."""
    ready = [each for each in chosen_sets(desk) if _ready_before(desk, each, statement)]
    return _in_quotes(desk, merged(ready, plain=desk.work.writer.library.parameters == "plain"))


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
        if _ready_before(desk, each, first):
            known |= {parameter.name for parameter in each.parameters}
    places: dict[int, list[ParameterSet]] = {}
    anchors: dict[int, Node] = {}
    for each in chosen:
        if _ready_before(desk, each, first):
            continue
        statement = each.ready or _first_statement(each.scope)
        if statement is None or repeats(script, statement):
            continue
        places.setdefault(statement.start_byte, []).append(each)
        anchors[statement.start_byte] = statement
    for fit in _searches(desk):
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
        mapping = _in_quotes(desk, mapping)
        yield Seen(sets[0].node, {"mapping": mapping, "position": position}, {"statement": statement})


def chosen_sets(desk: Desk) -> list[ParameterSet]:
    """The sets that say how the program is configured; keyword arguments only where there are no others.

    What a search tries out is left to `found_parameters`, and what a framework records by itself to it.
    """
    script = desk.work.script
    found = [each for each in desk.work.landmarks.parameter_sets if each.mapping]
    if _searches(desk):
        found = [
            each for each in found if each.source not in (Source.DICT, Source.KEYWORD) or not _tries(each)
        ]
        found = [each for each in found if not _estimator(script, each)]
    primary = [each for each in found if each.source not in _SECONDARY and not each.holder.endswith("kwargs")]
    if primary:
        return primary
    options = options_from_elsewhere(script)
    if options is not None:
        return [options]
    found = [each for each in found if not _is_recorded(script, each)]
    estimators = [each for each in found if _estimator(script, each)]
    if len(estimators) == 1:
        name = _estimator(script, estimators[0])
        whole = replace(estimators[0], mapping=f"{name}.get_params()")
        return [
            whole if each is estimators[0] else each
            for each in found
            if each.ready != whole.ready or each is estimators[0]
        ]
    return found


def options_from_elsewhere(script: Script) -> ParameterSet | None:
    """Options that a function of another module gives: `opt = TrainOptions().parse()`."""
    for call in script.calls:
        name = bound_name(script, call)
        function = call.child_by_field_name("function")
        if name not in _OPTIONS or function is None or script.called(call):
            continue
        if not _PARSING.search(script.text(function)):
            continue
        left = call.parent.child_by_field_name("left") if call.parent is not None else None
        if left is None or not used_as_namespace(left, script.names):
            continue
        statement = script.statement(call)
        scope = script.function_of(call)
        return ParameterSet(call, Source.ARGPARSE, f"vars({name})", statement, (), name, scope)
    return None


def _searches(desk: Desk) -> list[Fit]:
    """The fits that search for parameters."""
    script = desk.work.script
    return [fit for fit in desk.work.landmarks.fits if has_role(script, _made_by(script, fit), "search")]


def _made_by(script: Script, fit: Fit) -> str:
    return full_name(script, fit.node.child_by_field_name("function") or fit.node)


def _tries(parameters: ParameterSet) -> bool:
    """Whether a dict gives several values for one parameter, as a search wants them."""
    return any(isinstance(each.value, tuple) for each in parameters.parameters)


def _is_recorded(script: Script, parameters: ParameterSet) -> bool:
    """Whether the framework's own integration records the arguments of a call."""
    return any(role.kind == "arguments" for role in script.roles(parameters.node))


def _estimator(script: Script, parameters: ParameterSet) -> str:
    """The name of the estimator whose keyword arguments a set is, "" for anything else."""
    if parameters.source is not Source.KEYWORD or parameters.node.type != "call":
        return ""
    if not any(role.kind == "estimator" for role in script.roles(parameters.node)):
        return ""
    return bound_name(script, parameters.node)


def merged(sets: Sequence[ParameterSet], known: set[str] | None = None, *, plain: bool = False) -> str:
    """One mapping of all parameters of several sets; a name that came before is left out.

    With `plain`, values that may be lists or objects are given as texts.
    """
    known = set(known or ())
    texts: list[str] = []
    for each in sets:
        names = {parameter.name for parameter in each.parameters}
        text = each.mapping
        surely_plain = all(_is_plain(parameter) for parameter in each.parameters) and bool(names)
        if plain and (not surely_plain or _of_estimator(text)):
            text = f"{{name: str(value) for name, value in {text}.items()}}"
        if text.startswith("{") and not text.startswith("{name:") and names & known:
            left = [p for p in each.parameters if p.name not in known and p.read]
            text = "{" + ", ".join(f'"{p.name}": {p.read}' for p in left) + "}" if left else ""
        elif names and names <= known:
            text = ""
        known |= names
        if text:
            texts.append(text)
    if len(texts) == 1 and (not texts[0].startswith("{") or texts[0].startswith("{name:")):
        return texts[0]
    items = [item for text in texts for item in (_items(text) if text.startswith("{") else [f"**{text}"])]
    return display(items) if items else ""


def _in_quotes(desk: Desk, mapping: str) -> str:
    """A mapping with its names in the quotes that the file uses."""
    return _NAME.sub(lambda match: f"{match[1]}{desk.quoted(match[2])}:", mapping)


def _is_plain(parameter: Parameter) -> bool:
    """Whether a parameter is surely a number, a text, a truth value or nothing."""
    if isinstance(parameter.value, bool | int | float | str):
        return True
    return parameter.type in ("int", "float", "str", "bool")


def _items(text: str) -> list[str]:
    """The entries of a dict display."""
    node = expression_node(text)
    assert node is not None
    data = text.encode()
    return [data[child.start_byte : child.end_byte].decode() for child in node.named_children]


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


def _ready_before(desk: Desk, parameters: ParameterSet, first: Node) -> bool:
    """Whether parameters have their values where the run starts, and can be read there."""
    script = desk.work.script
    function = script.function_of(first)
    if parameters.ready is None:
        return parameters.scope is not None and parameters.scope == function
    literal = parameters.source is Source.KEYWORD and all(not each.read for each in parameters.parameters)
    if literal and parameters.mapping.startswith("{") and not _of_estimator(parameters.mapping):
        return parameters.scope == function and script.loop_of(parameters.ready) is None
    if parameters.scope is not None and parameters.scope != function:
        return False
    return parameters.ready.end_byte <= first.start_byte and script.loop_of(parameters.ready) is None


def _of_estimator(mapping: str) -> bool:
    return mapping.endswith(".get_params()")


def _first_statement(function: Node | None) -> Node | None:
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return None
    statements = statements_in(body)
    if len(statements) > 1 and statements[0].type == "expression_statement":
        inner = statements[0].named_children[0]
        if inner.type in ("string", "concatenated_string"):
            return statements[1]
    return statements[0] if statements else None


def repeats(script: Script, statement: Node, depth: int = 0) -> bool:
    """Whether a statement runs more than once: in a loop, or in a function that is called from one."""
    if script.loop_of(statement) is not None:
        return True
    function = script.function_of(statement)
    if function is None or depth > 3:
        return False
    callers = reach_of(script).callers(function)
    return len(callers) > 1 or any(repeats(script, call, depth + 1) for call in callers)
