"""fence: kept: all that the region does beside the source library, it still does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from adapter.fallback.fence.candidate import Candidate, Ground
from adapter.fallback.fence.nodes import (
    bound_names,
    holds,
    is_read,
    is_subsequence,
    normal,
    statements,
    text,
    walk,
)
from adapter.names.uses import Use

_EXITS = frozenset(
    "return_statement raise_statement yield await break_statement continue_statement global_statement "
    "nonlocal_statement assert_statement delete_statement".split()
)
_LITERALS = frozenset({"string", "integer", "float", "concatenated_string"})


def keeps_statements(candidate: Candidate) -> str:
    """Statements and headers without the source library stand there as before, in the same order."""
    region = candidate.ground.region
    used = [use.node for use in region.uses]
    wanted = [element for element, _, special in statements(region.statements, used) if not special]
    target = [use.node for use in candidate.target_uses]
    given = [element for element, _, special in statements(candidate.nodes, target) if not special]
    missing = is_subsequence(wanted, given)
    if missing is None:
        return ""
    assert isinstance(missing, tuple)
    return f"this must stay as it is, where it is: {missing[1]}"


def keeps_calls(candidate: Candidate) -> str:
    """Calls of other things are still made."""
    ground = candidate.ground
    used = [use.node for use in ground.region.uses]
    wanted = Counter(
        normal(function) if holds(call, used) else normal(call)
        for call, function in _calls(ground.region.statements, ground.region.uses)
    )
    given: Counter[str] = Counter()
    for call, function in _calls(candidate.nodes, candidate.target_uses):
        given.update((normal(call), normal(function)))
    missing = wanted - given
    return f"this call must stay: {next(iter(missing))}" if missing else ""


def _calls(nodes: Iterable[Node], uses: Iterable[Use]) -> Iterator[tuple[Node, Node]]:
    """Calls that are not of the library, each with what is called."""
    used = [use.node for use in uses]
    own = {node.id for use in uses for node in (use.node, use.call) if node is not None}
    for node in walk(nodes):
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and node.id not in own and not holds(function, used):
            yield node, function


def keeps_names(candidate: Candidate) -> str:
    """Names that the region binds and that are read elsewhere are still bound."""
    ground = candidate.ground
    after = bound_names(candidate.nodes)
    for name, node in bound_names(ground.region.statements).items():
        if name not in after and _is_read_elsewhere(name, node, ground):
            return f"{name} must still get a value, it is used further on"
    return ""


def _is_read_elsewhere(name: str, node: Node, ground: Ground) -> bool:
    span = ground.region.span
    places = ground.names.occurrences(name, ground.names.scope_of(node))
    return any(is_read(each) and not span.start <= each.start_byte < span.end for each in places)


def keeps_flow(candidate: Candidate) -> str:
    """The region is left, waited in and repeated where it was before."""
    before = Counter(node.type for node in walk(candidate.ground.region.statements) if node.type in _EXITS)
    after = Counter(node.type for node in walk(candidate.nodes) if node.type in _EXITS)
    for kind in sorted((before - after) + (after - before)):
        return f"the number of '{kind.removesuffix('_statement')}' differs from the region's"
    return ""


def keeps_data(candidate: Candidate) -> str:
    """What the source calls were given, the new code uses too."""
    ground = candidate.ground
    given = {normal(node) for node in walk(candidate.nodes) if _is_data(node)}
    for use in ground.region.uses:
        for node in _data_of(use, ground):
            if normal(node) not in given:
                return f"{text(node)} is not used any more"
    return ""


def _is_data(node: Node) -> bool:
    return node.type in _LITERALS or is_read(node)


def _data_of(use: Use, ground: Ground) -> Iterator[Node]:
    """Names and literals in the arguments of a call, or in a written value.

    Literals given by keyword, often settings of the library, may go. So may the library's own names.
    """
    if use.call is not None:
        arguments = use.call.child_by_field_name("arguments")
        parts = arguments.named_children if arguments is not None else []
    else:
        right = use.node.child_by_field_name("right") if use.node.type == "assignment" else None
        parts = [right] if right is not None else []
    used = [other.node for other in ground.region.uses]
    for part in parts:
        value = part.child_by_field_name("value") if part.type == "keyword_argument" else part
        if value is None or (part.type == "keyword_argument" and value.type in _LITERALS):
            continue
        for node in walk([value]):
            is_library = any(
                other.start_byte <= node.start_byte < other.end_byte and other.id != use.node.id
                for other in used
            )
            if _is_data(node) and not (is_library and ground.names.value(node).of_library):
                yield node


def keeps_comments(candidate: Candidate) -> str:
    """Comments stay, in their order."""
    wanted = [text(node) for node in _with_comments(candidate.ground) if node.type == "comment"]
    given = [text(node) for node in walk(candidate.nodes) if node.type == "comment"]
    missing = is_subsequence(wanted, given)
    return f"the comment {missing!r} must stay" if missing is not None else ""


def _with_comments(ground: Ground) -> Iterator[Node]:
    """All nodes of the region, comments between its statements included."""
    span = ground.region.span
    between = [
        child
        for child in ground.region.block.named_children
        if span.start <= child.start_byte and child.end_byte <= span.end
    ]
    return walk(between)
