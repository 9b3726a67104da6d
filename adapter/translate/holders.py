"""Holders: the variable that holds the run, for a target that has no active run.

A call on a run (`run.log(x)`) names the run itself. Any other call (`wandb.log(x)`) needs the variable that
the run was bound to where it is started: its own one, a new one, or one of the module where the run is
started in one function and used in another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from adapter.graph.model import Library
from adapter.names.uses import Names
from adapter.names.values import ValueKind
from adapter.plan import GapReason
from adapter.translate.context import context_of
from adapter.translate.lift import Bound, NoPathError
from adapter.translate.lower import Lowered
from adapter.translate.render import Rendered

START = "tracking.start_run"
_FUNCTIONS = frozenset({"function_definition", "lambda"})
_INNER = {"attribute": "object", "subscript": "value", "call": "function"}


@dataclass(slots=True)
class Holders:
    """How each site of a file gets at the run, by the id of its node.

    `runs` holds the expression of a run that the site names itself, `names` the variable of the others and of
    the starts. `unbound` are the starts whose run the source binds to nothing. Where it is `in_module`, every
    start has to fill the variable `shared`, which is declared global before those in `declaring`.
    """

    runs: dict[int, Node] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    unbound: set[int] = field(default_factory=set)
    starts: set[int] = field(default_factory=set)
    shared: str = ""
    declaring: set[int] = field(default_factory=set)
    in_module: bool = False
    problem: str = ""

    def refuse(self, bound: Bound) -> None:
        """Ends the translation of a site that would need the run and cannot get at it.

        Raises:
            NoPathError: always.
        """
        reason = self.problem or "the variable that holds the run is not seen here"
        raise NoPathError(GapReason.VALUE, reason)

    def bind(self, bound: Bound, lowered: Lowered) -> None:
        """Binds the run that a start gives to the variable by which the other sites know it."""
        site = bound.use.node.id
        name = self.names.get(site)
        at = next((index for index, line in enumerate(lowered.lines) if line.is_value), None)
        if name is None or site not in self.starts or at is None:
            return
        value = lowered.lines[at]
        if site in self.unbound:
            context = context_of(bound.use.node)
            assigned = Rendered(f"{name} = {value.text}", False, False)
            if context.alone:
                lowered.lines[at] = assigned
            elif context.with_item is not None and bound.use.node.parent == context.with_item:
                lowered.lines[at] = replace(value, text=f"{value.text} as {name}")
            else:
                lowered.lines[at] = assigned
                lowered.lines.append(Rendered(name, True, True))
        elif self.in_module and name != self.shared:
            lowered.lines.append(Rendered(f"{self.shared} = {name}", False, False))
        if site in self.declaring:
            lowered.lines.insert(0, Rendered(f"global {self.shared}", False, False))


def plan_holders(
    word: str,
    library: Library,
    sites: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
    *,
    apart: bool = False,
) -> Holders:
    """Finds out how the sites of a file get at the run.

    `word` is the name that a new variable gets, `library` the source library. The run is kept `apart` from
    the source's own, which stays, in a variable of its own.
    """
    holders = Holders()
    kinds = run_types(library)
    starts = [site for site in sites if site.concept == START]
    holders.starts = {site.use.node.id for site in starts}
    lost: list[Bound] = []
    targets = {site.use.node.id: None if apart else _bound_to(site.use.node) for site in starts}
    holders.unbound = {key for key, target in targets.items() if target is None}
    for site in sites:
        if site.use.node.id in holders.starts:
            continue
        run = None if apart else _run_of(site.use.receiver, kinds, names, holders.starts)
        if run is not None:
            holders.runs[site.use.node.id] = run
        else:
            lost.append(site)
    _name_starts(holders, word, starts, targets, sites, names, fresh_name)
    if not starts:
        holders.problem = "the run is started in another file, and the target has no active run; hand it over"
        return holders
    unseen = [site for site in lost if not _take_visible(holders, site, starts, targets, names)]
    if unseen:
        _share(holders, unseen, starts, names)
    return holders


def run_types(library: Library) -> frozenset[str]:
    """The types of a library that are runs."""
    makers = {
        f"{entry.pattern.name}()"
        for entry in library.entries
        if entry.pattern is not None and entry.lift is not None and entry.lift.concept == START
    }
    return frozenset(
        name for name, kind in library.types.items() if kind.concept or makers.intersection(kind.made_by)
    )


def _run_of(
    receiver: Node | None, kinds: frozenset[str], names: Names, starts: Collection[int]
) -> Node | None:
    """The run that an object hangs on; None where it is not named."""
    node = receiver
    while node is not None:
        value = names.value(node)
        if value.kind is ValueKind.INSTANCE and value.name in kinds:
            return None if node.id in starts else node
        if node.type == "identifier":
            bindings = [binding for binding in names.bindings(node) if binding.type != "none"]
            if len(bindings) != 1 or bindings[0].type not in _INNER:
                return None
            run = _run_of(bindings[0], kinds, names, starts)
            plain = run is not None and run.type == "identifier"
            return run if plain and names.scope_of(bindings[0]) == names.scope_of(node) else None
        node = node.child_by_field_name(_INNER[node.type]) if node.type in _INNER else None
    return None


def _bound_to(start: Node) -> Node | None:
    """The variable, or attribute, that the run goes to; None where there is none."""
    child, parent = start, start.parent
    while parent is not None and parent.type in (
        "parenthesized_expression",
        "conditional_expression",
        "await",
    ):
        child, parent = parent, parent.parent
    if parent is None:
        return None
    if parent.type == "assignment" and parent.child_by_field_name("right") == child:
        left = parent.child_by_field_name("left")
        return left if left is not None and left.type in ("identifier", "attribute") else None
    if parent.type == "as_pattern" and parent.named_children[0] == child:
        target = parent.child_by_field_name("alias")
        named = target.named_children[0] if target is not None and target.named_child_count == 1 else None
        return named if named is not None and named.type in ("identifier", "attribute") else None
    return None


def _name_starts(
    holders: Holders,
    word: str,
    starts: Sequence[Bound],
    targets: dict[int, Node | None],
    sites: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> None:
    for site in starts:
        target = targets[site.use.node.id]
        if target is not None:
            holders.names[site.use.node.id] = (target.text or b"").decode()
    if not starts:
        return
    name = fresh_name(word, starts[0].use.node)
    while any(names.is_bound(name, site.use.node) for site in sites):
        name = fresh_name(word, starts[0].use.node)
    holders.names.update(dict.fromkeys(holders.unbound, name))
    holders.shared = name


def _take_visible(
    holders: Holders, site: Bound, starts: Sequence[Bound], targets: dict[int, Node | None], names: Names
) -> bool:
    """Gives a site the variable of the last start before it whose variable it sees."""
    node = site.use.node
    seen = [start for start in starts if _sees(node, start.use.node, targets[start.use.node.id], names)]
    if not seen:
        return False
    before = [start for start in seen if start.use.node.start_byte <= node.start_byte]
    chosen = before[-1] if before else seen[0]
    holders.names[node.id] = holders.names[chosen.use.node.id]
    return True


def _sees(node: Node, start: Node, target: Node | None, names: Names) -> bool:
    here, there = names.scope_of(node), names.scope_of(start)
    if here == there:
        return True
    if target is not None and target.type == "attribute":
        owner = _root(target)
        return (
            names.value(target).kind is ValueKind.INSTANCE
            and _class_around(node) is not None
            and (_class_around(node) == _class_around(start) and names.is_bound(owner, node))
        )
    return there.type != "class_definition" and there in _scopes_around(here, names)


def _scopes_around(scope: Node, names: Names) -> list[Node]:
    found = [scope]
    node = scope.parent
    while node is not None:
        outer = names.scope_of(node)
        if outer != found[-1]:
            found.append(outer)
        node = node.parent
    return found


def _root(target: Node) -> str:
    node = target
    while node.type == "attribute":
        inner = node.child_by_field_name("object")
        if inner is None:
            break
        node = inner
    return (node.text or b"").decode()


def _class_around(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type != "class_definition":
        parent = parent.parent
    return parent


def _share(holders: Holders, unseen: Sequence[Bound], starts: Sequence[Bound], names: Names) -> None:
    """The run goes to a variable of the module, which every start fills."""
    holders.names.update({site.use.node.id: holders.shared for site in unseen})
    holders.in_module = True
    declared: set[int] = set()
    for site in sorted(starts, key=lambda each: each.use.node.start_byte):
        scope = names.scope_of(site.use.node)
        if scope.type not in _FUNCTIONS:
            continue
        if scope.id not in declared:
            holders.declaring.add(site.use.node.id)
        declared.add(scope.id)
