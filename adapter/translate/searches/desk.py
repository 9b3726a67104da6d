"""searches: the desk of one search: its changes and the sites it has dealt with, apart until all is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tree_sitter import Node

from adapter.graph.network import Route, concept_path
from adapter.names.project import ProjectNames
from adapter.names.uses import Names, Use
from adapter.plan import Change, Fidelity, GapReason, SiteKind, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.arguments import Arg
from adapter.translate.context import BLOCKS, statements_in, whole_lines
from adapter.translate.layouts import layout_of
from adapter.translate.lift import Bound, Lifter, NoPathError
from adapter.translate.lower import Lowerer
from adapter.translate.render import Layout, RenderError
from adapter.translate.searches.syntax import is_inside, reads_of, span_of, text_of

FreshName = Callable[..., str]
"""Gives a name that means nothing yet: the wanted one, a place, and the part that it is for."""

SEARCHES = frozenset({"tuning.search_space"})
"""Concepts of calls that run a search over a space which several of them may share."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What becomes of a site that belongs to the search."""

    to: str
    rule: str
    fidelity: Fidelity = Fidelity.EXACT
    note: str = ""


@dataclass
class Sites:
    """All sites of a file: those that an entry serves, and why none serves the others."""

    uses: list[Use]
    bound: dict[int, Bound] = field(default_factory=dict)
    failures: dict[int, NoPathError] = field(default_factory=dict)

    maybe: dict[int, Bound] = field(default_factory=dict)
    """Calls on objects of which nothing is known, as what they are if the object is a trial."""

    @cached_property
    def by_node(self) -> dict[int, Use]:
        """The sites by the id of their node."""
        return {use.node.id: use for use in self.uses}

    def is_trial_call(self, node: Node) -> str:
        """The concept of a call on an object that has turned out to be a trial; the call is a site now."""
        found = self.maybe.pop(node.id, None)
        if found is not None:
            self.uses.append(found.use)
            self.by_node[node.id] = found.use
            self.bound[node.id] = found
        return self.concept(node)

    def within(self, node: Node) -> list[Use]:
        """The sites inside of a node."""
        return [use for use in self.uses if is_inside(use.node, node)]

    def concept(self, node: Node) -> str:
        """The concept that a node is a site of; an empty text when it is none."""
        bound = self.bound.get(node.id)
        return (bound.concept or "") if bound is not None else ""


class Desk:
    """Where one search is worked on.

    Nothing of it reaches the file before `settled`; what cannot be done raises NoPathError.
    """

    def __init__(
        self,
        source: Source,
        names: Names,
        route: Route,
        lifter: Lifter,
        sites: Sites,
        fresh_name: FreshName,
        limit: int,
        project: ProjectNames | None,
    ) -> None:
        self.source, self.names, self.route, self.lifter, self.sites = source, names, route, lifter, sites
        self.fresh_name, self._limit, self._project = fresh_name, limit, project
        self._lowerer = Lowerer(route.atlas, route.target, names)
        self.changes = Changes()
        self.claims: dict[int, Claim] = {}
        self.touched: list[Node] = []
        self.imports: list[str] = []
        self.roots: set[str] = set()
        self.notes: list[str] = []
        self.run: Node | None = None
        self.extras: list[str] = []
        """Keyword arguments, as code, that the objective gets beside what is drawn."""

    # What is known.

    def text(self, node: Node) -> str:
        """The text of a node with the changes inside of it made."""
        return self.changes.render(self.source.data, span_of(node))

    def given(self, bound: Bound) -> dict[str, Node]:
        """The arguments of a site's concept that are given as they are."""
        lift = bound.entry.lift
        if lift is None:
            return {}
        plain = {name: lift.plain(name) for name in lift.arguments}
        found = {name: bound.nodes[p] for name, p in plain.items() if p is not None and p in bound.nodes}
        return {name: node for name, node in found.items() if node.type != "none"}

    def arguments(self, bound: Bound) -> dict[str, Arg]:
        """The arguments of a site's concept as text."""
        assert bound.entry.lift is not None
        return self.lifter.arguments(bound.entry.lift, bound, self.changes, {})

    def is_from_package(self, name: str) -> bool:
        """Whether a name is imported from outside of the project."""
        for binding in self.names.imports:
            if binding.local == name:
                is_local = binding.target.startswith(".")
                if self._project is not None:
                    is_local |= self._project.modules.find(self.source.path, binding.target) is not None
                return not is_local
        return False

    def local_name(self, wanted: str, at: Node) -> str:
        """A name for a variable of one function that means nothing there yet."""
        name, number = wanted, 1
        while self.names.is_bound(name, at):
            number += 1
            name = f"{wanted}_{number}"
        return name

    def layout(self, node: Node) -> Layout:
        """The layout for statements before or instead of the one that holds a node."""
        return replace(
            layout_of(self.source, node, self._limit), before=0, after=0, exploded=False, trailing_comma=True
        )

    def line_of(self, node: Node) -> int:
        """The line on which a node begins."""
        return self.source.position(node.start_byte)[0]

    # What is written.

    def lower(self, concept: str, arguments: Mapping[str, str | Arg], layout: Layout | None = None) -> str:
        """The target's text for a concept.

        Raises:
            NoPathError: the target has nothing for it.
        """
        path = concept_path(self.route.atlas, concept, self.route.target)
        if path is None:
            raise self.refusal(f"{self.route.target.name} has nothing for {concept}", GapReason.NO_EDGE)
        given = {
            name: value if isinstance(value, Arg) else Arg(value)
            for name, value in arguments.items()
            if (value.text if isinstance(value, Arg) else value)
        }
        try:
            lowered = self._lowerer.lower(path, given, layout or Layout("", limit=10_000))
        except RenderError as error:
            raise self.refusal(str(error), GapReason.ARGUMENTS) from error
        self.imports += lowered.imports
        self.roots |= lowered.roots
        self.notes += [note for note in lowered.notes if note not in self.notes]
        text = "\n".join(line.text for line in lowered.lines)
        self.need_modules(text)
        return text

    def need_modules(self, text: str) -> None:
        """Remembers the imports of the standard library that a text needs."""
        if "math." in text and "import math" not in self.imports:
            self.imports.append("import math")

    def refusal(self, detail: str, reason: GapReason = GapReason.VALUE) -> NoPathError:
        """Why the search stays as it is."""
        return NoPathError(reason, detail)

    def replace(self, node: Node, text: str) -> None:
        """Puts a text in the place of a node; changes inside of it are gone, their sites are done.

        Raises:
            NoPathError: the text cannot stand in the string that holds the node.
        """
        if '"' in text and self._quote_around(node) == '"':
            if "'" in text:
                raise self.refusal(
                    f"line {self.line_of(node)}: its quotes do not fit into the text around it"
                )
            text = text.replace('"', "'")
        self.replace_span(span_of(node), text)
        self.touched.append(node)

    def _quote_around(self, node: Node) -> str:
        """The quotation mark of the f-string around a node: before Python 3.12 it may not come again."""
        parent = node.parent
        while parent is not None and parent.type not in BLOCKS:
            if parent.type == "interpolation" and parent.parent is not None:
                return text_of(parent.parent.named_children[0])[-1:]
            parent = parent.parent
        return ""

    def replace_span(self, span: Span, text: str) -> None:
        """Puts a text in the place of a span."""
        self.changes.absorb(self.source.data, span)
        self.changes.add(Change(span, text))

    def insert(self, offset: int, text: str) -> None:
        """Puts a text between what is there."""
        self.changes.add(Change(Span(offset, offset), text))

    def remove(self, statement: Node) -> None:
        """Takes a whole statement away; `pass` stays where the block would be empty."""
        block = statement.parent
        if block is not None and block.type == "block" and len(statements_in(block)) == 1:
            self.replace(statement, "pass")
            return
        span = whole_lines(self.source, statement)
        self.replace_span(span, "")
        self.touched.append(statement)

    def is_touched(self, node: Node) -> bool:
        """Whether a node lies in what was replaced."""
        return any(is_inside(node, touched) for touched in self.touched)

    def claim(self, node: Node, to: str, note: str = "") -> None:
        """Says what becomes of the site at a node."""
        if node.id not in self.sites.by_node:
            return
        bound = self.sites.bound.get(node.id)
        rule = f"{bound.entry.rule} -> {bound.concept}" if bound is not None else "a part of the search"
        fidelity = bound.entry.fidelity if bound is not None else Fidelity.EXACT
        if note:
            fidelity = Fidelity.worst((fidelity, Fidelity.LOSSY))
        own = bound.entry.note if bound is not None and bound.entry.fidelity is not Fidelity.EXACT else ""
        self.claims[node.id] = Claim(to, rule, fidelity, "; ".join(part for part in (own, note) if part))

    def settle(self, to: str) -> None:
        """Every site in what was replaced is done; `to` is what they became where nothing else is said.

        Raises:
            NoPathError: something that no rule covers stands there.
        """
        for use in self.sites.uses:
            if use.node.id in self.claims or not self.is_touched(use.node):
                continue
            failure = self.sites.failures.get(use.node.id)
            if failure is not None and use.kind is not SiteKind.ANNOTATION:
                raise NoPathError(failure.reason, f"{use.api}: {failure.detail}")
            self.claim(use.node, to)

    def is_in_search(self, place: Node) -> bool:
        """Whether a place belongs to another search, rewritten together with this one or not at all."""
        parent = place.parent
        while parent is not None and parent.type not in BLOCKS:
            if self.sites.concept(parent) in SEARCHES:
                return True
            parent = parent.parent
        return False

    def require_gone(self, identifier: Node, what: str) -> None:
        """Makes sure that nothing reads a name any more whose definition goes away.

        Raises:
            NoPathError: something does.
        """
        assignment = identifier.parent
        value = assignment.child_by_field_name("right") if assignment is not None else None
        for place in reads_of(self.names, identifier, value if value is not None else identifier):
            if not self.is_touched(place) and not self.is_in_search(place):
                raise self.refusal(f"{what} {text_of(place)} is also used in line {self.line_of(place)}")
