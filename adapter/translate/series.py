"""Series: the steps of log calls in a library that numbers the values of every name on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.graph.model import SELF
from adapter.names.uses import Names
from adapter.translate.keys import is_part, key_path, subscript_of
from adapter.translate.lift import Bound
from adapter.translate.numbering import Numbering, mixed_steps
from adapter.translate.steps import (
    COUNTER,
    StepPlan,
    counter_place,
    gives_value,
    loops_around,
    shown_steps,
)

_PLAIN = re.compile(r"([fF]?)([\"'])([^\"'\\\n]*)\2")
_SHOWN = frozenset({"tracking.log_image", "tracking.log_figure", "tracking.log_plotly", "tracking.log_html"})
_HOLE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Series:
    """The log calls that spell one name alike; `name` is the expression that gives it."""

    name: str
    sites: tuple[Bound, ...]

    @property
    def ends(self) -> tuple[str, str]:
        """What surely stands at the beginning and at the end of the name."""
        plain = _PLAIN.fullmatch(self.name)
        if plain is None:
            return "", ""
        if not plain[1]:
            return plain[3], plain[3]
        parts = _HOLE.split(plain[3])
        return parts[0], parts[-1]

    @property
    def is_fixed(self) -> bool:
        """Whether the name is the same every time."""
        plain = _PLAIN.fullmatch(self.name)
        return plain is not None and (not plain[1] or "{" not in plain[3])

    def may_be(self, other: Series) -> bool:
        """Whether two spellings may give one name."""
        if self.is_fixed and other.is_fixed:
            return self.ends == other.ends
        (begin, end), (start, stop) = self.ends, other.ends
        return (begin.startswith(start) or start.startswith(begin)) and (
            end.endswith(stop) or stop.endswith(end)
        )


def number_series(
    sites: Sequence[Bound],
    starts: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
    target_is_zero: bool,
) -> Numbering:
    """Numbers the calls that give no step, each name from 0.

    A target that counts all calls by itself gets steps only where one loop's counter serves them all: it
    refuses, or moves, what is not in one rising row.
    """
    series = _series_of(sites, names)
    numbering = Numbering()
    without = [each for each in series if not any(_is_numbered(site) for site in each.sites)]
    numbering.unknown = {
        site.use.node.id
        for each in series
        if each not in without
        for site in each.sites
        if not _is_numbered(site)
    }
    begun = [site.use.node for site in starts]
    plans = {each.name: _plan(each, series, begun, names) for each in without}
    if not target_is_zero:
        shown = any(site.concept in _SHOWN and not _gives_name(site) for site in sites)
        return _one_row(numbering, series, plans, shown)
    counted = [each for each in without if plans[each.name] is None]
    steps = StepPlan()
    if counted:
        nodes = sorted((s.use.node for each in counted for s in each.sites), key=lambda n: n.start_byte)
        steps.counter = fresh_name(COUNTER, nodes[0])
        steps.local, steps.exact = counter_place(nodes, begun, names)
        steps.maker = "defaultdict(itertools.count)"
        steps.imports = ("import itertools", "from collections import defaultdict")
    for each in without:
        plan = plans[each.name]
        if plan is not None:
            steps.texts.update(plan.texts)
            continue
        counter = f"{steps.counter}[{each.name}]"
        steps.texts.update(
            {site.use.node.id: counter if _is_many(site) else f"next({counter})" for site in each.sites}
        )
    numbering.steps = steps
    return numbering


def _plan(series: Series, others: Sequence[Series], starts: Sequence[Node], names: Names) -> StepPlan | None:
    """The steps of one series where the code itself shows them; else None."""
    if any(other is not series and series.may_be(other) for other in others):
        return None
    calls = sorted((site.use.node for site in series.sites), key=lambda node: node.start_byte)
    if any(_is_many(site) for site in series.sites) and (len(calls) > 1 or loops_around(calls[0])):
        return None
    if not series.is_fixed and any(_changes_in_loop(series.name, call) for call in calls):
        return None
    return shown_steps(calls, starts, names)


def _changes_in_loop(name: str, call: Node) -> bool:
    plain = _PLAIN.fullmatch(name)
    spelled = " ".join(_HOLE.findall(plain[3])) if plain is not None else name
    words = set(re.findall(r"[A-Za-z_]\w*", spelled))
    return any(gives_value(loop, word) for loop in loops_around(call) for word in words)


def _one_row(
    numbering: Numbering, series: Sequence[Series], plans: dict[str, StepPlan | None], shown: bool
) -> Numbering:
    """For a target that counts all calls; what is `shown` beside the series is counted there too."""
    sites = [site for each in series for site in each.sites]
    numbering.mixed = mixed_steps(sites).mixed
    numbering.unknown = set()
    loops = {tuple(loop.id for loop in loops_around(site.use.node)[:1]) for site in sites}
    merged = {key: text for plan in plans.values() if plan is not None for key, text in plan.texts.items()}
    whole = len(merged) == len(sites) and None not in plans.values()
    if whole and not shown and len(set(merged.values())) == 1 and len(loops) == 1 and () not in loops:
        numbering.steps = StepPlan(merged)
        return numbering
    if len(series) > 1 or shown:
        numbering.recounted = {site.use.node.id for site in sites if not _is_numbered(site)}
    return numbering


def _series_of(sites: Sequence[Bound], names: Names) -> list[Series]:
    """The log calls by the names that they spell; a call whose name is not to be told has none."""
    found: dict[str, list[Bound]] = {}
    for site in sites:
        name = _name_of(site, names) if _gives_name(site) else None
        if name is not None:
            found.setdefault(name, []).append(site)
    return [Series(name, tuple(calls)) for name, calls in found.items()]


def _gives_name(site: Bound) -> bool:
    lift = site.entry.lift
    return lift is not None and "name" in lift.arguments and bool({"step", "steps"} & lift.arguments.keys())


def _name_of(site: Bound, names: Names) -> str | None:
    assert site.entry.lift is not None
    plain = site.entry.lift.plain("name") or ""
    if plain.startswith(f"{SELF}."):
        subscript = subscript_of(site.use.receiver, names)
        if subscript is None and is_part(site.use.receiver, names):
            assert site.use.receiver is not None
            return (site.use.receiver.text or b"").decode()
        return key_path(subscript, names) if subscript is not None else None
    node = site.nodes.get(plain)
    return (node.text or b"").decode() if node is not None else None


def _is_many(site: Bound) -> bool:
    return site.entry.lift is not None and "steps" in site.entry.lift.arguments


def _is_numbered(site: Bound) -> bool:
    return site.gives("steps" if _is_many(site) else "step")
