"""names: forwards from a name to the sites it is part of, and to the names its value goes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.names.bindings import is_field
from adapter.names.destinations import goes_to
from adapter.names.evaluate import Evaluator
from adapter.names.values import FUNCTION, Value, ValueKind
from adapter.plan import SiteKind


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One place that uses an API of the library.

    `api` is the canonical name: "wandb.log", "wandb.Run.log", "wandb.Summary[]" for a subscript.
    `owner` is the type through which it was reached ("wandb.Run"), else "". `member` is the last name,
    "[]" for a subscript. `node` is the expression or statement that the site stands for, `receiver`
    the object before the last dot or bracket, `call` the call node where the API is called.
    """

    kind: SiteKind
    api: str
    owner: str
    member: str
    node: Node
    receiver: Node | None = None
    call: Node | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    """A mention that is a site of its own unless the chain goes on."""

    api: str
    owner: str
    node: Node
    receiver: Node | None
    subscript: bool = False


_THROUGH = frozenset(("parenthesized_expression", "await"))
_NESTS = frozenset(
    ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "as_pattern_target")
)
_TYPE_PARTS = frozenset(
    (
        "generic_type",
        "type_parameter",
        "binary_operator",
        "subscript",
        "union_type",
        "list",
        "tuple",
        "member_type",
    )
)
_WRITERS = frozenset(("assignment", "augmented_assignment", "for_statement", "for_in_clause"))


class Chains:
    """Walks the chains of one file and collects what it finds."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.found: dict[tuple[int, str, str], Use] = {}
        self.calls: set[int] = set()
        self.covered: set[int] = set()

    def add(self, use: Use) -> None:
        """Keep a site, once."""
        self.found[(use.node.id, use.kind, use.api)] = use
        if use.call is not None:
            self.calls.add(use.call.id)

    def walk(self, node: Node, value: Value, api: str = "", receiver: Node | None = None) -> Iterator[str]:
        """Follow an expression outwards, keep the sites, and give the names that its value goes to.

        `api` is the canonical name of what the expression itself spells, if it does (the name of an
        import, or a getattr with a literal on the `receiver`); "" for a variable.
        """
        if node.id in self.covered:
            return
        owner = value.owner if receiver is not None else ""
        mention = _Open(api, owner, node, receiver) if api else None
        while (parent := node.parent) is not None:
            kind = parent.type
            if kind not in _THROUGH:
                step = self._step(kind, node, parent, value, mention)
                if step is None:
                    break
                value, mention = step
            node = parent
            if not value.of_library and value.definition < 0:
                break
        self._close(mention)
        if value.of_library or value.name == FUNCTION:
            yield from goes_to(self.evaluator, node)

    def _step(
        self, kind: str, node: Node, parent: Node, value: Value, mention: _Open | None
    ) -> tuple[Value, _Open | None] | None:
        """The value and the open mention one link further out; None where the chain ends."""
        if kind == "call":
            if not is_field(parent, "function", node):
                return None
            if value.of_library:
                self._called(value, mention, parent)
            return self.evaluator.value(parent), None
        if not value.of_library:
            return None
        if kind == "attribute":
            return self._member(node, parent, value, mention)
        if kind == "subscript" and is_field(parent, "value", node):
            return self._element(node, parent, value, mention)
        return None

    def _member(
        self, node: Node, parent: Node, value: Value, mention: _Open | None
    ) -> tuple[Value, _Open | None] | None:
        """`value.name`."""
        named = parent.child_by_field_name("attribute")
        if named is None or named.id == node.id or self.evaluator.is_data(value, node):
            return None
        owner = value.owner
        if value.kind is ValueKind.INSTANCE:
            self._close_unless_element(mention)
            owner = value.name
        name = self.evaluator.text(named)
        opened = _Open(self.evaluator.member(value, name), owner, parent, node)
        return self.evaluator.attribute_of(value, name), opened

    def _element(
        self, node: Node, parent: Node, value: Value, mention: _Open | None
    ) -> tuple[Value, _Open | None] | None:
        """`value[...]`; an element of plain data is no site."""
        owner = ""
        if value.kind is ValueKind.INSTANCE:
            self._close_unless_element(mention)
            owner = value.name
        elif value.owner:
            return None
        return self.evaluator.element(value), _Open(f"{value.name}[]", owner, parent, node, True)

    def _called(self, value: Value, mention: _Open | None, call: Node) -> None:
        """A call of a library value."""
        api, owner, receiver = value.name, value.owner, None
        if value.kind is ValueKind.INSTANCE:
            self._close(mention)
            api, owner = f"{value.name}.__call__", value.name
        elif mention is not None:
            api, owner, receiver = mention.api, mention.owner, mention.receiver
        decorates = call.parent is not None and call.parent.type == "decorator"
        kind = SiteKind.DECORATOR if decorates else SiteKind.CALL
        self.add(Use(kind, api, owner, _last(api), call, receiver, call))

    def _close_unless_element(self, mention: _Open | None) -> None:
        """Keep a mention that something hangs on; `run["loss"].append(x)` is one site, not two."""
        if mention is None or not mention.subscript or self.evaluator.vocabulary.separate_elements:
            self._close(mention)

    def _close(self, mention: _Open | None) -> None:
        """Keep a mention that turned out to be a site: find out of which kind."""
        if mention is None:
            return
        kind, node = self._kind(mention)
        self.add(Use(kind, mention.api, mention.owner, _last(mention.api), node, mention.receiver))

    def _kind(self, mention: _Open) -> tuple[SiteKind, Node]:
        node = mention.node
        reads = SiteKind.SUBSCRIPT_READ if mention.subscript else SiteKind.READ
        writes = SiteKind.SUBSCRIPT_WRITE if mention.subscript else SiteKind.WRITE
        parent = node.parent
        if parent is None:
            return reads, node
        if parent.type == "decorator":
            return SiteKind.DECORATOR, node
        if (
            parent.type == "argument_list"
            and parent.parent is not None
            and parent.parent.type == "class_definition"
        ):
            return SiteKind.BASE, node
        written = _written_by(node, parent)
        if written is not None and node.type != "identifier":
            return writes, written
        return (SiteKind.ANNOTATION, node) if annotation_around(node) is not None else (reads, node)


def _last(api: str) -> str:
    """The last name of an API; "[]" for a subscript."""
    return "[]" if api.endswith("[]") else api.rsplit(".", 1)[-1]


def _written_by(node: Node, parent: Node) -> Node | None:
    """The statement that assigns to the node; None where it is read."""
    child, holder = node, parent
    while holder.type in _NESTS or holder.type in ("expression_list", "tuple", "list"):
        if holder.parent is None:
            return None
        child, holder = holder, holder.parent
    if holder.type in _WRITERS and is_field(holder, "left", child):
        return holder
    if holder.type == "delete_statement":
        return holder
    if child.type == "as_pattern_target" and holder.type == "as_pattern":
        return holder
    return None


def annotation_around(node: Node) -> Node | None:
    """The `type` node of the annotation that an expression is in; None outside annotations."""
    parent = node.parent
    while parent is not None and parent.type in _TYPE_PARTS:
        parent = parent.parent
    return parent if parent is not None and parent.type == "type" else None
