"""fallback: regions: the smallest runs of statements that hold gaps and all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import indent

from tree_sitter import Node

from adapter.names.uses import Names, Use
from adapter.plan import SiteKind, Span
from adapter.source.text import Source, parse_python
from adapter.translate.context import BLOCKS, shares_its_line, statement_of

MOST_LINES = 40
"""A region with more lines is too much for the models that this is made for, and is not asked about."""

_ASKABLE = frozenset(SiteKind) - {
    SiteKind.IMPORT,
    SiteKind.KEYWORD,
    SiteKind.ENVIRONMENT,
    SiteKind.SHELL,
    SiteKind.MANIFEST,
    SiteKind.LANDMARK,
}


@dataclass(frozen=True, eq=False)
class Region:
    """Statements of one block that follow one another; `uses` are the sites in them.

    `text` has them without the indentation of the block, which is `indent`.
    """

    span: Span
    statements: tuple[Node, ...]
    uses: tuple[Use, ...]
    indent: str
    text: str

    @property
    def block(self) -> Node:
        """The block that the statements stand in."""
        parent = self.statements[0].parent
        assert parent is not None
        return parent


def find_regions(source: Source, names: Names, gaps: Iterable[Span]) -> tuple[list[Region], list[Span]]:
    """The regions around gaps, in order, and the gaps that none can be made for."""
    uses = [use for use in names.uses() if use.kind in _ASKABLE]
    runs: list[tuple[Node, ...]] = []
    left: list[Span] = []
    for gap in gaps:
        use = next((u for u in uses if (u.node.start_byte, u.node.end_byte) == (gap.start, gap.end)), None)
        run = _grown(statement_of(use.node), names, uses) if use is not None else None
        if run is None:
            left.append(gap)
        else:
            runs.append(run)
    regions: list[Region] = []
    for run in _merged(runs):
        region = _region(source, run, uses)
        if region is not None:
            regions.append(region)
        else:
            left.extend(gap for gap in gaps if _span(run).contains(gap))
    return regions, left


def _grown(statement: Node, names: Names, uses: Sequence[Use]) -> tuple[Node, ...] | None:
    """The statements from the first to the last that have to do with the library's objects made in one.

    None where such an object goes to another function or to an attribute: no region holds it all.
    """
    run: tuple[Node, ...] = (_region_statement(statement),)
    for _ in range(5):
        places = _places_of_objects(run, names, uses)
        if places is None:
            return None
        wider = run
        for place in places:
            joined = _joined(wider, place)
            if joined is None:
                return None
            wider = joined
        if _span(wider) == _span(run):
            return run
        run = wider
    return None


def _region_statement(statement: Node) -> Node:
    """The statement, or the decorated definition that it belongs to."""
    parent = statement.parent
    while parent is not None and parent.type == "decorated_definition":
        statement, parent = parent, parent.parent
    return statement


def _places_of_objects(run: Sequence[Node], names: Names, uses: Sequence[Use]) -> list[Node] | None:
    span = _span(run)
    found: list[Node] = []
    for use in uses:
        if not span.contains(Span(use.node.start_byte, use.node.end_byte)):
            continue
        makers = _makers_of_receiver(use, names)
        if makers is None:
            return None
        found += makers
        for target in _targets(use.node, run):
            if target.type != "identifier":
                if names.value(target).of_library:
                    return None
                continue
            scope = names.scope_of(target)
            if not names.value(target).of_library and not _binds_library(target, names):
                continue
            for node in names.occurrences(names.source.node_text(target), scope):
                if names.scope_of(node).id != scope.id:
                    return None
                found.append(node)
    return found


def _makers_of_receiver(use: Use, names: Names) -> list[Node] | None:
    """Where the object that a use hangs on gets its value; None when that is in another function."""
    root = use.receiver
    while root is not None and root.type in ("attribute", "call", "subscript"):
        root = root.child_by_field_name({"attribute": "object", "call": "function"}.get(root.type, "value"))
    if root is None or root.type != "identifier" or not names.value(root).of_library:
        return []
    text = names.source.node_text(root)
    if any(binding.local == text for binding in names.imports):
        return []
    makers = names.bindings(root)
    scope = names.scope_of(root)
    if not makers or any(names.scope_of(maker).id != scope.id for maker in makers):
        return None
    return makers


def _binds_library(target: Node, names: Names) -> bool:
    """Whether a name gets something of the library; a target itself has no value."""
    right = target.parent.child_by_field_name("right") if target.parent is not None else None
    return right is not None and names.value(right).of_library


def _targets(node: Node, run: Sequence[Node]) -> list[Node]:
    """What the statement around a use assigns to."""
    current: Node | None = node
    limits = {statement.id for statement in run}
    while current is not None and current.id not in limits:
        current = current.parent
        if current is not None and current.type in ("assignment", "named_expression"):
            left = current.child_by_field_name("left") or current.child_by_field_name("name")
            if left is None:
                return []
            nested = left.type in ("pattern_list", "tuple_pattern", "list_pattern")
            return list(left.named_children) if nested else [left]
        if current is not None and current.type == "as_pattern":
            alias = current.child_by_field_name("alias")
            return list(alias.named_children) if alias is not None else []
    return []


def _joined(run: tuple[Node, ...], place: Node) -> tuple[Node, ...] | None:
    """The smallest run of statements of one block that holds a run and a node."""
    block = run[0].parent
    while block is not None:
        if block.start_byte <= place.start_byte and place.end_byte <= block.end_byte:
            inside = [child for child in block.named_children if child.type != "comment"]
            start = min(run[0].start_byte, place.start_byte)
            end = max(run[-1].end_byte, place.end_byte)
            if block.type in BLOCKS:
                picked = [child for child in inside if child.end_byte > start and child.start_byte < end]
                return tuple(picked) if picked else None
        if block.type in ("function_definition", "class_definition"):
            return None
        block = block.parent
    return None


def _merged(runs: Iterable[tuple[Node, ...]]) -> list[tuple[Node, ...]]:
    """Runs in order, those that overlap as the widest of them."""
    merged: list[tuple[Node, ...]] = []
    for run in sorted(runs, key=lambda each: (each[0].start_byte, -each[-1].end_byte)):
        last = merged[-1] if merged else None
        if last is None or run[0].start_byte >= last[-1].end_byte:
            merged.append(run)
        elif run[-1].end_byte > last[-1].end_byte:
            joined = _joined(last, run[-1])
            merged[-1] = joined if joined is not None else last
    return merged


def _span(run: Sequence[Node]) -> Span:
    return Span(run[0].start_byte, run[-1].end_byte)


def _region(source: Source, run: tuple[Node, ...], uses: Sequence[Use]) -> Region | None:
    """The region of a run; None where it shares lines with other code or is too long."""
    if any(shares_its_line(source, statement) for statement in (run[0], run[-1])):
        return None
    span = _span(run)
    text = source.text(span)
    if text.count("\n") + 1 > MOST_LINES or not _is_in_one_cell(source, span):
        return None
    inside = tuple(u for u in uses if span.contains(Span(u.node.start_byte, u.node.end_byte)))
    spaces = source.line_indent(span.start)
    return Region(span, run, inside, spaces, dedented(spaces + text.replace("\r\n", "\n"), spaces))


def _is_in_one_cell(source: Source, span: Span) -> bool:
    first, last = source.cell_at(span.start), source.cell_at(span.end)
    return first is None or (last is not None and first.number == last.number)


def dedented(text: str, spaces: str) -> str:
    """The text without the indentation of its block; lines inside of texts stay as they are."""
    fixed = _lines_in_strings(text)
    lines = text.split("\n")
    return "\n".join(
        line if number in fixed else line.removeprefix(spaces) for number, line in enumerate(lines)
    )


def indented(text: str, spaces: str) -> str:
    """The text with the indentation of a block, the first line without; lines inside of texts stay."""
    fixed = _lines_in_strings(text)
    lines = text.split("\n")
    put = [
        line if number in fixed or number == 0 else indent(line, spaces) for number, line in enumerate(lines)
    ]
    return "\n".join(put)


def _lines_in_strings(text: str) -> set[int]:
    """The numbers, from 0, of lines that begin inside of a text literal."""
    found: set[int] = set()
    waiting = [parse_python(text.encode()).root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "string":
            found.update(range(node.start_point[0] + 1, node.end_point[0] + 1))
        else:
            waiting.extend(node.children)
    return found
