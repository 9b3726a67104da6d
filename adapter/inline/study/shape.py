"""inline: which part of a program a trial runs: a function, the rest of one, or statements of the module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tree_sitter import Node

from adapter.inline.landmarks.literals import parameter_names
from adapter.inline.landmarks.model import Landmarks, ParameterSet
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.study.calls import Edge
from adapter.inline.study.names import block_statement, bound_by, program, read_by
from adapter.inline.study.region import find_region
from adapter.translate.context import statements_in

_COMMANDS = frozenset({Source.CLICK, Source.TYPER})


class ShapeError(Exception):
    """Training cannot be run several times as it stands; `node` is the place, the message says why."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node


class Form(StrEnum):
    """What one trial runs."""

    CALL = "a function of the file"
    TAIL = "the rest of a function"
    REGION = "statements of the module"


@dataclass(slots=True)
class Shape:
    """What one trial runs, and where the program decides between one training and a search.

    `base` is the function in which that is decided, None for the module. `plain` are the statements of one
    training there, in order. `function` and `call` are what is called and its call (CALL). `edges` are the
    calls below what a trial runs, down to where the value is reported. `passed` are names that a new
    function must be given, `shared` those that it must declare global. `seeds` are statements that each
    trial repeats first, `moved` those that become part of the training. `hoisted` is the set of parameters
    whose object first needs a name there.
    """

    form: Form
    base: Node | None
    plain: list[Node]
    edges: list[Edge]
    function: Node | None = None
    call: Node | None = None
    passed: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    seeds: list[Node] = field(default_factory=list)
    moved: list[Node] = field(default_factory=list)
    hoisted: ParameterSet | None = None
    command: ParameterSet | None = None


def shape_of(
    script: Script, landmarks: Landmarks, way: Sequence[Edge], reported: Node, sets: Sequence[ParameterSet]
) -> Shape:
    """The smallest part of the program that has to run anew for each trial.

    `way` leads to the function that reports the value at `reported`, `sets` hold the parameters.

    Raises:
        ShapeError: there is none that could be run again.
    """
    functions = functions_on(script, way, reported)
    anchor = next((each for each in sets if _base_of(script, each, functions) is not None), None)
    if anchor is not None:
        base = _base_of(script, anchor, functions)
        assert base is not None
        return _in_function(script, landmarks, way, base, anchor, sets)
    hoisted = next((each for each in sets if _is_made_in_call(script, each, None)), None)
    return _in_module(script, landmarks, way, reported, sets, hoisted)


def functions_on(script: Script, way: Sequence[Edge], reported: Node) -> list[Node]:
    """The functions that a way leads through, outermost first."""
    if way:
        first = [way[0].caller] if way[0].caller is not None else []
        return [*(each for each in first if each is not None), *(edge.function for edge in way)]
    function = script.function_of(reported)
    return [function] if function is not None and function.type == "function_definition" else []


def _base_of(script: Script, each: ParameterSet, functions: Sequence[Node]) -> Node | None:
    """The function in whose block the values of a set become known; None for the module."""
    if each.source in (Source.FUNCTION, Source.KEYWORD, Source.CONSTANT):
        return None
    base = each.scope
    if each.ready is None and each.source not in _COMMANDS:
        base = script.function_of(each.made) if each.made is not None else None
    return base if base is not None and any(base.id == function.id for function in functions) else None


def _is_made_in_call(script: Script, each: ParameterSet, base: Node | None) -> bool:
    """Whether the object of a set is made within a call of the block: `main(parse_args())`."""
    if each.ready is not None or each.made is None:
        return False
    function = script.function_of(each.made)
    return (function is None) if base is None else function is not None and function.id == base.id


def _in_function(
    script: Script,
    landmarks: Landmarks,
    way: Sequence[Edge],
    base: Node,
    anchor: ParameterSet,
    sets: Sequence[ParameterSet],
) -> Shape:
    body = base.child_by_field_name("body")
    statements = statements_in(body) if body is not None else []
    edges = _edges_below(way, base)
    command = anchor if anchor.source in _COMMANDS else None
    hoisted = anchor if _is_made_in_call(script, anchor, base) else None
    start = _start(script, statements, anchor, base)
    start = _behind_others(statements, start, sets, base)
    head, plain = statements[:start], statements[start:]
    if not plain:
        raise ShapeError(base, "nothing follows the place where the hyper-parameters are known")
    seeds = [seed.node for seed in landmarks.seeds]
    moved = [each for each in head if _holds_any(each, seeds)]
    branch = _branch(plain, edges)
    call = _lone_call(branch, edges)
    if call is not None and not moved:
        return Shape(
            Form.CALL, base, branch, edges[1:], call.function, call.call, hoisted=hoisted, command=command
        )
    _check_splittable(script, base, head)
    bound = set().union(*(bound_by(each) for each in head if each not in moved), _parameters(base))
    if hoisted is not None:
        bound.add(hoisted.holder)
    read = read_by(script, [*moved, *plain])
    passed = [name for name in _order(script, base, head, hoisted) if name in bound and name in read]
    return Shape(Form.TAIL, base, plain, edges, passed=passed, moved=moved, hoisted=hoisted, command=command)


def _start(script: Script, statements: Sequence[Node], anchor: ParameterSet, base: Node) -> int:
    """The index of the first statement of the training in a block."""
    if anchor.source in _COMMANDS:
        first = statements[0].named_children[:1] if statements else []
        return 1 if first and first[0].type in ("string", "concatenated_string") else 0
    place = anchor.ready if anchor.ready is not None else anchor.made
    assert place is not None
    holding = block_statement(script, place, base)
    index = [each.id for each in statements].index(holding.id)
    return index + (anchor.ready is not None)


def _behind_others(statements: Sequence[Node], start: int, sets: Sequence[ParameterSet], base: Node) -> int:
    """The index behind further sets whose values become known right there."""
    known = [each.ready for each in sets if each.ready is not None and each.scope == base and each.holder]
    while start < len(statements) and any(ready == statements[start] for ready in known):
        start += 1
    return start


def is_known(shape: Shape, each: ParameterSet) -> bool:
    """Whether the object of a set is there where the program decides between training and a search."""
    if each is shape.hoisted or each is shape.command:
        return True
    if each.ready is None:
        return False
    if each.scope is None:
        return True
    return (
        shape.base is not None
        and each.scope.id == shape.base.id
        and each.ready.end_byte <= shape.plain[0].start_byte
    )


def _order(script: Script, base: Node, head: Sequence[Node], hoisted: ParameterSet | None) -> list[str]:
    names = [*_parameters(base), *(name for each in head for name in sorted(bound_by(each)))]
    if hoisted is not None:
        names.append(hoisted.holder)
    return list(dict.fromkeys(names))


def _parameters(function: Node) -> list[str]:
    return [name.lstrip("*") for name in parameter_names(function)]


def _check_splittable(script: Script, base: Node, head: Sequence[Node]) -> None:
    around = base.parent
    if around is not None and around.type == "decorated_definition":
        around = around.parent
    name = base.child_by_field_name("name")
    called = script.text(name) if name is not None else "the function"
    if around is None or around.type != "module":
        raise ShapeError(base, f"{called} is no function of the module, so it cannot be split there")
    if any(child.type == "async" for child in base.children) or is_generator(script, base):
        raise ShapeError(base, f"{called} is a coroutine or generator")
    for statement in head:
        if any(node.type in ("global_statement", "nonlocal_statement") for node in script.walk(statement)):
            raise ShapeError(statement, f"{called} declares global names before its training")


def is_generator(script: Script, function: Node) -> bool:
    """Whether a function yields."""
    return any(
        node.type == "yield" and script.function_of(node) == function for node in script.walk(function)
    )


def _edges_below(way: Sequence[Edge], base: Node | None) -> list[Edge]:
    """The calls of a way from a function (None: the module) downwards."""
    for index, edge in enumerate(way):
        same = edge.caller is None if base is None else edge.caller is not None and edge.caller.id == base.id
        if same:
            return list(way[index:])
    return []


def _branch(plain: Sequence[Node], edges: Sequence[Edge]) -> list[Node]:
    """The statements of that branch of a lone `if` that leads on; the statements themselves without one."""
    found = list(plain)
    while len(found) == 1 and found[0].type == "if_statement" and edges:
        call = edges[0].call
        blocks = [found[0].child_by_field_name("consequence")]
        blocks += [
            clause.child_by_field_name("body") or clause.child_by_field_name("consequence")
            for clause in found[0].named_children
            if clause.type in ("else_clause", "elif_clause")
        ]
        inside = [
            each for each in blocks if each is not None and each.start_byte <= call.start_byte < each.end_byte
        ]
        if not inside:
            break
        found = statements_in(inside[0])
    return found


def _lone_call(plain: Sequence[Node], edges: Sequence[Edge]) -> Edge | None:
    """The call of the way, where the training is nothing but one statement with that call."""
    if len(plain) != 1 or not edges:
        return None
    statement = plain[0]
    inner = statement.named_children[0] if statement.named_children else None
    if statement.type not in ("expression_statement", "return_statement") or inner is None:
        return None
    call = edges[0].call
    if not statement.start_byte <= call.start_byte < statement.end_byte:
        return None
    name = edges[0].function.child_by_field_name("name")
    return None if name is not None and name.text == b"__init__" else edges[0]


def _holds_any(statement: Node, nodes: Sequence[Node]) -> bool:
    return any(statement.start_byte <= node.start_byte < statement.end_byte for node in nodes)


def _in_module(
    script: Script,
    landmarks: Landmarks,
    way: Sequence[Edge],
    reported: Node,
    sets: Sequence[ParameterSet],
    hoisted: ParameterSet | None,
) -> Shape:
    statements = program(script)
    if not any(reach_of(script).trains(each) for each in statements):
        raise ShapeError(reported, "nothing in this file starts the training")
    edges = _edges_below(way, None)
    if way and not edges:
        raise ShapeError(
            way[0].function, f"nothing in this file calls the function in line {script.line(way[0].function)}"
        )
    if not way and script.function_of(reported) is not None:
        raise ShapeError(reported, "the function that reports the value is called by nothing in this file")
    region = find_region(script, landmarks, statements, sets, reported if not edges else edges[0].call)
    branch = _branch(region.statements, edges)
    call = _lone_call(branch, edges)
    if call is not None:
        return Shape(
            Form.CALL,
            None,
            branch,
            edges[1:],
            call.function,
            call.call,
            seeds=region.seeds,
            hoisted=hoisted,
        )
    return Shape(
        Form.REGION, None, region.statements, edges, shared=region.shared, seeds=region.seeds, hoisted=hoisted
    )
