"""inline: a study written into a script, once it is known what to search, run and judge by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.difference import line_changes
from adapter.inline.landmarks.literals import called_text
from adapter.inline.landmarks.model import ParameterSet
from adapter.inline.outcome import Outcome, Work, landmark_edit
from adapter.inline.study.calls import Edge
from adapter.inline.study.command import Command
from adapter.inline.study.layout import Layout, choice_lines
from adapter.inline.study.objective import Objective
from adapter.inline.study.objective_text import ObjectiveText
from adapter.inline.study.returned import existing_return, returns_of
from adapter.inline.study.returns import Carried, Returns, Spot
from adapter.inline.study.saves import Saves
from adapter.inline.study.shape import Form, Shape
from adapter.inline.study.space import Tuned
from adapter.inline.study.tree import Tree
from adapter.inline.study.values import Setter, is_constructed
from adapter.inline.study.writing import Writing, indented
from adapter.plan import Edit, Fidelity
from adapter.translate.context import statements_in

_SHOWN = frozenset({"show", "savefig"})


@dataclass(frozen=True, slots=True)
class Search:
    """All that was decided about a study."""

    work: Work
    objective: Objective
    shape: Shape
    tuned: list[tuple[ParameterSet, list[Tuned]]]
    writing: Writing


def build(search: Search) -> Outcome:
    """The changes that put a study into a script.

    Raises:
        ShapeError: the value cannot be brought to the objective, or the command line takes no option.
        NoPathError: the library has nothing for a concept.
    """
    return _Builder(search).outcome()


class _Builder:
    def __init__(self, search: Search) -> None:
        self._search, self._shape, self._writing = search, search.shape, search.writing
        self._work, self._script = search.work, search.work.script
        self._tree = Tree(self._script.source)
        self._trial = self._writing.free("trial", "search_trial")
        if self._makes_object() and self._shape.form is Form.REGION and self._shape.hoisted is not None:
            self._shape.passed.append(self._shape.hoisted.holder)
        self._setter = Setter(self._script, self._tree, self._writing, self._shape, self._trial)
        self._objective_text = ObjectiveText(
            self._script, self._shape, self._writing, self._setter, search.tuned, self._trial
        )

    def outcome(self) -> Outcome:
        for each, items in self._search.tuned:
            self._setter.set(each, items)
        returns = Returns(self._work, self._tree, self._shape.edges, self._own()[-1], self._writing.quote)
        repeated = self._search.objective.repeated
        spot = returns.spot(repeated) if repeated is not None else None
        value = returns.top(self._search.objective.reported)
        access, ended = self._give_back(value, conditional=returns.condition(value) is not None)
        saves = Saves(self._script, self._work.landmarks, self._shape, self._own()).to_guard(ended)
        informed = self._informed(spot, saves)
        if spot is not None:
            self._report(spot)
        for edge in informed:
            self._setter.hand_on(edge.function, f"{self._trial}=None")
            self._setter.pass_on(edge.call, f"{self._trial}={self._trial}")
        for saved in saves:
            self._tree.wrap(saved, f"if {self._trial} is None:")
        self._arrange(access, takes_trial=spot is not None or ended is not None or bool(saves))
        self._setter.finish()
        changes = line_changes(self._script.source, self._tree.code())
        return Outcome(changes, self._writing.needed_imports(), self._edits(spot))

    # The value that a trial gives back.

    def _own(self) -> list[Node]:
        """The statements of the training function, in order."""
        if self._shape.form is Form.CALL and self._shape.function is not None:
            body = self._shape.function.child_by_field_name("body")
            return statements_in(body) if body is not None else []
        return [*self._shape.moved, *self._shape.plain]

    def _own_returns(self) -> list[Node]:
        function = self._shape.function if self._shape.form is Form.CALL else self._shape.base
        if function is None:
            return []
        own = self._own()
        return [
            node
            for node in returns_of(self._work, function)
            if any(each.start_byte <= node.start_byte < each.end_byte for each in own)
        ]

    def _give_back(self, carried: Carried, *, conditional: bool) -> tuple[str, Node | None]:
        """Lets the training function return the value; which part of what it returns that is.

        The second is the statement before which a trial ends, None where it runs to the end. A value that is
        `conditional` is not asked for in the plain run.
        """
        if not carried.expression:
            return carried.access, None
        own, given = self._own(), self._own_returns()
        if given and self._shape.form is Form.CALL and self._shape.function is not None:
            access = existing_return(self._work, self._shape.function, carried.expression)
            if access is not None:
                return access, None
        at = next(i for i, each in enumerate(own) if self._holds(each, carried.statement))
        effects = [each for each in own[at + 1 :] if self._has_effect(each)]
        values = any(node.named_children for node in given)
        if effects:
            line = f"if {self._trial} is not None:\n    return {carried.expression}\n"
            self._tree.before(effects[0], line, spaced=True)
            return "", effects[0]
        if values or conditional:
            line = f"if {self._trial} is not None:\n    return {carried.expression}\n"
            self._tree.after(own[-1], line)
            return "", own[-1]
        self._tree.after(own[-1], f"return {carried.expression}\n")
        return "", None

    @staticmethod
    def _holds(statement: Node, node: Node) -> bool:
        return statement.start_byte <= node.start_byte < statement.end_byte

    def _has_effect(self, statement: Node) -> bool:
        """Whether a statement returns, saves or shows something, which only the plain run should do."""
        saved = (each.statement for each in self._work.landmarks.saved)
        if any(self._holds(statement, each) for each in saved):
            return True
        if any(self._holds(statement, node) and node.named_children for node in self._own_returns()):
            return True
        calls = (node for node in self._script.walk(statement) if node.type == "call")
        return any(called_text(call).rpartition(".")[2] in _SHOWN for call in calls)

    # The epoch loop.

    def _report(self, spot: Spot) -> None:
        """Tells the trial the value of each epoch."""
        arguments = {"trial": self._trial, "value": spot.expression, "step": spot.step}
        lines = self._writing.concept("epoch", arguments)
        text = "\n".join([f"if {self._trial} is not None:", *indented(lines)]) + "\n"
        self._tree.after(spot.statement, text)

    def _informed(self, spot: Spot | None, saves: Sequence[Node]) -> list[Edge]:
        """The calls by which functions must be given the trial: those that report to it, or save."""
        wanted = {function.id for each in saves if (function := self._script.function_of(each)) is not None}
        if spot is not None and spot.function is not None:
            wanted.add(spot.function.id)
        edges = self._shape.edges
        depths = [depth for depth, edge in enumerate(edges, 1) if edge.function.id in wanted]
        return edges[: max(depths, default=0)]

    # The functions and the choice between a search and one training.

    def _arrange(self, access: str, *, takes_trial: bool) -> None:
        shape, writing, values = self._shape, self._writing, self._setter.values
        name = self._called()
        trial = [f"{self._trial}=None"] if takes_trial else []
        asked = Command(self._script, self._work.landmarks, self._tree, writing, shape, self._setter).ask()
        header = ""
        if shape.form is Form.CALL and shape.function is not None:
            for text in [*values.parameters, *trial]:
                self._setter.hand_on(shape.function, text)
        else:
            header = writing.header(name, [*shape.passed, *values.parameters, *trial])
            if shape.shared and shape.form is Form.REGION:
                header += f"\n    global {', '.join(shape.shared)}"
        objective = writing.free("objective", "search_objective")
        given = self._objective_text.parameters()
        search = self._search_lines(objective, given, asked.trials)
        hoisted = self._hoisted(asked.argument)
        guard = f"if __name__ == {writing.text('__main__')}:" if asked.guarded else ""
        lines = choice_lines(asked.trials, search, asked.before(hoisted), guard=guard)
        layout = Layout(self._script, self._tree, shape)
        plain = f"{'return ' if self._returns_value() else ''}{name}({', '.join(self._plain_arguments())})"
        layout.put(
            self._objective_text.lines(objective, given, name, access, takes_trial=takes_trial),
            header,
            lines,
            plain,
        )

    def _plain_arguments(self) -> list[str]:
        """What the plain run gives a new training function."""
        hoisted = self._shape.hoisted
        if hoisted is None or hoisted.made is None or not is_constructed(self._script, self._shape, hoisted):
            return list(self._shape.passed)
        made = self._script.text(hoisted.made)
        return [made if name == hoisted.holder else name for name in self._shape.passed]

    def _called(self) -> str:
        if self._shape.form is Form.CALL and self._shape.call is not None:
            function = self._shape.call.child_by_field_name("function")
            assert function is not None
            return self._objective_text.with_holder(function)
        return self._writing.free("train", "run", "train_model", "run_training", "training")

    def _hoisted(self, argument: str) -> str:
        """The statement that gives the object of the parameters a name; its place takes the name.

        No statement is needed for an object that each trial makes for itself.
        """
        hoisted = self._shape.hoisted
        if hoisted is None or hoisted.made is None:
            return ""
        if not is_constructed(self._script, self._shape, hoisted) or self._shape.form is not Form.CALL:
            self._tree.replace(hoisted.made, hoisted.holder)
        if is_constructed(self._script, self._shape, hoisted):
            return ""
        made = self._script.text(hoisted.made)
        return f"{hoisted.holder} = {made[:-1]}{argument})" if argument else f"{hoisted.holder} = {made}"

    def _makes_object(self) -> bool:
        hoisted = self._shape.hoisted
        return hoisted is not None and is_constructed(self._script, self._shape, hoisted)

    def _search_lines(self, objective: str, given: Sequence[str], trials: str) -> list[str]:
        study = self._writing.free("study", "search")
        called = objective
        if given:
            called = f"lambda {self._trial}: {objective}({', '.join([self._trial, *given])})"
        direction = self._writing.text(self._search.objective.direction)
        arguments = {"study": study, "objective": called, "trials": trials, "direction": direction}
        return [*self._writing.concept("search", arguments), *self._writing.concept("best", {"study": study})]

    def _returns_value(self) -> bool:
        return any(node.named_children for node in self._own_returns())

    # What is said about it.

    def _edits(self, spot: Spot | None) -> list[Edit]:
        objective, targets = self._search.objective, self._writing.targets
        note = objective.note
        fidelity = Fidelity.LOSSY if note else Fidelity.EXACT
        found = []
        for each, items in self._search.tuned:
            if each.path is None:
                for item in items:
                    place = "choice" if item.range.choices or item.range.allowed else "number"
                    place = "whole number" if item.range.whole and place == "number" else place
                    to = ", ".join(dict.fromkeys(targets.get(place, [])))
                    found.append(landmark_edit(self._work, item.parameter.node, "hyper-parameter", to))
        value = objective.reported.node
        to = ", ".join(dict.fromkeys(targets.get("search", [])))
        found.append(landmark_edit(self._work, value, "reported value", to, note=note, fidelity=fidelity))
        if spot is not None:
            to = ", ".join(dict.fromkeys(targets.get("epoch", [])))
            found.append(landmark_edit(self._work, spot.statement, "epoch loop", to))
        return found
