"""Facts about a whole file that one site alone does not show: steps, stand-ins, settings that move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from adapter.graph.network import Route, concept_path
from adapter.graph.template import parse_template
from adapter.names.uses import Names, Use
from adapter.plan import Change, GapReason, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.arguments import Arg
from adapter.translate.carried import Carried, carried_settings
from adapter.translate.context import context_of
from adapter.translate.convert import convert
from adapter.translate.holders import Holders, plan_holders
from adapter.translate.inner_runs import INNER
from adapter.translate.lift import Bound, Lifter, NoPathError
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.module_level import after_imports
from adapter.translate.numbering import Numbering, mixed_steps, number_kept, number_logs
from adapter.translate.render import Layout, Rendered, render
from adapter.translate.series import number_series
from adapter.translate.shapes import is_stable
from adapter.translate.stand_ins import StandIn, mapping_place, mapping_uses, plan_stand_in
from adapter.translate.stepping import Stepping, number_stepped

_START = "tracking.start_run"


@dataclass(slots=True)
class Facts:
    """What was found out about one file."""

    names: Names
    route: Route
    numbering: Numbering = field(default_factory=Numbering)
    stand_ins: dict[str, StandIn | None] = field(default_factory=dict)
    carried: list[Carried] = field(default_factory=list)
    starts: list[Bound] = field(default_factory=list)
    holders: Holders | None = None
    stepping: Stepping | None = None
    followed: set[int] = field(default_factory=set)
    fresh_name: Callable[[str, Node], str] = lambda wanted, at: wanted

    def count_once(self, bound: Bound, lowered: Lowered) -> None:
        """Gives all statements of a log call one step, where asking for it twice would not give it twice."""
        text = self.numbering.steps.texts.get(bound.use.node.id, "")
        given = _given_to(bound, "step") if bound.gives("step") else None
        if given is not None and not is_stable(given):
            text = (given.text or b"").decode()
        times = sum(2 if line.text.startswith("for ") else 1 for line in lowered.lines if text in line.text)
        if "(" not in text or times < 2:
            return
        name = self.fresh_name("step", bound.use.node)
        lowered.lines = [replace(line, text=line.text.replace(text, name)) for line in lowered.lines]
        lowered.lines.insert(0, Rendered(f"{name} = {text}", False, False))

    def special(
        self, bound: Bound, lifter: Lifter, lowerer: Lowerer, changes: Changes, layout: Layout
    ) -> Lowered | None:
        """What a site becomes when a fact about the file decides that; None when the map does."""
        concept = bound.concept
        if self.stepping is not None and (lines := self.stepping.lines(bound)) is not None:
            return Lowered(lines, "", f"{bound.entry.rule} -> {concept}")
        if concept in self.stand_ins:
            return self._object(bound, self.stand_ins[concept])
        for carried in self.carried:
            if carried.setter is bound:
                return self._carried(bound, carried, lifter, lowerer, changes, layout)
        if concept is not None and concept.rpartition(".")[0] in self.stand_ins:
            stand_in = self.stand_ins[concept.rpartition(".")[0]]
            if stand_in is not None and stand_in.problem:
                raise NoPathError(GapReason.VALUE, stand_in.problem)
        return None

    def _object(self, bound: Bound, stand_in: StandIn | None) -> Lowered:
        """The object itself, where it is read: the stand-in's name."""
        node = bound.use.node
        rule = f"{bound.entry.rule} -> {bound.concept}"
        if stand_in is None:
            text = (node.text or b"").decode()
            return Lowered([Rendered(text, True, True)], "", rule)
        if stand_in.problem:
            raise NoPathError(GapReason.VALUE, stand_in.problem)
        if node.id in stand_in.makers:
            empty = str(stand_in.spec["empty"])
            return Lowered(
                [Rendered(empty, True, False)], empty, rule, imports=self._stand_in_imports(bound.concept)
            )
        if node.id in stand_in.aliases:
            return Lowered([], stand_in.name, rule, node=node.parent)
        mapping = mapping_place(node)
        if mapping is not None:
            text = self._spelled(stand_in, "as_mapping", {"self": Arg(stand_in.name)})
            return Lowered([Rendered(text, True, True)], text, rule, node=mapping)
        return Lowered([Rendered(stand_in.name, True, True)], stand_in.name, rule)

    def _carried(
        self,
        bound: Bound,
        carried: Carried,
        lifter: Lifter,
        lowerer: Lowerer,
        changes: Changes,
        layout: Layout,
    ) -> Lowered:
        rule = f"{bound.entry.rule} -> {bound.concept}"
        if carried.carriers:
            return Lowered([], f"{_START}({carried.name})", rule)
        path = concept_path(self.route.atlas, _START, self.route.target)
        if path is None:
            raise NoPathError(GapReason.NO_EDGE, f"{self.route.target.name} has nothing for {_START}")
        lowered = lowerer.lower(path, {carried.name: lifter.argument(carried.value, changes)}, layout)
        lowered.rule = f"{rule} -> {lowered.rule}"
        return lowered

    def extra(self, bound: Bound, lifter: Lifter, changes: Changes) -> dict[str, Arg]:
        """Concept arguments that the file as a whole gives to a site."""
        found: dict[str, Arg] = {}
        text = self.numbering.steps.texts.get(bound.use.node.id)
        if text is not None:
            many = bound.entry.lift is not None and "steps" in bound.entry.lift.arguments
            found["steps" if many else "step"] = Arg(text)
        for carried in self.carried:
            if bound.use.node.id in carried.carriers:
                found[carried.name] = lifter.argument(carried.value, changes)
        if self.holders is not None:
            found |= self._holder(self.holders, bound, lifter, changes)
        if self._asks_whether_entered(bound) and context_of(bound.use.node).with_item is not None:
            found["entered"] = Arg("True")
        concept = bound.concept or ""
        stand_in = self.stand_ins.get(concept.rpartition(".")[0])
        if stand_in is not None and not stand_in.problem:
            found["stand_in"] = Arg(stand_in.name)
        for stand_in in self.stand_ins.values():
            if stand_in is not None and self._fills(stand_in, bound):
                argument = str(stand_in.spec["given_by"]).rpartition(".")[2]
                if bound.gives(argument):
                    text = self._spelled(stand_in, "as_mapping", {"self": Arg(stand_in.name)})
                    found[argument] = Arg(text, _given_to(bound, argument))
        return found

    def _asks_whether_entered(self, bound: Bound) -> bool:
        path = self.route.paths.get(bound.entry.index)
        return path is not None and any("entered" in entry.when for entry in path.lowers)

    def _holder(self, holders: Holders, bound: Bound, lifter: Lifter, changes: Changes) -> dict[str, Arg]:
        """The run that the site belongs to; `entered` where a `with` block is entered by it."""
        found: dict[str, Arg] = {}
        run, name = holders.runs.get(bound.use.node.id), holders.names.get(bound.use.node.id)
        if run is not None:
            found["holder"] = lifter.argument(run, changes)
        elif name is not None:
            found["holder"] = Arg(name)
        if bound.concept == _START and context_of(bound.use.node).with_item is not None:
            found["entered"] = Arg("True")
        return found

    def follow(
        self,
        bound: Bound,
        lowered: Lowered,
        lifter: Lifter,
        lowerer: Lowerer,
        changes: Changes,
        layout: Layout,
    ) -> None:
        """Raises the step of a target that keeps one, behind a call that the source counts."""
        if bound.use.node.id not in self.followed:
            return
        path = concept_path(self.route.atlas, "tracking.next_step", self.route.target)
        if path is not None:
            arguments = self._holder(self.holders, bound, lifter, changes) if self.holders is not None else {}
            lowered.also(lowerer.lower(path, arguments, layout, arguments))

    def surround(
        self, bound: Bound, lowered: Lowered, lifter: Lifter, changes: Changes, layout: Layout
    ) -> None:
        """Adds the statements that make a stand-in and the step counter where the run is started."""
        if self.holders is not None:
            self.holders.bind(bound, lowered)
        for concept, stand_in in self.stand_ins.items():
            if stand_in is None or not self._fills(stand_in, bound):
                continue
            filling = self._filling(stand_in, bound, lifter, changes, layout)
            if filling is not None:
                lowered.lines.insert(0, Rendered(filling, False, False))
            lowered.imports += self._stand_in_imports(concept)
        if self.numbering.steps.counter and self.numbering.steps.local and bound.concept == _START:
            lowered.lines.append(
                Rendered(f"{self.numbering.steps.counter} = {self.numbering.steps.maker}", False, False)
            )
            if len(lowered.lines) > 1 and not any(line.is_value for line in lowered.lines):
                last = lowered.lines[-2]
                lowered.lines[-2] = Rendered(last.text, True, last.bare)
            lowered.imports += self.numbering.steps.imports

    def _fills(self, stand_in: StandIn, bound: Bound) -> bool:
        return not stand_in.problem and bound.use.node.id in stand_in.starters

    def _filling(
        self, stand_in: StandIn, bound: Bound, lifter: Lifter, changes: Changes, layout: Layout
    ) -> str | None:
        """The statement that gives a stand-in its values; None where the module's is empty and stays so."""
        argument = str(stand_in.spec["given_by"]).rpartition(".")[2]
        values: Arg | None = None
        if bound.gives(argument) and bound.entry.lift is not None:
            values = lifter.arguments(bound.entry.lift, bound, changes, {}).get(argument)
        known = {"self": Arg(stand_in.name)} | ({"values": values} if values is not None else {})
        if stand_in.in_module:
            return self._spelled(stand_in, "fill", known, layout) if values is not None else None
        made = self._spelled(stand_in, "make" if values is not None else "empty", known, layout)
        return f"{stand_in.name} = {made}"

    def _spelled(
        self, stand_in: StandIn, key: str, known: Mapping[str, Arg], layout: Layout | None = None
    ) -> str:
        template = parse_template(str(stand_in.spec[key]))
        lines = render(
            template,
            known,
            layout or Layout("", limit=10_000),
            lambda name, arg: convert(name, arg, self.names),
        )
        return lines[0].text

    def _stand_in_imports(self, concept: str | None) -> list[str]:
        return [
            line for entry in self.route.target.entries if entry.concept == concept for line in entry.imports
        ]

    def notes(self, bound: Bound) -> list[str]:
        """What the file as a whole loses at a site."""
        return self.numbering.notes(bound.use.node, self.route.target.name)

    def insertions(self, source: Source, edited: Sequence[Node]) -> list[Change]:
        """Statements for the module: counters and stand-ins that several functions share."""
        lines = self.module_lines({node.id for node in edited})
        first = min((node.start_byte for node in edited), default=len(source.data))
        return [after_imports(source, lines, first)] if lines else []

    def module_lines(self, done: set[int]) -> list[str]:
        """The text of those statements, for the sites that were rewritten."""
        steps = self.numbering.steps
        counted = steps.counter and not steps.local and done & set(steps.texts)
        lines = [f"{steps.counter} = {steps.maker}"] if counted else []
        if self.holders is not None and self.holders.in_module:
            lines.append(f"{self.holders.shared} = None")
        lines += [
            f"{stand_in.name} = {stand_in.spec['empty']}"
            for stand_in in self.stand_ins.values()
            if stand_in is not None and stand_in.in_module and not stand_in.problem
        ]
        return lines

    def mapping_changes(self, sites: Iterable[Bound], done: set[int]) -> list[Change]:
        """Uses of a stand-in as a dict, which it is not."""
        found: list[Change] = []
        for concept, stand_in in self.stand_ins.items():
            if stand_in is None or stand_in.problem:
                continue
            objects = [
                site.use.node for site in sites if site.concept == concept and site.use.node.id in done
            ]
            text = self._spelled(stand_in, "as_mapping", {"self": Arg(stand_in.name)})
            found += [
                Change(Span(node.start_byte, node.end_byte), text)
                for node in mapping_uses(stand_in, objects, self.names)
            ]
        return found

    def imports(self, done: set[int]) -> list[str]:
        """Imports that the module's own statements need."""
        found: list[str] = []
        if self.numbering.steps.counter and done & set(self.numbering.steps.texts):
            found += self.numbering.steps.imports
        for concept, stand_in in self.stand_ins.items():
            if stand_in is not None and stand_in.in_module and not stand_in.problem:
                found += self._stand_in_imports(concept)
        return found


def _given_to(bound: Bound, argument: str) -> Node | None:
    """What a site gives to an argument of its concept, as its code has it."""
    plain = bound.entry.lift.plain(argument) if bound.entry.lift is not None else None
    return bound.nodes.get(plain) if plain else None


def gather_facts(
    route: Route,
    sites: Sequence[Bound],
    uses: Sequence[Use],
    names: Names,
    fresh_name: Callable[[str, Node], str],
    *,
    beside: bool = False,
) -> Facts:
    """Looks at all sites of a file together; `beside` those of the target the source's own stay."""
    facts = Facts(names, route, fresh_name=fresh_name)
    facts.starts = [site for site in sites if site.concept in (_START, INNER)]
    logs = [site for site in sites if site.entry.lift is not None and "step" in site.entry.lift.arguments]
    _number(facts, route, sites, logs, names, fresh_name)
    if route.target.holder:
        word = route.target.holder
        facts.holders = plan_holders(word, route.source, sites, names, fresh_name, apart=beside)
    swept = any(use.api in route.source.searches for use in uses)
    for concept, spec in route.target.stand_ins.items():
        if beside:
            break
        facts.stand_ins[concept] = plan_stand_in(concept, spec, sites, names, fresh_name, swept)
    facts.carried = carried_settings(route, sites, facts.starts, names)
    return facts


def _number(
    facts: Facts,
    route: Route,
    sites: Sequence[Bound],
    logs: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> None:
    """The steps of log calls, where the two libraries treat calls without one differently."""
    source, target = route.source.unnumbered, route.target.unnumbered
    without = [site for site in logs if not site.gives("step")]
    if source == "stepped" != target:
        facts.stepping = number_stepped(sites, route.atlas.concepts, facts.starts, names, fresh_name)
        facts.numbering = facts.stepping.numbering
    elif source == "by_name" != target:
        facts.numbering = number_series(sites, facts.starts, names, fresh_name, target != "counted")
    elif source == "counted" and target in ("zero", "by_name", "kept"):
        facts.numbering = number_logs(logs, facts.starts, names, fresh_name)
    elif source == "counted" and target == "stepped":
        facts.followed = {site.use.node.id for site in without if _is_committed(site)}
    elif source == "zero" and target == "stepped" and len(without) < len(logs):
        facts.numbering.steps.texts.update({site.use.node.id: "0" for site in without})
    elif source in ("zero", "kept") and source != target:
        facts.numbering = mixed_steps(logs) if target == "counted" else Numbering()
        if source == "kept":
            number_kept(facts.numbering, logs, names)


def _is_committed(site: Bound) -> bool:
    commit = site.nodes.get("commit")
    return commit is None or commit.type != "false"
