"""searches: every search of a source, each as a whole: its edits, or the reason why it stays."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from adapter.graph.network import Route
from adapter.names.project import ProjectNames
from adapter.names.uses import Names, Use
from adapter.plan import Edit, Gap, GapReason, Ignored, SiteKind, Span
from adapter.source.text import Source
from adapter.translate.engine import Outcome, ignore_mark
from adapter.translate.imported import is_part
from adapter.translate.layouts import line_limit
from adapter.translate.lift import Lifter, NoPathError
from adapter.translate.searches.cross_validated import GRID, SAMPLE, CrossValidated
from adapter.translate.searches.desk import Desk, Sites
from adapter.translate.searches.lift_hyperopt import lift_hyperopt
from adapter.translate.searches.lift_ray import RUNS, LiftRay
from adapter.translate.searches.sweeps import Sweep
from adapter.translate.searches.syntax import bound_once, span_of, walk
from adapter.translate.searches.to_optuna import ToOptuna
from adapter.translate.searches.to_space import ToSpace

_RUNS = RUNS | {"tuning.search_space", "tuning.optimise", GRID, SAMPLE}


def searches_along(route: Route) -> bool:
    """Whether a route leads from one library that searches to another."""
    return bool(route.source.search) and bool(route.target.search)


@dataclass
class SearchTranslator:
    """Translates the searches of one source along a route."""

    source: Source
    names: Names
    route: Route
    project: ProjectNames | None
    _taken: set[str] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    _named: dict[int, str] = field(default_factory=dict)

    def run(self) -> Outcome:
        """Handles every site; imports are left to the caller."""
        sites, ignored = self._sites()
        why: dict[int, NoPathError] = {}
        done: list[Desk] = []
        runs = [bound.use for bound in sites.bound.values() if bound.concept in _RUNS]
        runs += [use for use in sites.uses if use.api == "wandb.agent"]
        for run in sorted(runs, key=lambda use: use.node.start_byte):
            self._asked = set()
            desk = Desk(
                self.source,
                self.names,
                self.route,
                self._lifter,
                sites,
                self._fresh_name,
                line_limit(self.source.data),
                self.project,
            )
            desk.run = run.node
            try:
                _write(desk, run)
                _refuse_overlap(desk, done)
                done.append(desk)
                self._taken |= self._asked
            except NoPathError as failure:
                why[run.node.id] = failure
        return self._outcome(sites, ignored, self._whole(done, sites, why), why)

    def _whole(self, done: list[Desk], sites: Sites, why: dict[int, NoPathError]) -> list[Desk]:
        """The searches that share no part with one that stays: those stay too, until nothing changes."""
        kept = list(done)
        while True:
            parts = [
                part for node in why if (use := sites.by_node.get(node)) for part in self._parts(use.node)
            ]
            broken = [desk for desk in kept if any(_changes_in(desk, part) for part in parts)]
            if not broken:
                return kept
            for desk in broken:
                kept.remove(desk)
                assert desk.run is not None
                why[desk.run.id] = NoPathError(
                    GapReason.POSITION, "it shares a part with another search of this file, which stays"
                )

    def _parts(self, node: Node, depth: int = 0) -> list[Node]:
        """What a search is made of: the values of the names in it."""
        found: list[Node] = []
        for inner in walk(node):
            value = bound_once(self.names, inner) if inner.type == "identifier" and depth < 4 else None
            if value is not None and value.id != inner.id and value.type != "identifier":
                found.append(value)
                if value.type != "function_definition":
                    found += self._parts(value, depth + 1)
        return found

    def _sites(self) -> tuple[Sites, list[Ignored]]:
        self._lifter = Lifter(self.source, self.names, self.route.source)
        ignored: list[Ignored] = []
        uses: list[Use] = []
        for use in self.names.uses():
            if use.kind is SiteKind.IMPORT:
                continue
            if not self._is_site(use):
                continue
            reason = ignore_mark(self.source.data, use.node)
            if reason is not None:
                site = self.source.site(span_of(use.node), use.kind, use.api)
                ignored.append(Ignored(site, reason))
                continue
            uses.append(use)
        sites = Sites(uses)
        for use in uses:
            try:
                sites.bound[use.node.id] = self._lifter.match(use)
            except NoPathError as failure:
                sites.failures[use.node.id] = failure
        for use in self.names.unknown_receivers():
            trial = f"{self.route.source.name}.Trial"
            meant = replace(use, api=f"{trial}.{use.member}", owner=trial)
            with contextlib.suppress(NoPathError):
                sites.maybe[use.node.id] = self._lifter.match(meant)
        return sites, ignored

    def _is_site(self, use: Use) -> bool:
        """Whether a use is to be translated: of a library that does much besides, only searches are."""
        library = self.route.source
        if "calls" in library.search:
            return use.api in library.search["calls"]
        return not library.search.get("part") or bool(library.entries_for(use.kind, use.api, use.owner))

    def _fresh_name(self, wanted: str, at: Node, of: Node | None = None) -> str:
        """A name that means nothing yet; that for a part which several searches share is always the same."""
        if of is not None and of.id in self._named:
            return self._named[of.id]
        name, number = wanted, 1
        while name in self._taken or self.names.is_bound(name, at):
            number += 1
            name = f"{wanted}_{number}"
        self._asked.add(name)
        if of is not None:
            self._named[of.id] = name
        return name

    def _outcome(
        self, sites: Sites, ignored: list[Ignored], done: list[Desk], why: dict[int, NoPathError]
    ) -> Outcome:
        outcome = Outcome(ignored=ignored)
        claims = {node: claim for desk in done for node, claim in desk.claims.items()}
        for desk in done:
            outcome.changes += [change for change in desk.changes.all() if change not in outcome.changes]
            outcome.imports += desk.imports
            outcome.roots |= desk.roots
            outcome.edited_nodes += desk.touched
        for use in sites.uses:
            site = self.source.site(span_of(use.node), use.kind, use.api)
            claim = claims.get(use.node.id)
            if claim is not None:
                outcome.edits.append(Edit(site, claim.to, claim.rule, claim.fidelity, claim.note))
            else:
                failure = self._why(use, sites, why)
                outcome.gaps.append(Gap(site, failure.reason, failure.detail))
        seen = {use.node.id for use in sites.uses}
        for use in self.names.unknown_receivers():
            if use.node.id in seen or is_part(self.route):
                continue
            span = Span(use.node.start_byte, use.node.end_byte)
            site = self.source.site(span, use.kind, use.api)
            detail = f"it may be an object of {self.route.source.name}; annotate it to have it translated"
            outcome.gaps.append(Gap(site, GapReason.UNKNOWN_RECEIVER, detail))
        return outcome

    def _why(self, use: Use, sites: Sites, why: dict[int, NoPathError]) -> NoPathError:
        """Why a site stays: its own reason, that of its search, or that it belongs to none."""
        if use.node.id in why:
            return why[use.node.id]
        own = sites.failures.get(use.node.id)
        if own is not None:
            return own
        if why:
            first = why[min(why, key=lambda node: node)]
            return NoPathError(first.reason, f"its search stays: {first.detail}")
        return NoPathError(GapReason.POSITION, "it belongs to no search that is seen in this file")


def _changes_in(desk: Desk, part: Node) -> bool:
    """Whether a search rewrites something in a part of another one."""
    return any(span_of(part).contains(change.span) for change in desk.changes.all()) or desk.is_touched(part)


def _write(desk: Desk, use: Use) -> None:
    """Rewrites the search that a call runs."""
    run = desk.sites.bound.get(use.node.id)
    if run is None:
        Sweep(desk, use).write()
    elif run.concept in (GRID, SAMPLE):
        CrossValidated(desk, run).write()
    elif run.concept in RUNS:
        ToOptuna(desk, LiftRay(desk, run).lift()).write()
    elif run.concept == "tuning.optimise":
        ToSpace(desk, run).write()
    else:
        ToOptuna(desk, lift_hyperopt(desk, run)).write()


def _refuse_overlap(desk: Desk, done: list[Desk]) -> None:
    """Two searches that share a part are not rewritten one without the other."""
    for other in done:
        for change in desk.changes.all():
            for theirs in other.changes.all():
                if change == theirs:
                    continue
                if change.span.overlaps(theirs.span) or change.span == theirs.span:
                    raise NoPathError(GapReason.POSITION, "it shares a part with another search of this file")
