"""Numbering the log calls of a file that give no step, between libraries that treat those differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.names.values import ValueKind
from adapter.translate.context import statement_of
from adapter.translate.lift import Bound
from adapter.translate.shapes import Shape, is_stable, shape_of
from adapter.translate.steps import StepPlan, plan_steps


@dataclass(slots=True)
class Numbering:
    """The steps of the log calls of one file, by the id of their node.

    `uncommitted` calls wait for the next one in the source library and cannot in the target; `mixed`
    ones give steps by several counters, which the target may refuse; `unknown` ones have a step that
    nobody sees; `recounted` ones get the number of all log calls, not of those of their name.
    """

    steps: StepPlan = field(default_factory=StepPlan)
    uncommitted: set[int] = field(default_factory=set)
    mixed: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    recounted: set[int] = field(default_factory=set)

    def notes(self, node: Node, target: str) -> list[str]:
        """What is lost at a log call."""
        if node.id in self.steps.texts and not self.steps.exact:
            return ["the calls of all runs of this process are numbered in one row"]
        if node.id in self.uncommitted:
            return ["logged at a step of its own, not together with the next call"]
        if node.id in self.unknown:
            return ["recorded at step 0: other calls give steps, and which one is due here is not seen"]
        if node.id in self.recounted:
            return [f"{target} numbers all log calls of a run in one row, not those of each name"]
        if node.id in self.mixed:
            return [
                f"{target} drops a value whose step is below the last one; this file logs by several counters"
            ]
        return []


def number_logs(
    sites: Sequence[Bound], starts: Sequence[Bound], names: Names, fresh_name: Callable[[str, Node], str]
) -> Numbering:
    """Numbers the log calls of a file for a target in which a call without a step is at step 0."""
    numbering = Numbering()
    without = [site for site in sites if not site.gives("step")]
    numbering.uncommitted = {
        site.use.node.id
        for site in without
        if (c := site.nodes.get("commit")) is not None and c.type == "false"
    }
    counted = [site.use.node for site in without if site.use.node.id not in numbering.uncommitted]
    counted = _without_last_media(counted, without, names)
    if counted and len(without) < len(sites):
        numbers = [site.use.node for site in without if not _logs_only_objects(site, names)]
        _number_beside_given(numbering, numbers, [site for site in sites if site.gives("step")])
        return numbering
    numbering.steps = plan_steps(counted, [site.use.node for site in starts], names, fresh_name)
    for site in without:
        # a call that is committed by the next one in the same loop shares its step
        shared = next(
            (text for node in counted if (text := _loop_step(node, site.use.node, numbering.steps))), None
        )
        if site.use.node.id in numbering.uncommitted and shared is not None:
            numbering.steps.texts[site.use.node.id] = shared
            numbering.uncommitted.discard(site.use.node.id)
    return numbering


def number_kept(numbering: Numbering, sites: Sequence[Bound], names: Names) -> None:
    """Numbers the calls of a library in which a call without a step is at the step that was given last."""
    given = [site for site in sites if site.gives("step")]
    without = [site for site in sites if not site.gives("step") and not _logs_only_objects(site, names)]
    if given:
        _number_beside_given(numbering, [site.use.node for site in without], given)


def mixed_steps(sites: Sequence[Bound]) -> Numbering:
    """For a target that takes no step below the last one: which calls give steps by several counters."""
    steps = {site.use.node.id: step.text for site in sites if (step := _step_of(site)) is not None}
    return Numbering(mixed=set(steps) if len(set(steps.values())) > 1 else set())


def _step_of(site: Bound) -> Node | None:
    """The step that a log call gives, whatever the library calls it."""
    lift = site.entry.lift
    name = lift.plain("step") if lift is not None and "step" in lift.arguments else None
    return site.nodes.get(name) if name else None


def _number_beside_given(numbering: Numbering, counted: Sequence[Node], given: Sequence[Bound]) -> None:
    """A call without a step goes to the step of the call before it, where that stands in the same block."""
    for node in counted:
        statement = statement_of(node)
        before = [
            step
            for site in given
            if (step := _step_of(site)) is not None
            and site.use.node.end_byte <= node.start_byte
            and statement_of(site.use.node).parent == statement.parent
            and is_stable(step)
        ]
        if before:
            numbering.steps.texts[node.id] = (before[-1].text or b"").decode()
        else:
            numbering.unknown.add(node.id)


def _loop_step(committing: Node, waiting: Node, steps: StepPlan) -> str | None:
    text = steps.texts.get(committing.id)
    if (
        text is None
        or steps.counter is not None
        or not text.isidentifier()
        or waiting.start_byte > committing.start_byte
    ):
        return None
    loop = waiting.parent
    while loop is not None and loop.type not in ("for_statement", "function_definition"):
        loop = loop.parent
    inside = loop is not None and loop.start_byte <= committing.start_byte < loop.end_byte
    return text if inside and loop is not None and loop.type == "for_statement" else None


def _without_last_media(counted: list[Node], sites: Sequence[Bound], names: Names) -> list[Node]:
    """Calls that log only pictures, after all numbers: they take no step in the target."""
    only_media = {site.use.node.id for site in sites if _logs_only_objects(site, names)}
    numbers = [node for node in counted if node.id not in only_media]
    if not numbers:
        return counted
    last = max(numbers, key=lambda node: node.start_byte)
    end = last.end_byte
    loop = last.parent
    while loop is not None and loop.type != "module":
        if loop.type in ("for_statement", "while_statement", "function_definition"):
            end = max(end, loop.end_byte)
        loop = loop.parent
    return [node for node in counted if node.id not in only_media or node.start_byte < end]


def _logs_only_objects(site: Bound, names: Names) -> bool:
    node = site.nodes.get(site.entry.entries_of)
    if node is None or node.type != "dictionary":
        return False
    values = [pair.child_by_field_name("value") for pair in node.named_children if pair.type == "pair"]
    return bool(values) and all(
        value is not None
        and (names.value(value).kind is ValueKind.INSTANCE or shape_of(value, names) is Shape.FIGURE)
        for value in values
    )
