"""Stepping: the steps of log calls in a library that keeps one step, which calls of their own raise.

DVCLive records what `log_metric` is given at `live.step`; `live.next_step()` raises it. Where a loop's
counter provably equals the current step it is used; else a variable counts along, where all of it happens
in one scope.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import Concept
from adapter.names.uses import Names
from adapter.plan import GapReason
from adapter.translate.context import BLOCKS, statement_of
from adapter.translate.lift import Bound, NoPathError
from adapter.translate.numbering import Numbering
from adapter.translate.render import Rendered
from adapter.translate.shapes import is_stable
from adapter.translate.steps import StepPlan, loops_around, shown_steps

NEXT, SET, READ = "tracking.next_step", "tracking.set_step", "tracking.step"
COUNTER = "step"


@dataclass(slots=True)
class Stepping:
    """The steps of one file; `counter` is the variable that counts along, where there is one.

    `kept` are the variables for steps that are not to be asked for again, by the site that sets them.
    `unknown` are the sites whose step is not to be told, `problem` says why.
    """

    numbering: Numbering = field(default_factory=Numbering)
    counter: str = ""
    kept: dict[int, str] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)
    problem: str = ""

    def lines(self, bound: Bound) -> list[Rendered] | None:
        """What stands for a site that raises, sets or reads the step; None for any other site.

        Raises:
            NoPathError: the step that the site has is not to be told.
        """
        if bound.use.node.id in self.unknown:
            raise NoPathError(GapReason.VALUE, self.problem)
        if bound.concept == NEXT:
            return [Rendered(f"{self.counter} += 1", False, False)] if self.counter else []
        if bound.concept == SET:
            name = self.kept.get(bound.use.node.id)
            value = (bound.nodes["value"].text or b"").decode()
            return [Rendered(f"{name} = {value}", False, False)] if name is not None else []
        if bound.concept == READ:
            text = self.numbering.steps.texts.get(bound.use.node.id, "0")
            return [Rendered(text, True, True)]
        return None


def number_stepped(
    sites: Sequence[Bound],
    concepts: Mapping[str, Concept],
    starts: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> Stepping:
    """Tells the step of every log call of a file."""
    logs = [site for site in sites if _is_log(site, concepts) and not site.gives("step")]
    raising = [site for site in sites if site.concept == NEXT]
    setting = [site for site in sites if site.concept == SET]
    stepping = Stepping()
    if setting:
        _by_setting(stepping, logs, setting, fresh_name)
    elif raising and not _by_loop(stepping, logs, raising, starts, names):
        _by_counter(stepping, logs, raising, starts, names, fresh_name)
    elif not raising:
        stepping.numbering.steps.texts.update({site.use.node.id: "0" for site in logs})
    if stepping.problem:
        stepping.unknown |= {site.use.node.id for site in (*raising, *setting)}
    return stepping


def _is_log(site: Bound, concepts: Mapping[str, Concept]) -> bool:
    if site.concept == READ:
        return True
    takes = site.concept is not None and "step" in concepts[site.concept].signature.names
    return takes and site.concept not in (NEXT, SET, "tracking.commit_metrics", "tracking.declare_metric")


def _by_setting(
    stepping: Stepping,
    logs: Sequence[Bound],
    setting: Sequence[Bound],
    fresh_name: Callable[[str, Node], str],
) -> None:
    """Each log call is at the step that the code set before it, in its block or in one around it."""
    for site in logs:
        setter = _step_set_before(site, setting)
        if setter is None:
            stepping.unknown.add(site.use.node.id)
            stepping.problem = "the step at which this is logged is set elsewhere"
            continue
        value, place = setter.nodes["value"], setter.use.node
        if not is_stable(value) and place.id not in stepping.kept:
            stepping.kept[place.id] = fresh_name(COUNTER, place)
        text = stepping.kept.get(place.id) or (value.text or b"").decode()
        stepping.numbering.steps.texts[site.use.node.id] = text


def _step_set_before(site: Bound, setting: Sequence[Bound]) -> Bound | None:
    blocks = _blocks_around(site.use.node)
    before = [
        each
        for each in setting
        if each.use.node.end_byte <= site.use.node.start_byte and _block_of(each.use.node) in blocks
    ]
    return before[-1] if before else None


def _block_of(node: Node) -> Node | None:
    return statement_of(node).parent


def _blocks_around(node: Node) -> list[Node]:
    """The blocks around a node within its function."""
    found: list[Node] = []
    parent = node.parent
    while parent is not None and parent.type != "function_definition":
        if parent.type in BLOCKS:
            found.append(parent)
        parent = parent.parent
    return found


def _by_loop(
    stepping: Stepping, logs: Sequence[Bound], raising: Sequence[Bound], starts: Sequence[Bound], names: Names
) -> bool:
    """One call that raises the step, once in each pass of a loop that counts from 0."""
    if len(raising) != 1:
        return False
    call = raising[0].use.node
    ending = [site.use.node for site in logs if not _is_around(loops_around(call), site.use.node)]
    plan = shown_steps([call], [site.use.node for site in starts], names)
    loops = loops_around(call)
    variable = plan.texts.get(call.id) if plan is not None else None
    if variable is None or not loops:
        return False
    loop = loops[0]
    after = [node for node in ending if node.start_byte >= loop.end_byte]
    stop = _stop_of(loop, call, after, starts, names) if after else None
    texts: dict[int, str] = {}
    for site in logs:
        node = site.use.node
        if names.scope_of(node) != names.scope_of(call) or (node in after and stop is None):
            return False
        if _is_around([loop], node):
            texts[node.id] = variable if node.start_byte < call.start_byte else f"{variable} + 1"
        else:
            texts[node.id] = stop if node in after and stop is not None else "0"
    stepping.numbering.steps.texts.update(texts)
    return True


def _stop_of(
    loop: Node, call: Node, after: Sequence[Node], starts: Sequence[Bound], names: Names
) -> str | None:
    """How far a loop has counted when it is done; None where that is not plain."""
    plan = shown_steps([call, after[0]], [site.use.node for site in starts], names)
    return plan.texts.get(after[0].id) if plan is not None else None


def _is_around(loops: Sequence[Node], node: Node) -> bool:
    return any(loop.start_byte <= node.start_byte and node.end_byte <= loop.end_byte for loop in loops[:1])


def _by_counter(
    stepping: Stepping,
    logs: Sequence[Bound],
    raising: Sequence[Bound],
    starts: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> None:
    """A variable that counts along, made where the run is started."""
    scopes = {names.scope_of(site.use.node).id for site in (*logs, *raising, *starts)}
    if len(starts) != 1 or len(scopes) != 1:
        stepping.problem = "the step is raised in one function and used in another; it cannot be counted here"
        stepping.unknown |= {site.use.node.id for site in logs}
        return
    stepping.counter = fresh_name(COUNTER, starts[0].use.node)
    texts = dict.fromkeys((site.use.node.id for site in logs), stepping.counter)
    stepping.numbering.steps = StepPlan(texts, stepping.counter, local=True, maker="0", imports=())
