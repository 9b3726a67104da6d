"""Facts about a whole file that one site alone does not show: steps, stand-ins, settings that move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import Entry
from adapter.graph.network import Route, concept_path
from adapter.graph.template import parse_template
from adapter.names.uses import Names, Use
from adapter.names.values import ValueKind
from adapter.plan import Change, GapReason, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.arguments import Arg
from adapter.translate.context import context_of, statements_in
from adapter.translate.convert import convert
from adapter.translate.lift import Bound, Lifter, NoPath
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.render import Layout, Rendered, render
from adapter.translate.shapes import Shape, is_stable, shape_of
from adapter.translate.stand_ins import StandIn, mapping_uses, plan_stand_in
from adapter.translate.steps import StepPlan, plan_steps

_START = "tracking.start_run"
_SWEEPS = ("wandb.sweep", "wandb.agent")
_COUNTER_IMPORT = "import itertools"
_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})


@dataclass(slots=True)
class _Carried:
    """A setting that a later call can carry: `setter` goes away, `argument` goes to each of `carriers`."""

    setter: Bound
    name: str
    value: Node
    carriers: set[int]


@dataclass(slots=True)
class Facts:
    """What was found out about one file."""

    names: Names
    route: Route
    steps: StepPlan = field(default_factory=StepPlan)
    uncommitted: set[int] = field(default_factory=set)
    mixed_steps: set[int] = field(default_factory=set)
    stand_ins: dict[str, StandIn | None] = field(default_factory=dict)
    carried: list[_Carried] = field(default_factory=list)
    starts: list[Bound] = field(default_factory=list)

    def special(
        self, bound: Bound, lifter: Lifter, lowerer: Lowerer, changes: Changes, layout: Layout
    ) -> Lowered | None:
        """What a site becomes when a fact about the file decides that; None when the map does."""
        concept = bound.concept
        if concept in self.stand_ins:
            return self._object(bound, self.stand_ins[concept])
        for carried in self.carried:
            if carried.setter is bound:
                return self._carried(bound, carried, lifter, lowerer, changes, layout)
        if concept == _START:
            return None
        if concept is not None and concept.rpartition(".")[0] in self.stand_ins:
            stand_in = self.stand_ins[concept.rpartition(".")[0]]
            if stand_in is not None and stand_in.problem:
                raise NoPath(GapReason.VALUE, stand_in.problem)
        return None

    def _object(self, bound: Bound, stand_in: StandIn | None) -> Lowered:
        """The object itself, where it is read: the stand-in's name."""
        node = bound.use.node
        rule = f"{bound.entry.rule} -> {bound.concept}"
        if stand_in is None:
            text = (node.text or b"").decode()
            return Lowered([Rendered(text, True, True)], "", rule)
        if stand_in.problem:
            raise NoPath(GapReason.VALUE, stand_in.problem)
        if node.id in stand_in.makers:
            empty = str(stand_in.spec["empty"])
            return Lowered(
                [Rendered(empty, True, False)], empty, rule, imports=self._stand_in_imports(bound.concept)
            )
        if node.id in stand_in.aliases:
            return Lowered([], stand_in.name, rule, node=node.parent)
        return Lowered([Rendered(stand_in.name, True, True)], stand_in.name, rule)

    def _carried(
        self,
        bound: Bound,
        carried: _Carried,
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
            raise NoPath(GapReason.NO_EDGE, f"{self.route.target.name} has nothing for {_START}")
        lowered = lowerer.lower(path, {carried.name: lifter.argument(carried.value, changes)}, layout)
        lowered.rule = f"{rule} -> {lowered.rule}"
        return lowered

    def extra(self, bound: Bound, lifter: Lifter, changes: Changes) -> dict[str, Arg]:
        """Concept arguments that the file as a whole gives to a site."""
        found: dict[str, Arg] = {}
        text = self.steps.texts.get(bound.use.node.id)
        if text is not None:
            found["step"] = Arg(text)
        for carried in self.carried:
            if bound.use.node.id in carried.carriers:
                found[carried.name] = lifter.argument(carried.value, changes)
        concept = bound.concept or ""
        stand_in = self.stand_ins.get(concept.rpartition(".")[0])
        if stand_in is not None and not stand_in.problem:
            found["stand_in"] = Arg(stand_in.name)
        for stand_in in self.stand_ins.values():
            if stand_in is not None and self._fills(stand_in, bound):
                argument = str(stand_in.spec["given_by"]).rpartition(".")[2]
                if bound.gives(argument):
                    found[argument] = Arg(self._spelled(stand_in, "as_mapping", {"self": Arg(stand_in.name)}))
        return found

    def surround(
        self, bound: Bound, lowered: Lowered, lifter: Lifter, changes: Changes, layout: Layout
    ) -> None:
        """Adds the statements that make a stand-in and the step counter where the run is started."""
        for concept, stand_in in self.stand_ins.items():
            if stand_in is None or not self._fills(stand_in, bound):
                continue
            lowered.lines.insert(
                0, Rendered(self._filling(stand_in, bound, lifter, changes, layout), False, False)
            )
            lowered.imports += self._stand_in_imports(concept)
        if self.steps.counter and self.steps.local and bound.concept == _START:
            lowered.lines.append(Rendered(f"{self.steps.counter} = itertools.count()", False, False))
            if len(lowered.lines) > 1 and not any(line.is_value for line in lowered.lines):
                last = lowered.lines[-2]
                lowered.lines[-2] = Rendered(last.text, True, last.bare)
            lowered.imports.append(_COUNTER_IMPORT)

    def _fills(self, stand_in: StandIn, bound: Bound) -> bool:
        return not stand_in.problem and bound.use.node.id in stand_in.starters

    def _filling(
        self, stand_in: StandIn, bound: Bound, lifter: Lifter, changes: Changes, layout: Layout
    ) -> str:
        argument = str(stand_in.spec["given_by"]).rpartition(".")[2]
        values: Arg | None = None
        if bound.gives(argument) and bound.entry.lift is not None:
            values = lifter.arguments(bound.entry.lift, bound, changes, {}).get(argument)
        known = {"self": Arg(stand_in.name)} | ({"values": values} if values is not None else {})
        if stand_in.in_module:
            return self._spelled(stand_in, "fill", known, layout) if values is not None else "pass"
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
        node = bound.use.node
        if node.id in self.steps.texts and not self.steps.exact:
            return ["the calls of all runs of this process are numbered in one row"]
        if node.id in self.uncommitted:
            return ["logged at a step of its own, not together with the next call"]
        if node.id in self.mixed_steps:
            return [
                f"{self.route.target.name} drops a value whose step is below the last one; this file logs by several counters"
            ]
        return []

    def insertions(self, source: Source, done: set[int]) -> list[Change]:
        """Statements for the module: counters and stand-ins that several functions share."""
        lines: list[str] = []
        if self.steps.counter and not self.steps.local and done & set(self.steps.texts):
            lines.append(f"{self.steps.counter} = itertools.count()")
        for stand_in in self.stand_ins.values():
            if stand_in is not None and stand_in.in_module and not stand_in.problem:
                lines.append(f"{stand_in.name} = {stand_in.spec['empty']}")
        return [_after_imports(source, lines)] if lines else []

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
        if self.steps.counter and done & set(self.steps.texts):
            found.append(_COUNTER_IMPORT)
        for concept, stand_in in self.stand_ins.items():
            if stand_in is not None and stand_in.in_module and not stand_in.problem:
                found += self._stand_in_imports(concept)
        return found


def gather_facts(
    route: Route,
    sites: Sequence[Bound],
    uses: Sequence[Use],
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> Facts:
    """Looks at all sites of a file together."""
    facts = Facts(names, route)
    facts.starts = [site for site in sites if site.concept == _START]
    logs = [site for site in sites if site.entry.lift is not None and "step" in site.entry.lift.arguments]
    if route.source.unnumbered == "counted" and route.target.unnumbered == "zero":
        _number_logs(facts, logs, names, fresh_name)
    if route.source.unnumbered == "zero" and route.target.unnumbered == "counted":
        facts.mixed_steps = _mixed(logs)
    swept = any(use.api in _SWEEPS for use in uses)
    for concept, spec in route.target.stand_ins.items():
        facts.stand_ins[concept] = plan_stand_in(concept, spec, sites, names, fresh_name, swept)
    facts.carried = _carried_settings(route, sites, facts.starts, names)
    return facts


def _number_logs(
    facts: Facts, logs: Sequence[Bound], names: Names, fresh_name: Callable[[str, Node], str]
) -> None:
    without = [site for site in logs if not site.gives("step")]
    facts.uncommitted = {
        site.use.node.id
        for site in without
        if (c := site.nodes.get("commit")) is not None and c.type == "false"
    }
    counted = [site.use.node for site in without if site.use.node.id not in facts.uncommitted]
    counted = _without_last_media(counted, without, names)
    if len(counted) < len(logs) and counted and any(site.gives("step") for site in logs):
        # calls with a step of their own move the library's counter: count at run time is no longer the same
        facts.steps = StepPlan()
        return
    facts.steps = plan_steps(counted, [site.use.node for site in facts.starts], names, fresh_name)
    for site in without:
        # a call that is committed by the next one in the same loop shares its step
        shared = next(
            (text for node in counted if (text := _loop_step(node, site.use.node, facts.steps))), None
        )
        if site.use.node.id in facts.uncommitted and shared is not None:
            facts.steps.texts[site.use.node.id] = shared
            facts.uncommitted.discard(site.use.node.id)


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


def _mixed(logs: Sequence[Bound]) -> set[int]:
    texts = {site.nodes["step"].text for site in logs if "step" in site.nodes}
    return {site.use.node.id for site in logs if "step" in site.nodes} if len(texts) > 1 else set()


def _carried_settings(
    route: Route, sites: Sequence[Bound], starts: Sequence[Bound], names: Names
) -> list[_Carried]:
    found: list[_Carried] = []
    setters = [(site, entry) for site in sites if (entry := _carried_entry(route, site)) is not None]
    for site, entry in setters:
        argument = entry.carried_by.rpartition(".")[2]
        lift = site.entry.lift
        plain = lift.plain(argument) if lift is not None and argument in lift.arguments else None
        value = site.nodes.get(plain) if plain else None
        if value is None or not is_stable(value) or len(setters) != 1 or not context_of(site.use.node).alone:
            continue
        carriers = {s.use.node.id for s in starts if not s.gives(argument) and _sees(value, site, s, names)}
        if len(carriers) == len(starts) and (starts or _logs(sites)):
            found.append(_Carried(site, argument, value, carriers))
    return found


def _carried_entry(route: Route, site: Bound) -> Entry | None:
    path = route.paths.get(site.entry.index)
    return next((entry for entry in path.lowers if entry.carried_by), None) if path is not None else None


def _logs(sites: Sequence[Bound]) -> bool:
    return any(site.concept is not None and site.concept.startswith("tracking.log_") for site in sites)


def _sees(value: Node, setter: Bound, carrier: Bound, names: Names) -> bool:
    """Whether the value means the same where the carrier stands."""
    if value.type not in ("identifier", "attribute"):
        return True
    scope = names.scope_of(setter.use.node)
    return scope.type == "module" or scope.id == names.scope_of(carrier.use.node).id


def _after_imports(source: Source, lines: Sequence[str]) -> Change:
    """The statements before the first one that is no import, with the blank lines that stand there."""
    text = "".join(f"{line}\n" for line in lines)
    statements = statements_in(source.tree.root_node)
    imports = [index for index, statement in enumerate(statements) if statement.type in _IMPORTS]
    following = imports[-1] + 1 if imports else 0
    if following >= len(statements):
        return Change(Span(len(source.data), len(source.data)), f"\n{text}")
    start = statements[following].start_byte
    start = source.data.rfind(b"\n", 0, start) + 1
    while start > 0 and (above := _line_above(source.data, start)).lstrip().startswith(b"#"):
        start -= len(above)
    at = start
    while at > 0 and not (above := _line_above(source.data, at)).strip():
        at -= len(above)
    if at < start:
        # behind the first blank line; the others then stand below
        at = source.data.find(b"\n", at) + 1
        return Change(Span(at, at), f"{text}\n")
    return Change(Span(start, start), f"\n{text}\n")


def _line_above(data: bytes, start: int) -> bytes:
    return data[data.rfind(b"\n", 0, start - 1) + 1 : start]
