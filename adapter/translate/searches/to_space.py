"""searches: an Optuna study becomes a search over a space that is given beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.context import context_of, shares_its_line
from adapter.translate.lift import Bound
from adapter.translate.numbers import folded, number
from adapter.translate.searches.collected import Asked, Collector
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import (
    Objective,
    ObjectiveWriter,
    body_anchor,
    find_objective,
    is_in_loop,
    kind_returned,
    returns_of,
)
from adapter.translate.searches.results import Results
from adapter.translate.searches.seeds import generator
from adapter.translate.searches.syntax import (
    assignment_of,
    bound_once,
    enclosing,
    is_inside,
    literal,
    text_of,
)

RUN = "tuning.optimise"


@dataclass
class Study:
    """What the making of a study says."""

    name: Node | None
    call: Node
    maximises: bool
    sampler: Node | None
    pruner: Node | None


@dataclass
class ToSpace:
    """Rewrites one study; everything goes through its desk."""

    desk: Desk
    run: Bound
    _params: str = "params"
    _notes_name: str = ""
    _notes: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Rewrites the study.

        Raises:
            NoPathError: a part of it is not understood; nothing is to be changed then.
        """
        desk, call = self.desk, self.run.use.node
        context = context_of(call)
        if not context.alone or shares_its_line(desk.source, context.statement):
            raise desk.refusal("the study runs within another statement", GapReason.POSITION)
        given = desk.given(self.run)
        study = self._study(given["study"])
        objective = find_objective(desk, given["objective"])
        self._params = desk.local_name("params", body_anchor(objective.function))
        collector = Collector(desk, self._params, context.statement)
        if objective.function.type != "lambda":
            self._refuse_other_callers(objective)
        collector.follow(objective.function, objective.parameter)
        self._refuse_reports(collector)
        if not collector.asked:
            raise desk.refusal("the objective asks its trial for nothing")
        self._objective(objective, collector, study)
        space = desk.fresh_name("space", context.statement)
        trials = desk.fresh_name("trials", context.statement)
        self._finish(given, study, collector, context.statement, space, trials, objective)

    # What is made beforehand.

    def _study(self, node: Node) -> Study:
        desk = self.desk
        maker = bound_once(desk.names, node) if node.type == "identifier" else node
        if maker is None or desk.sites.concept(maker) != "tuning.create_study":
            raise desk.refusal(
                f"how the study {text_of(node)} is made is not seen in this file", GapReason.DYNAMIC
            )
        given = desk.given(desk.sites.bound[maker.id])
        for name in ("storage", "resume"):
            if name in given:
                raise desk.refusal(
                    "the study is kept in a storage, which has no counterpart", GapReason.NO_EDGE
                )
        direction = literal(given.get("direction")) if "direction" in given else "minimize"
        if direction not in ("minimize", "maximize"):
            raise desk.refusal("the direction is known only when the program runs")
        assignment = assignment_of(maker)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if left is None or is_in_loop(self.run.use.node, assignment):
            raise desk.refusal("the study is not made by a plain assignment beside its run")
        runs = [bound for bound in desk.sites.bound.values() if bound.concept == RUN]
        mine = [each for each in runs if bound_once(desk.names, desk.given(each)["study"]) == maker]
        if len(mine) > 1:
            raise desk.refusal("the study runs several times")
        return Study(left, maker, direction == "maximize", given.get("sampler"), given.get("pruner"))

    def _refuse_other_callers(self, objective: Objective) -> None:
        others = ObjectiveWriter(self.desk, objective).other_uses()
        if others:
            where = self.desk.line_of(others[0])
            raise self.desk.refusal(f"the objective is also used in line {where}", GapReason.POSITION)

    def _refuse_reports(self, collector: Collector) -> None:
        desk = self.desk
        for call in [*collector.reported, *collector.asked_to_stop]:
            what = f"line {desk.line_of(call)}: trials cannot be given up while they run"
            raise desk.refusal(f"{what} in {desk.route.target.name}", GapReason.NO_EDGE)

    # The objective.

    def _objective(self, objective: Objective, collector: Collector, study: Study) -> None:
        """What the objective returns, and what it says beside that."""
        desk, function = self.desk, objective.function
        if function.type == "lambda":
            body = function.child_by_field_name("body")
            if body is not None and study.maximises:
                desk.replace(body, f"-({desk.text(body)})")
            if collector.told:
                raise desk.refusal("notes on a trial of a lambda")
            return
        self._tell(function, collector)
        for statement in returns_of(function):
            value = statement.named_children[0] if statement.named_child_count == 1 else None
            if value is None or value.type in ("expression_list", "tuple"):
                raise desk.refusal("the objective returns several values", GapReason.NO_EDGE)
            if kind_returned(desk, value) == "dict":
                raise desk.refusal("the objective returns a dict")
            text = desk.text(value)
            if study.maximises:
                text = _negative(value, text)
            if self._notes_name:
                desk.imports.append("from hyperopt import STATUS_OK")
                text = f'{{"loss": {text}, "status": STATUS_OK, **{self._notes_name}}}'
            if text != text_of(value):
                desk.replace(statement, f"return {text}")
        self._give_up(function)

    def _tell(self, function: Node, collector: Collector) -> None:
        """Notes on a trial go with what the objective returns."""
        desk = self.desk
        if not collector.told:
            return
        body = function.child_by_field_name("body")
        statements = (
            [child for child in body.named_children if child.type != "comment"] if body is not None else []
        )
        first = statements[0]
        self._notes_name = desk.local_name("notes", first)
        for call in collector.told:
            if (
                not is_inside(call, function)
                or call.parent is None
                or call.parent.type != "expression_statement"
            ):
                raise desk.refusal("notes on a trial are made outside of its objective", GapReason.POSITION)
            bound = desk.sites.bound[call.id]
            given = desk.given(bound)
            desk.replace(
                call, f"{self._notes_name}[{desk.text(given['name'])}] = {desk.text(given['value'])}"
            )
            desk.claim(call, '["result"]')
        indent = desk.source.line_indent(first.start_byte)
        is_docstring = first.type == "expression_statement" and first.named_children[0].type == "string"
        if is_docstring:
            desk.insert(first.end_byte, f"\n{indent}{self._notes_name} = {{}}")
        else:
            desk.insert(first.start_byte, f"{self._notes_name} = {{}}\n{indent}")

    def _give_up(self, function: Node) -> None:
        """`raise TrialPruned()` says that a trial failed."""
        desk = self.desk
        for use in desk.sites.within(function):
            if desk.sites.concept(use.node) != "tuning.pruned":
                continue
            statement = use.node.parent
            if (
                statement is None
                or statement.type != "raise_statement"
                or enclosing(use.node, frozenset({"function_definition"})) != function
            ):
                raise desk.refusal(
                    f"line {desk.line_of(use.node)}: a trial is given up outside of its objective"
                )
            desk.imports.append("from hyperopt import STATUS_FAIL")
            desk.replace(statement, 'return {"status": STATUS_FAIL}')
            desk.claim(use.node, "STATUS_FAIL")

    # The space.

    def _space(self, collector: Collector, indent: str) -> str:
        desk = self.desk
        lines = []
        for asked in collector.asked.values():
            value = self._drawn(asked)
            if asked.loop:
                lines.append(f"{indent}    **{{{asked.name}: {value} {asked.loop}}},")
            else:
                lines.append(f"{indent}    {asked.name}: {value},")
        if any(asked.is_conditional or asked.loop for asked in collector.asked.values()):
            desk.notes.append("values that only some trials use are drawn in all of them")
        return "{\n" + "\n".join(lines) + f"\n{indent}}}"

    def _drawn(self, asked: Asked) -> str:
        """One value of the space in the target's words."""
        desk = self.desk
        arguments = {"name": asked.name, **asked.arguments}
        step = arguments.get("step")
        if asked.concept == "tuning.suggest_int" and step is not None and number(step) == 1:
            del arguments["step"]
            step = None
        if step is None or desk.route.target.search.get("grid_from") != "zero":
            return desk.lower(asked.concept, arguments)
        low, high, by = (number(arguments[name]) for name in ("low", "high", "step"))
        if low is None or high is None or not by:
            raise desk.refusal(f"the range of {asked.name} is not written out")
        rounds = int((high - low) / by + 1e-9)
        shift = "" if abs(low / by - round(low / by)) < 1e-9 else f"{arguments['low']} + "
        first = 0 if shift else low
        arguments |= {
            "low": arguments["low"] if not shift else "0",
            "high": folded(_number(first + rounds * by)),
        }
        return shift + desk.lower(asked.concept, arguments)

    # The run.

    def _finish(
        self,
        given: dict[str, Node],
        study: Study,
        collector: Collector,
        statement: Node,
        space: str,
        trials: str,
        objective: Objective,
    ) -> None:
        desk, call = self.desk, self.run.use.node
        for name in ("callbacks", "catch"):
            if name in given:
                raise desk.refusal(f"{name}= of the run has no counterpart", GapReason.NO_EDGE)
        if "jobs" in given and literal(given["jobs"]) != 1:
            desk.notes.append("trials run one after the other")
        concept, seed = self._sampler(study.sampler)
        place = desk.text(given["objective"])
        arguments = {
            "objective": place,
            "space": space,
            "sampler": desk.lower(concept, {}),
            "trials": desk.text(given["trials"]) if "trials" in given else "",
            "timeout": desk.text(given["timeout"]) if "timeout" in given else "",
            "results": trials,
            "seed": generator(desk, seed) if seed else "",
        }
        if study.pruner is not None:
            desk.notes.append("no trial is given up while it runs")
            desk.touched.append(study.pruner)
        self._read(study, space, trials, call)
        indent = desk.source.line_indent(statement.start_byte)
        run = desk.lower("tuning.search_space", arguments, desk.layout(statement))
        maker = study.call.parent
        assert maker is not None
        made = desk.lower("tuning.results", {})
        if maker.parent is not None:
            desk.replace(maker.parent, f"{trials} = {made}")
        desk.replace(statement, f"{space} = {self._space(collector, indent)}\n{indent}{run}")
        for use in desk.sites.within(study.call):
            desk.claim(use.node, "Trials" if use.node == study.call else "fmin")
        desk.claim(call, "fmin", "; ".join(dict.fromkeys(desk.notes)))
        desk.settle("fmin")

    def _sampler(self, node: Node | None) -> tuple[str, str]:
        """The concept of the sampler and its seed."""
        desk = self.desk
        if node is None:
            return "tuning.sampler_tpe", ""
        if node.type == "identifier":
            meant = bound_once(desk.names, node)
            assignment = assignment_of(meant) if meant is not None else None
            if meant is not None and assignment is not None and assignment.parent is not None:
                left = assignment.child_by_field_name("left")
                desk.remove(assignment.parent)
                desk.touched.append(node)
                if left is not None:
                    desk.require_gone(left, "the sampler")
                node = meant
        concept = desk.sites.concept(node)
        if concept not in ("tuning.sampler_tpe", "tuning.sampler_random"):
            raise desk.refusal(
                f"how values are chosen, {text_of(node)[:50]}, has no counterpart", GapReason.NO_EDGE
            )
        given = desk.given(desk.sites.bound[node.id])
        for name in ("startup", "candidates"):
            if name in given:
                desk.notes.append("settings of the sampler are the library's own")
        seed = given.get("seed")
        desk.claim(node, desk.lower(concept, {}))
        return concept, text_of(seed) if seed is not None else ""

    def _read(self, study: Study, space: str, trials: str, call: Node) -> None:
        """All that is read from the study."""
        desk = self.desk
        if study.name is None:
            return
        results = Results(desk, {"space": space}, negates=study.maximises)
        scope = desk.names.scope_of(study.name)
        for place in desk.names.occurrences(text_of(study.name), scope):
            if place.id == study.name.id or is_inside(place, call):
                continue
            if bound_once(desk.names, place) != study.call:
                raise desk.refusal(f"{text_of(place)} gets its value in several places")
            if place.start_byte < call.start_byte and self._starts_with(place):
                continue
            if desk.names.scope_of(place) != desk.names.scope_of(call):
                raise desk.refusal(
                    f"the study is read in line {desk.line_of(place)}, outside of where it runs"
                )
            results.follow(place, "Results", trials, changed=True)

    def _starts_with(self, place: Node) -> bool:
        if place.parent is not None and place.parent.parent is not None:
            call = place.parent.parent
            if self.desk.sites.concept(call) == "tuning.start_with":
                raise self.desk.refusal("trials that are put in front", GapReason.NO_EDGE)
        return False


def _negative(value: Node, text: str) -> str:
    if value.type == "unary_operator" and text.startswith("-"):
        return text[1:].strip()
    is_plain = value.type in ("identifier", "call", "attribute", "subscript", "integer", "float")
    return f"-{text}" if is_plain else f"-({text})"


def _number(value: float) -> str:
    """A number as code; no digits that only come from reckoning with fractions."""
    shown = round(value, 12)
    return str(int(shown)) if isinstance(value, int) else repr(shown)
