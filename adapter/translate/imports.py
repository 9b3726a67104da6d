"""translate: the imports of a file: what the new code needs comes, what nothing uses any more goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.import_cuts import cut_clauses, cut_statements, guard_nodes, guard_statement
from adapter.translate.import_homes import Homes, scope_id
from adapter.translate.import_model import (
    NeededImport,
    Statement,
    is_always_run,
    line_end,
    line_start,
    read_statements,
)

__all__ = ["NeededImport", "StaleImport", "local_name", "plan_imports"]


@dataclass(frozen=True, slots=True)
class StaleImport:
    """An import that nothing uses any more; `clause` is the part of the statement, None for all of it."""

    statement: Node
    clause: Node | None = None


def local_name(source: Source, needed: NeededImport) -> str:
    """The expression by which code of a file reaches what it needs.

    That is what an import at module level gives already (`mf` after `import mlflow as mf`), else what
    the needed import will give.
    """
    for statement in read_statements(source):
        if statement.scope is None and is_always_run(statement):
            found = statement.provides(needed, statement.clauses)
            if found is not None:
                return found
    return needed.alias or needed.name or needed.module


def plan_imports(
    source: Source,
    needed: Sequence[NeededImport],
    stale: Sequence[StaleImport],
    kept: Sequence[Node] = (),
    used_from: int | None = None,
) -> list[Change]:
    """The changes to the import statements of a file, and to guards such as `name = None`; none overlap.

    A stale import gives its place to a needed one of another library where there is one; further ones,
    and those of the standard library, go where the order of the imports wants them. `kept` are import
    statements of the old library that stay in use: where nothing is stale, new imports go beside them.
    `used_from` is the offset from which the module's own statements need them.
    """
    homes = Homes(source, needed, [(item.statement, item.clause) for item in stale], kept, used_from)
    renames, emptied = _guard_changes(homes)
    leaving = [statement.node for statement in homes.stale if homes.is_leaving(statement)]
    changes = [
        *_top_changes(homes),
        *_slot_changes(homes),
        *_nested_changes(homes),
        *renames,
        *cut_statements(source, [*leaving, *emptied]),
    ]
    return sorted(changes, key=lambda change: change.span)


def _top_changes(homes: Homes) -> Iterator[Change]:
    """What goes among the imports of the module, near the old one if it stands there."""
    beside = [(anchor, need) for anchor, need in homes.beside if anchor.block.type == "module"]
    needed = [*homes.at_top, *(need for _, need in beside)]
    if needed:
        yield from homes.order(homes.near).add(list(dict.fromkeys(needed)))


def _slot_changes(homes: Homes) -> Iterator[Change]:
    """What takes the place of a stale import, and what is cut out of a statement that stays."""
    for statement in homes.stale:
        node = statement.node
        if homes.is_whole(statement):
            if node.id in homes.slots:
                indent = "\n" + homes.source.line_indent(node.start_byte)
                yield Change(statement.span, indent.join(_statements(homes.slots[node.id])))
            continue
        gone = homes.gone[node.id]
        for clause in gone:
            if clause.node.id in homes.slots:
                span = Span(clause.node.start_byte, clause.node.end_byte)
                yield Change(span, homes.slots[clause.node.id][0].clause)
        free = [clause for clause in gone if clause.node.id not in homes.slots]
        yield from cut_clauses(homes.source.data, statement, free)


def _statements(needed: Sequence[NeededImport]) -> list[str]:
    """The statements of several imports; names of one module share one."""
    names: dict[str, list[str]] = {}
    for need in needed:
        if need.name and not need.alias:
            names.setdefault(need.module, []).append(need.name)
    found = []
    for need in needed:
        together = names.get(need.module, []) if need.name and not need.alias else []
        found.append(
            f"from {need.module} import {', '.join(sorted(together))}" if len(together) > 1 else need.text
        )
    return list(dict.fromkeys(found))


def _nested_changes(homes: Homes) -> Iterator[Change]:
    """New imports behind an old one in a block of its own: a function, a `try`, an `if`."""
    for anchor, need in homes.beside:
        if anchor.block.type != "module":
            yield _behind(homes.source, anchor.node, need.text)
            if anchor in homes.kept:
                yield from _second_guards(homes, anchor, need)


def _behind(source: Source, node: Node, text: str) -> Change:
    """A statement behind another one, on a line of its own unless that one shares its line."""
    data = source.data
    end = line_end(data, node.end_byte)
    alone = not data[line_start(data, node.start_byte) : node.start_byte].strip()
    rest = data[node.end_byte : end].strip()
    if not alone or (rest and not rest.startswith(b"#")):
        return Change(Span(node.end_byte, node.end_byte), f"; {text}")
    return Change(Span(end, end), f"\n{source.line_indent(node.start_byte)}{text}")


def _second_guards(homes: Homes, anchor: Statement, need: NeededImport) -> Iterator[Change]:
    """`new = None` behind each `old = None` that stands for an import that stays."""
    for clause in anchor.clauses:
        for node in guard_nodes(homes.source, clause.local, anchor):
            statement = guard_statement(node)
            if statement is not None and statement.type == "expression_statement":
                value = homes.source.node_text(statement).rpartition("=")[2].strip()
                yield _behind(homes.source, statement, f"{need.local} = {value}")


def _guard_changes(homes: Homes) -> tuple[list[Change], list[Node]]:
    """Names in `old = None`, `del old` and `global old`: the changes that rename them, and what just goes."""
    renames: dict[int, Change] = {}
    emptied: dict[int, Node] = {}
    # A name that another import of the same scope still binds keeps its guard.
    staying = {(scope_id(statement), clause.local) for statement, clause in homes.staying()}
    for statement in homes.stale:
        for clause in homes.gone[statement.node.id]:
            if clause.name == "*" or (scope_id(statement), clause.local) in staying:
                continue
            slot = homes.slots.get(statement.node.id) or homes.slots.get(clause.node.id)
            first = clause is homes.gone[statement.node.id][0] or clause.node.id in homes.slots
            for node in guard_nodes(homes.source, clause.local, statement):
                if slot and first:
                    if slot[0].local != clause.local:
                        span = Span(node.start_byte, node.end_byte)
                        renames[node.id] = Change(span, slot[0].local)
                    emptied.pop(node.id, None)
                elif node.id not in renames and (lone := guard_statement(node)) is not None:
                    emptied[node.id] = lone
    return list(renames.values()), list(emptied.values())
