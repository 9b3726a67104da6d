"""translate: which old import gives its place to which new one, and where the others go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.source.text import Source
from adapter.translate.import_model import (
    Clause,
    NeededImport,
    Statement,
    is_always_run,
    kind_of,
    read_statements,
)
from adapter.translate.import_order import ModuleOrder

MODULE = 0
"""The scope of a module, where others have the id of their node."""


@dataclass(slots=True, eq=False)
class Group:
    """The old imports in one block of statements (of a notebook: in one cell).

    `stale` are those of which nothing or only a part stays, `kept` those that stay in use.
    """

    block: Node
    scope: int
    typing_only: bool
    stale: list[Statement] = field(default_factory=list)
    kept: list[Statement] = field(default_factory=list)


class Homes:
    """The imports of a file, and where each needed one goes.

    `slots` says which needed import takes the place of a stale statement or clause, by the id of its
    node; `beside` which ones follow an old statement in its block; `at_top` which ones go among the
    imports of the module.
    """

    def __init__(
        self,
        source: Source,
        needed: Iterable[NeededImport],
        gone: Iterable[tuple[Node, Node | None]],
        kept: Iterable[Node],
        used_from: int | None = None,
    ) -> None:
        self.source = source
        self.statements = read_statements(source)
        self.gone = _gone_clauses(self.statements, gone)
        self.stale = [statement for statement in self.statements if statement.node.id in self.gone]
        kept_ids = {node.id for node in kept}
        self.kept = [s for s in self.statements if s.node.id in kept_ids and s not in self.stale]
        self.groups = self._find_groups()
        self.slots: dict[int, list[NeededImport]] = {}
        self.beside: list[tuple[Statement, NeededImport]] = []
        self.at_top: list[NeededImport] = []
        self._before = self._early_use(used_from)
        missing = [need for need in dict.fromkeys(needed) if not self._is_provided(need, MODULE)]
        if self._before is not None:
            self.at_top = missing
            return
        for group, wanted in self._share_out([need for need in missing if kind_of(need.module) > 1]):
            self._assign(group, wanted)
        self.at_top += [need for need in missing if kind_of(need.module) <= 1]
        self._fill_the_only_import()

    def is_whole(self, statement: Statement) -> bool:
        """Whether nothing of a statement is used any more."""
        return len(self.gone.get(statement.node.id, ())) == len(statement.clauses)

    def is_leaving(self, statement: Statement) -> bool:
        """Whether a statement goes and nothing takes its place."""
        return self.is_whole(statement) and statement.node.id not in self.slots

    @property
    def near(self) -> Statement | None:
        """The old import among those of the module that new ones belong with."""
        if self._before is not None:
            return None
        anchors = [anchor for anchor, _ in self.beside]
        old = (*anchors, *self.stale, *self.kept)
        found = next((statement for statement in old if statement.block.type == "module"), None)
        return self._neighbour(found) if found is not None and self.is_leaving(found) else found

    def _neighbour(self, leaving: Statement) -> Statement:
        """An import that stays on the lines right around one that goes; else that one itself."""
        by_line = {s.node.start_point[0]: s for s in self.statements if s.block == leaving.block}
        for step in (1, -1):
            line = leaving.node.start_point[0] + step
            while (beside := by_line.get(line)) is not None:
                if not self.is_leaving(beside):
                    return beside
                line += step
        return leaving

    def order(self, near: Statement | None) -> ModuleOrder:
        """The imports at the top of the module that stay, for placing others among them."""
        leaving = [statement for statement in self.statements if self.is_leaving(statement)]
        old = [statement.node.start_byte for statement in (*self.stale, *self.kept)]
        before = min(old, default=None) if self._before is None else self._before
        return ModuleOrder(self.source, self.statements, leaving, near, before, self.slots)

    def _early_use(self, used_from: int | None) -> int | None:
        """Where the module uses what it needs before any old import; it came by another way there."""
        old = min((s.node.start_byte for s in (*self.stale, *self.kept)), default=None)
        return used_from if used_from is not None and old is not None and used_from < old else None

    def staying(self) -> Iterator[tuple[Statement, Clause]]:
        """Every imported name that stays, with its statement."""
        for statement in self.statements:
            gone = self.gone.get(statement.node.id, ())
            for clause in statement.clauses:
                if clause not in gone:
                    yield statement, clause

    def _find_groups(self) -> list[Group]:
        groups: dict[tuple[int, int], Group] = {}
        for statement in [s for s in self.statements if s in self.stale or s in self.kept]:
            cell = self.source.cell_at(statement.node.start_byte)
            key = (statement.block.id, cell.number if cell else 0)
            if key not in groups:
                groups[key] = Group(statement.block, scope_id(statement), statement.typing_only)
            (groups[key].stale if statement in self.stale else groups[key].kept).append(statement)
        return list(groups.values())

    def _is_provided(self, need: NeededImport, scope: int) -> bool:
        """Whether an import that stays gives a scope what it needs, under the name that it expects."""
        expected = need.alias or need.name or need.module
        for statement, clause in self.staying():
            if statement.provides(need, (clause,)) != expected:
                continue
            at_module = statement.scope is None and is_always_run(statement) and not self._is_late(statement)
            if at_module or (scope != MODULE and scope_id(statement) == scope):
                return True
        return False

    def _is_late(self, statement: Statement) -> bool:
        """Whether an import comes only after code that uses an old one, which is to use the new one now."""
        return self._is_used_before(statement, self.stale)

    def _is_used_before(self, statement: Statement, old: Sequence[Statement]) -> bool:
        first = next((s for s in old if s.scope is None), None)
        if first is None or statement.node.start_byte < first.node.end_byte:
            return False
        locals_ = {clause.local.encode() for s in old for clause in s.clauses if clause.name != "*"}
        if not locals_:
            return False
        pattern = re.compile(rb"(?<![\w.])(?:%s)(?!\w)" % b"|".join(map(re.escape, sorted(locals_))))
        between = pattern.finditer(self.source.data, first.node.end_byte, statement.node.start_byte)
        spans = [(s.node.start_byte, s.node.end_byte) for s in self.statements]
        return any(not any(start <= match.start() < end for start, end in spans) for match in between)

    def _share_out(self, needed: Sequence[NeededImport]) -> list[tuple[Group, list[NeededImport]]]:
        """The groups that get something, with what they get."""
        wanted: dict[Group, list[NeededImport]] = {}
        for need in needed:
            chosen = self._groups_for(need)
            first_of_form = next(n for n in needed if (n.name is None) == (need.name is None))
            if first_of_form is need:
                # Every other place where the old one was imported again imports the new one again.
                chosen += [g for g in self.groups if g not in chosen and self._has_slot(g, need)]
            for group in chosen:
                wanted.setdefault(group, []).append(need)
        return [(group, wanted[group]) for group in self.groups if group in wanted]

    def _has_slot(self, group: Group, need: NeededImport) -> bool:
        return any(self.is_whole(s) and _same_form(s, need) for s in group.stale)

    def _groups_for(self, need: NeededImport) -> list[Group]:
        """One group for each scope that has to have the import."""
        live = [group for group in self.groups if not group.typing_only] or self.groups
        if not live:
            self.at_top.append(need)
            return []
        same_form = [group for group in live if need.name and self._has_slot(group, need)]
        scopes = {group.scope for group in same_form or live}
        if need.at:
            scopes = {self._scope_at(offset, live) for offset in need.at}
        if MODULE in scopes:
            # What the module imports, its functions see.
            scopes = {MODULE}
        chosen = []
        for scope in sorted(scopes):
            here = sorted((g for g in live if g.scope == scope), key=lambda group: not group.stale)
            if not here:
                self.at_top.append(need)
            elif not self._is_provided(need, scope):
                chosen.append(here[0])
        return chosen

    def _scope_at(self, offset: int, groups: Iterable[Group]) -> int:
        """The innermost scope with old imports around a place."""
        around = [
            scope
            for group in groups
            if (scope := (group.stale or group.kept)[0].scope) is not None
            and scope.start_byte <= offset < scope.end_byte
        ]
        return max(around, key=lambda scope: scope.start_byte).id if around else MODULE

    def _assign(self, group: Group, wanted: Sequence[NeededImport]) -> None:
        """Gives the places of stale imports to needed ones; what finds none goes beside an old import."""
        order = self.order(None) if group.block.type == "module" else None
        sections = (
            None
            if order is None
            else ModuleOrder(self.source, self.statements, (), group.stale[0] if group.stale else None)
        )
        old = sorted((*self.stale, *self.kept), key=lambda s: s.node.start_byte)
        late = {s for s in group.stale if s.scope is None and self._is_used_before(s, old)}
        rest = []
        for need in wanted:
            same = next(
                (place for s in group.stale if s not in late for place in self._places(s, need)), None
            )
            if same is not None:
                self.slots[same] = [need]
                continue
            slot, is_clause = self._slot(group, need, late)
            joins = order is not None and order.has_host(need)
            if not is_clause and (joins or self._breaks_order(sections, slot, need)):
                self.at_top.append(need)
            elif slot is not None:
                self.slots[slot] = [need]
            else:
                rest.append(need)
        for need in rest:
            free = next((s for s in group.stale if self.is_leaving(s) and s not in late), None)
            if free is not None:
                self.slots[free.node.id] = [need]
            elif (anchor := self._anchor(group, first=bool(late))) is not None:
                self.beside.append((anchor, need))
            else:
                self.at_top.append(need)

    def _places(self, statement: Statement, need: NeededImport) -> Iterator[int]:
        """What leaves an import of the very module that is needed: all of it, or some of its names."""
        if need.name is None or statement.module != need.module:
            return
        nodes = (
            [statement.node] if self.is_whole(statement) else [c.node for c in self.gone[statement.node.id]]
        )
        yield from (node.id for node in nodes if node.id not in self.slots)

    def _breaks_order(self, sections: ModuleOrder | None, slot: int | None, need: NeededImport) -> bool:
        """Whether the place of an old statement is not where the order of the imports wants a new one."""
        statement = next((each for each in self.statements if each.node.id == slot), None)
        return sections is not None and statement is not None and sections.would_break(statement, need)

    def _slot(self, group: Group, need: NeededImport, late: set[Statement]) -> tuple[int | None, bool]:
        """The statement of the same form whose place a needed import can take, or a clause (True)."""
        for statement in group.stale:
            if statement in late:
                continue
            if self.is_whole(statement):
                if _same_form(statement, need) and statement.node.id not in self.slots:
                    return statement.node.id, False
            elif statement.module == (need.module if need.name else None):
                for clause in self.gone[statement.node.id]:
                    if clause.node.id not in self.slots:
                        return clause.node.id, True
        return None, False

    def _anchor(self, group: Group, first: bool = False) -> Statement | None:
        """The last (or first) old statement of a block that stays, itself or with a new text."""
        staying = [s for s in (*group.stale, *group.kept) if not self.is_leaving(s)]
        return (min if first else max)(staying, key=lambda s: s.node.start_byte, default=None)

    def _fill_the_only_import(self) -> None:
        """Where all imports of the module would go, what goes to its top takes the place of the last one."""
        near = self.near
        if self.at_top and near is not None and self.is_leaving(near) and self.order(near).is_empty:
            by_kind = sorted(self.at_top, key=lambda n: (kind_of(n.module), n.name is not None, n.module))
            self.slots[near.node.id] = by_kind
            self.at_top = []


def _gone_clauses(
    statements: Iterable[Statement], gone: Iterable[tuple[Node, Node | None]]
) -> dict[int, list[Clause]]:
    """The clauses that nothing uses any more, by the id of their statement."""
    clauses: dict[int, set[int | None]] = {}
    for statement, clause in gone:
        clauses.setdefault(statement.id, set()).add(clause.id if clause is not None else None)
    found = {}
    for known in statements:
        ids = clauses.get(known.node.id)
        if ids is not None:
            found[known.node.id] = [c for c in known.clauses if None in ids or c.node.id in ids]
    return {statement: gone for statement, gone in found.items() if gone}


def scope_id(statement: Statement) -> int:
    """The scope that an import binds its names in."""
    return MODULE if statement.scope is None else statement.scope.id


def _same_form(statement: Statement, need: NeededImport) -> bool:
    return (statement.module is None) == (need.name is None)
