"""searches: an objective that reports its values, as one that tells its trial and returns the last value."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.lift import Bound, NoPathError
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import ObjectiveWriter, Outcome, outcome_of, returns_of
from adapter.translate.searches.syntax import (
    as_name,
    bound_once,
    called,
    is_inside,
    loop_around,
    text_of,
    walk_own,
)

REPORT = "tuning.report_metrics"


@dataclass
class Reports:
    """Rewrites the reports of an objective.

    `metric` is the value that counts, `stop` the values (as code) at which a trial ends early.
    """

    desk: Desk
    writer: ObjectiveWriter
    metric: str
    prunes: bool
    stop: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """Has the objective return its value.

        Raises:
            NoPathError: where or what it reports is not understood.
        """
        function = self.writer.objective.function
        calls = [bound for bound in self.desk.sites.bound.values() if self._is_mine(bound, function)]
        if not calls:
            self.writer.return_values(self.metric)
            return
        if any(statement.named_children for statement in returns_of(function)):
            raise self.desk.refusal("the objective reports values and returns one too")
        names = {self._report(bound, function) for bound in calls}
        names.discard("")
        if len(names) > 1:
            raise self.desk.refusal("the objective reports in several loops")
        if names:
            last = function.child_by_field_name("body").named_children[-1]  # type: ignore[union-attr]
            indent = self.desk.source.line_indent(function.child_by_field_name("body").start_byte)  # type: ignore[union-attr]
            self.desk.insert(last.end_byte, f"\n{indent}return {names.pop()}")

    def _is_mine(self, bound: Bound, function: Node) -> bool:
        if bound.concept != REPORT or not is_inside(bound.use.node, function):
            return False
        if bound.use.node not in list(walk_own(function)):
            raise self._refusal(bound.use.node, "it is reported in a function of its own")
        return True

    def _refusal(self, node: Node, detail: str) -> NoPathError:
        return self.desk.refusal(f"line {self.desk.line_of(node)}: {detail}", GapReason.POSITION)

    def _report(self, bound: Bound, function: Node) -> str:
        """Rewrites one report; gives the variable that holds its value after the loop, where it is in one."""
        desk, call = self.desk, bound.use.node
        statement = call.parent
        if statement is None or statement.type != "expression_statement":
            raise self._refusal(call, "the report is a part of another statement")
        outcome = self._outcome(bound)
        if outcome.value is None:
            raise self._refusal(call, f"{self.metric} is not among the values that are reported")
        loop = loop_around(call)
        notes = [
            desk.lower(
                "tuning.note", {"trial": self.writer.trial, "name": f'"{name}"', "value": desk.text(value)}
            )
            for name, value in outcome.notes
        ]
        if loop is None:
            if (
                statement.parent != function.child_by_field_name("body")
                or statement.next_named_sibling is not None
            ):
                raise self._refusal(call, "the report is not the last thing that the objective does")
            self._put(statement, [*notes, f"return {desk.text(outcome.value)}"])
            return ""
        if loop.parent != function.child_by_field_name("body"):
            raise self._refusal(call, "the report stands in a loop within a loop or a condition")
        step, count = self._counter(loop, call)
        name, lines = text_of(outcome.value), []
        if outcome.value.type != "identifier":
            name = desk.local_name(as_name(self.metric), statement)
            lines.append(f"{name} = {desk.text(outcome.value)}")
        lines.append(desk.lower("tuning.report", {"trial": self.writer.trial, "value": name, "step": step}))
        lines += notes
        if self.prunes:
            lines += [
                f"if {desk.lower('tuning.should_prune', {'trial': self.writer.trial})}:",
                f"    raise {desk.lower('tuning.pruned', {})}",
            ]
        lines += self._stops(outcome, name, count, call)
        self._put(statement, lines)
        return name

    def _put(self, statement: Node, lines: list[str]) -> None:
        indent = self.desk.source.line_indent(statement.start_byte)
        self.desk.replace(statement, f"\n{indent}".join(lines))

    def _outcome(self, bound: Bound) -> Outcome:
        """What a report tells: a dict literal, or keywords."""
        desk, call = self.desk, bound.use.node
        metrics = desk.given(bound).get("metrics")
        if metrics is not None:
            meant = bound_once(desk.names, metrics) if metrics.type == "identifier" else metrics
            found = outcome_of(desk, meant, self.metric) if meant is not None else None
            if found is None or metrics.type == "identifier":
                raise self._refusal(call, f"what {text_of(metrics)[:40]} holds is not written out there")
            return found
        pairs = []
        for node in bound.rest.get("more", ()):
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is None or value is None:
                raise self._refusal(call, f"what {text_of(node)[:40]} holds is not written out there")
            pairs.append((text_of(name), value))
        known = dict(pairs)
        notes = tuple((name, value) for name, value in pairs if name != self.metric)
        return Outcome(known.get(self.metric), None, notes)

    def _counter(self, loop: Node, call: Node) -> tuple[str, str]:
        """The expression of the step, and that of the number of reports so far."""
        left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
        arguments = (
            right.child_by_field_name("arguments") if right is not None and right.type == "call" else None
        )
        given = (
            [child for child in arguments.named_children if child.type != "comment"]
            if arguments is not None
            else []
        )
        if (
            left is not None
            and right is not None
            and left.type == "identifier"
            and called(right) in ("range", "trange")
        ):
            first = text_of(given[0]) if len(given) > 1 else "0"
            name = text_of(left)
            return name, name if first == "1" else f"{name} + 1" if first == "0" else f"{name} - {first} + 1"
        if (
            left is not None
            and right is not None
            and called(right) == "enumerate"
            and left.named_child_count == 2
        ):
            name = text_of(left.named_children[0])
            return name, f"{name} + 1"
        raise self._refusal(call, "the loop around the report has no counter")

    def _stops(self, outcome: Outcome, name: str, count: str, call: Node) -> list[str]:
        """The conditions at which a trial ends early."""
        known = {key: self.desk.text(value) for key, value in outcome.notes} | {self.metric: name}
        lines = []
        for key, limit in self.stop.items():
            if key == "training_iteration":
                reached = count
            elif key in known:
                reached = known[key]
            else:
                raise self._refusal(call, f"trials end at a value of {key}, which is not reported there")
            lines += [f"if {reached} >= {limit}:", "    break"]
        return lines
