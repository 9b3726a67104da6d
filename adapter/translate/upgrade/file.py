"""One file: from its bytes to the plan that upgrades it; rules are applied until none finds work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from adapter.names.catalog import LibraryCatalog
from adapter.names.project import ProjectNames
from adapter.names.uses import Names
from adapter.plan import Edit, Fidelity, Gap, GapReason, Ignored, Plan
from adapter.source.errors import SourceError
from adapter.source.text import Source, read_source, rewrite
from adapter.translate.file import translate_file
from adapter.translate.traces import Traces
from adapter.translate.upgrade.moves import Mover
from adapter.translate.upgrade.origins import Origins
from adapter.translate.upgrade.rules import Move, Upgrade

_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The plan of one file, and the moves that it made: some need a further distribution."""

    plan: Plan
    moves: frozenset[Move] = frozenset()


class FileUpgrader:
    """Applies one upgrade to files."""

    def __init__(self, upgrade: Upgrade, catalog: LibraryCatalog, *, unsafe: bool = False) -> None:
        self._upgrade, self._catalog, self._unsafe = upgrade, catalog, unsafe
        moves = [m for m in upgrade.moves if unsafe or m.fidelity is not Fidelity.UNSAFE]
        self._mover = Mover(upgrade.library, moves, upgrade.gone)

    def upgrade(
        self, path: Path, raw: bytes, project: ProjectNames | None, traces: Traces | None = None
    ) -> Upgraded:
        """Plans the upgrade of one file; what is wrong with it is the plan's error."""
        plan = Plan(path, raw)
        moves: set[Move] = set()
        current = raw
        try:
            original: Source | None = None
            for _ in range(_ROUNDS):
                found, more = self._one_round(path, current, project, traces)
                if found.error is not None:
                    plan.error = found.error
                    plan.gaps, plan.edits = found.gaps, []
                    return Upgraded(plan)
                original = original or read_source(path, raw)
                origins = Origins(original, read_source(path, current)) if current is not raw else None
                _take(plan, found, origins)
                moves |= more
                if found.after is None:
                    break
                current = found.after
        except SourceError as error:
            plan.error = error.error
            return Upgraded(plan)
        plan.after = current if current != raw else None
        for items in (plan.edits, plan.gaps, plan.ignored):
            items.sort(key=lambda item: item.site.span)
        return Upgraded(plan, frozenset(moves))

    def _one_round(
        self, path: Path, raw: bytes, project: ProjectNames | None, traces: Traces | None
    ) -> tuple[Plan, set[Move]]:
        """The entries first; where they find nothing to change, what has moved."""
        plan = translate_file(
            path, raw, self._upgrade.route, self._catalog, project, traces, unsafe=self._unsafe
        ).plan
        if plan.error is not None or plan.after is not None:
            return plan, set()
        source = read_source(path, raw)
        moved = self._mover.apply(source, Names(source, self._catalog, project))
        plan.edits += moved.edits
        plan.ignored += moved.ignored
        if moved.changes:
            plan.after = rewrite(source, moved.changes)
        return plan, moved.moves


def _take(plan: Plan, found: Plan, origins: Origins | None) -> None:
    """Takes in what a round did; what it left is what is left in the end."""

    def at(item: Edit | Gap | Ignored) -> Edit | Gap | Ignored:
        return item if origins is None else replace(item, site=origins.site(item.site))

    plan.edits += [each for each in map(at, found.edits) if isinstance(each, Edit)]
    plan.gaps = [each for each in map(at, found.gaps) if isinstance(each, Gap)]
    plan.gaps = [gap for gap in plan.gaps if gap.reason is not GapReason.IMPORT_KEPT]
    plan.ignored = [each for each in map(at, found.ignored) if isinstance(each, Ignored)]
