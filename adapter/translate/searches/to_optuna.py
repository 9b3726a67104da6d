"""searches: a search over a space that is given beforehand becomes an Optuna study."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.context import context_of, shares_its_line
from adapter.translate.numbers import folded
from adapter.translate.searches.best import BestReads
from adapter.translate.searches.definitions import SpaceDefinitions
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import (
    Objective,
    ObjectiveWriter,
    find_objective,
    kind_returned,
    outcome_of,
    returns_of,
)
from adapter.translate.searches.layout import define
from adapter.translate.searches.lift_ray import grid_starts
from adapter.translate.searches.reports import Reports
from adapter.translate.searches.results import Results
from adapter.translate.searches.search import Search
from adapter.translate.searches.spaces import size_of
from adapter.translate.searches.syntax import assignment_of, bound_once, is_inside, reads_of, text_of

TARGET = "optuna.create_study, Study.optimize"


@dataclass
class ToOptuna:
    """Rewrites one search; everything goes through its desk."""

    desk: Desk
    search: Search
    _best: BestReads = field(default_factory=BestReads)
    _first: list[str] = field(default_factory=list)
    _space: str = ""
    """The function that draws the space, where there is one."""

    def write(self) -> None:
        """Rewrites the search.

        Raises:
            NoPathError: a part of it is not understood; nothing is to be changed then.
        """
        desk, search = self.desk, self.search
        context = context_of(search.call)
        if context.obstacle is not None:
            raise desk.refusal(f"the search stands in a {context.obstacle}", GapReason.POSITION)
        if shares_its_line(desk.source, context.statement):
            raise desk.refusal("the search shares its line with another statement", GapReason.POSITION)
        if search.gives == "Point":
            self._best.see(desk, search.call)
        self._best.named |= {
            name for text in search.starts for name in re.findall(r"[\"'](\w+)[\"']\s*:", text)
        }
        spaces = SpaceDefinitions(desk, self._best, needs_function=search.gives != "Point")
        study = desk.fresh_name("study", context.statement)
        objective = find_objective(desk, search.objective)
        target = self._objective(objective, spaces, context.statement)
        spaces.points()
        self._grids(spaces, study)
        place = search.made[1] if search.made is not None else context.statement
        create = desk.lower(
            "tuning.create_study",
            {"direction": search.direction, "sampler": search.sampler, "pruner": search.pruner},
            desk.layout(place),
        )
        self._place(
            context.statement, study, f"{study} = {create}", self._running(study, target, context.statement)
        )
        for statement in search.done:
            desk.remove(statement)
        spaces.finish()
        self._refuse_rest(objective)
        if spaces.valued and not self._best.points and search.gives == "Point":
            desk.notes.append("the best parameters tell the chosen value where Hyperopt told its position")
        desk.claim(search.call, TARGET, "; ".join(dict.fromkeys(desk.notes)))
        desk.settle(TARGET)

    def _refuse_rest(self, objective: Objective) -> None:
        """Nothing of the source may be left in the objective."""
        desk = self.desk
        for use in desk.sites.within(objective.function):
            if use.node.id not in desk.claims and not desk.is_touched(use.node):
                why = f"line {desk.line_of(use.node)}: {use.api} in the objective has no counterpart"
                raise desk.refusal(why, GapReason.NO_EDGE)

    def _grids(self, spaces: SpaceDefinitions, study: str) -> None:
        """Values that are all to be tried, each combination as often as trials are asked for."""
        search, grids = self.search, [(grid.name, grid.values) for grid in spaces.grids]
        if not grids:
            return
        self._first = grid_starts(self.desk, grids, study, search.trials)
        sizes = [size_of(values) for _, values in grids]
        product = 1
        for size in sizes:
            if size is None:
                raise self.desk.refusal("how many values a grid has is not written out here")
            product *= size
        search.trials = folded(f"{product} * {search.trials}") if search.trials != "1" else str(product)

    # The objective and its space.

    def _objective(self, objective: Objective, spaces: SpaceDefinitions, statement: Node) -> str:
        """Rewrites the objective; gives the expression that the study calls."""
        space = self.search.space
        if objective.function.type == "lambda":
            return self._from_lambda(objective, spaces, statement)
        writer = ObjectiveWriter(self.desk, objective)
        if writer.is_called_elsewhere():
            return self._wrapped(writer, objective, spaces, statement)
        needs_trial = self._returned(writer)
        inline = spaces.inline(space, objective.function, writer.trial)
        if inline is not None:
            writer.take_trial()
            writer.draw([*inline.lines, f"{objective.drawn} = {inline.text}"])
            return self._with_extras(objective, writer.trial)
        text, visible = spaces.drawn(space, objective.function, statement, writer.trial)
        self._space = text.removesuffix(f"({writer.trial})")
        if visible:
            writer.take_trial()
            writer.draw([f"{objective.drawn} = {text}"])
            return self._with_extras(objective, writer.trial)
        if needs_trial:
            writer.take_trial(beside=True)
            return f"lambda {writer.trial}: {text_of(objective.place)}({writer.trial}, {text})"
        return f"lambda {writer.trial}: {text_of(objective.place)}({text})"

    def _returned(self, writer: ObjectiveWriter) -> bool:
        """Has the objective return its value; tells whether it needs the trial for more than that."""
        search = self.search
        if not search.metric:
            return writer.return_values()
        Reports(self.desk, writer, search.metric, search.prunes, search.stop).write()
        return True

    def _with_extras(self, objective: Objective, trial: str) -> str:
        """The objective with the arguments that are the same in all trials."""
        if not self.desk.extras:
            return text_of(objective.place)
        return f"lambda {trial}: {text_of(objective.place)}({trial}, {', '.join(self.desk.extras)})"

    def _wrapped(
        self, writer: ObjectiveWriter, objective: Objective, spaces: SpaceDefinitions, statement: Node
    ) -> str:
        """An objective that others call too keeps its parameters and what it returns."""
        desk = self.desk
        self._keep_words(objective.function)
        text, _ = spaces.drawn(self.search.space, statement, statement, writer.trial)
        kinds = {
            kind_returned(desk, each.named_children[0]) if each.named_child_count == 1 else "unknown"
            for each in returns_of(objective.function)
        }
        if kinds == {"number"}:
            return f"lambda {writer.trial}: {text_of(objective.place)}({text})"
        if kinds == {"dict"}:
            return f'lambda {writer.trial}: {text_of(objective.place)}({text})["loss"]'
        raise desk.refusal("the objective is also called elsewhere, and what it returns is not seen")

    def _keep_words(self, function: Node) -> None:
        """The library's constants as the texts that they are."""
        known = self.desk.route.source.search.get("known_texts", {})
        for use in self.desk.sites.within(function):
            if self.desk.sites.concept(use.node) != "tuning.succeeded" or use.api not in known:
                raise self.desk.refusal("the objective is also called elsewhere", GapReason.POSITION)
            self.desk.replace(use.node, known[use.api])
            self.desk.claim(use.node, known[use.api])

    def _from_lambda(self, objective: Objective, spaces: SpaceDefinitions, statement: Node) -> str:
        """A lambda becomes a function of a trial that stands before the search."""
        desk = self.desk
        body = objective.function.child_by_field_name("body")
        kind = kind_returned(desk, body) if body is not None else "unknown"
        if body is None or kind == "unknown":
            raise desk.refusal("what the objective returns is not seen in this file", GapReason.DYNAMIC)
        inline = spaces.inline(self.search.space, statement, "trial")
        if inline is not None:
            lines = [*inline.lines, f"{objective.drawn} = {inline.text}"]
        else:
            text, _ = spaces.drawn(self.search.space, statement, statement, "trial")
            lines = [f"{objective.drawn} = {text}"]
        outcome = outcome_of(desk, body)
        if outcome is not None and outcome.value is not None:
            for note, value in outcome.notes:
                told = {"trial": "trial", "name": f'"{note}"', "value": desk.text(value)}
                lines.append(desk.lower("tuning.note", told))
            lines.append(f"return {desk.text(outcome.value)}")
        else:
            lines.append(
                f'return {desk.text(body)}["loss"]' if kind == "dict" else f"return {desk.text(body)}"
            )
        name = desk.fresh_name("objective", statement)
        define(desk, statement, name, "trial", lines)
        desk.touched.append(objective.place)
        return name

    # How long it runs, and where it goes.

    def _running(self, study: str, objective: str, statement: Node) -> list[str]:
        """The statements that run the study."""
        desk, search = self.desk, self.search
        lines = [desk.lower("tuning.start_with", {"study": study, "values": each}) for each in search.starts]
        arguments = {
            "study": study,
            "objective": objective,
            "trials": search.trials,
            "timeout": search.timeout,
            "jobs": search.jobs,
            "catch": search.catch,
            "callbacks": f"[{', '.join(search.callbacks)}]" if search.callbacks else "",
        }
        return [*self._first, *lines, desk.lower("tuning.optimise", arguments, desk.layout(statement))]

    def _place(self, statement: Node, study: str, create: str, lines: list[str]) -> None:
        desk, search = self.desk, self.search
        indent = desk.source.line_indent(statement.start_byte)
        is_early = search.made is not None and self._can_create_at(search.made[1], create)
        if search.made is not None:
            name, maker = search.made
            self._follow(name, study, is_early=is_early)
            if is_early:
                desk.replace(maker, create)
            else:
                desk.remove(maker)
        lines = [line.replace("\n", f"\n{indent}") if line.startswith("for ") else line for line in lines]
        joined = f"\n{indent}".join(lines if is_early else [create, *lines])
        if search.gives != "Point":
            self._place_results(statement, study, joined, indent)
            return
        if statement.type == "expression_statement" and statement.named_children[0] == search.call:
            desk.replace(statement, joined)
            return
        desk.replace(search.call, desk.lower("tuning.best_params", {"study": study}))
        desk.insert(statement.start_byte, f"{joined}\n{indent}")

    def _place_results(self, statement: Node, study: str, joined: str, indent: str) -> None:
        """A run that gives the object with the results."""
        desk, call = self.desk, self.search.call
        known = {"space": self._space}
        results = Results(desk, known, metric=self.search.metric)
        assignment = assignment_of(call)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if left is not None:
            for place in desk.names.occurrences(text_of(left), desk.names.scope_of(left)):
                if place.id != left.id:
                    if bound_once(desk.names, place) != call:
                        raise desk.refusal(f"{text_of(place)} gets its value in several places")
                    results.follow(place, self.search.gives, study, changed=True)
            desk.replace(statement, joined)
        elif call.parent is not None and call.parent == statement:
            desk.replace(statement, joined)
        else:
            results.follow(call, self.search.gives, study, changed=True)
            desk.touched.append(call)
            desk.insert(statement.start_byte, f"{joined}\n{indent}")

    def _follow(self, name: Node, study: str, *, is_early: bool) -> None:
        """All that is read from the object that collects the trials."""
        desk, call = self.desk, self.search.call
        results = Results(desk)
        assignment = name.parent
        value = assignment.child_by_field_name("right") if assignment is not None else None
        for place in reads_of(desk.names, name, value if value is not None else name):
            if is_inside(place, call):
                continue
            is_later = place.start_byte > call.start_byte
            if not is_early and not (is_later and desk.names.scope_of(place) == desk.names.scope_of(call)):
                where = f"{text_of(name)} is read in line {desk.line_of(place)}"
                raise desk.refusal(f"{where}, where the study is not made yet")
            results.follow(place, "Results", study, changed=True)

    def _can_create_at(self, statement: Node, create: str) -> bool:
        """Whether the study can be made where the object that collects trials was made."""
        arguments = re.sub(r"[\"'][^\"']*[\"']|\boptuna(\.\w+)*|\b\w+=", "", create.partition("(")[2])
        return not re.search(r"[A-Za-z_]", arguments) and not shares_its_line(self.desk.source, statement)
