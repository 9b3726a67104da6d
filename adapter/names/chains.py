"""names: forwards from a name to the sites it is part of, and to the names its value goes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.names.bindings import is_field
from adapter.names.definitions import literal
from adapter.names.evaluate import Evaluator
from adapter.names.parameters import argument, method
from adapter.names.values import CLASS, FUNCTION, Value, ValueKind
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

    def add(self, use: Use) -> None:
        """Keep a site, once."""
        self.found[(use.node.id, use.kind, use.api)] = use
        if use.call is not None:
            self.calls.add(use.call.id)

    def walk(self, node: Node, value: Value, imported: str = "") -> Iterator[str]:
        """Follow a name outwards, keep the sites, and give the names that its value goes to.

        `imported` is the canonical name of the import that the name comes from, if it does.
        """
        evaluator = self.evaluator
        open_mention = _Open(imported, "", node, None) if imported else None
        while True:
            parent = node.parent
            if parent is None:
                return
            kind = parent.type
            if kind == "attribute" and is_field(parent, "object", node):
                if value.of_library:
                    if evaluator.is_data(value, node):
                        return
                    if value.kind is ValueKind.INSTANCE:
                        self._close(open_mention)
                    named = parent.child_by_field_name("attribute")
                    if named is None:
                        return
                    owner = value.name if value.kind is ValueKind.INSTANCE else value.owner
                    name = evaluator.text(named)
                    open_mention = _Open(evaluator.member(value, name), owner, parent, node)
                    value = evaluator.attribute_of(value, name)
                else:
                    return
            elif kind == "call" and is_field(parent, "function", node):
                if value.of_library:
                    self._called(value, open_mention, node, parent)
                value = evaluator.value(parent)
                open_mention = None
            elif kind == "subscript" and is_field(parent, "value", node) and value.of_library:
                if value.kind is ValueKind.API and value.owner:
                    break
                if value.kind is ValueKind.INSTANCE:
                    self._close(open_mention)
                owner = value.name if value.kind is ValueKind.INSTANCE else ""
                open_mention = _Open(f"{value.name}[]", owner, parent, node, True)
                value = evaluator.element(value)
            elif kind not in _THROUGH:
                break
            node = parent
            if not value.of_library and value.definition < 0:
                break
        self._close(open_mention)
        if value.of_library or value.name == FUNCTION:
            yield from self.goes_to(node)

    def _called(self, value: Value, mention: _Open | None, function: Node, call: Node) -> None:
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

    # Where a value goes.

    def goes_to(self, node: Node) -> Iterator[str]:
        """The names that may hold the value of an expression, as far as one step shows."""
        while True:
            parent = node.parent
            if parent is None:
                return
            handler = _GOES.get(parent.type)
            if handler is None:
                return
            names, onward = handler(self, node, parent)
            yield from names
            if onward is None:
                return
            node = onward

    def _targets(self, left: Node | None) -> list[str]:
        """The names and attribute names that an assignment sets."""
        if left is None:
            return []
        if left.type == "identifier":
            return [self.evaluator.text(left)]
        if left.type == "attribute":
            named = left.child_by_field_name("attribute")
            return [self.evaluator.text(named)] if named is not None else []
        if left.type in _NESTS or left.type in ("tuple", "list"):
            return [name for child in left.named_children for name in self._targets(child)]
        return []

    def _goes_onward(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        return [], parent

    def _goes_to_assignment(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        left = parent.child_by_field_name("left")
        if left is None or left.id == node.id:
            return [], None
        return self._targets(left), parent

    def _goes_to_name(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        return self._targets(parent.child_by_field_name("name")), parent

    def _goes_to_alias(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        return self._targets(parent.child_by_field_name("alias")), None

    def _goes_to_default(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        return self._targets(parent.child_by_field_name("name")), None

    def _goes_to_function(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        scope = self.evaluator.scopes.at(node.start_byte)
        scope = self.evaluator.scopes.keeper(scope)
        if scope.node.type == "function_definition":
            return self._targets(scope.node.child_by_field_name("name")), None
        return [], None

    def _goes_to_annotated(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        """From a type annotation to the parameter, variable or function that has it."""
        holder = parent.parent
        if holder is None:
            return [], None
        if holder.type in ("type_parameter", "generic_type", "union_type"):
            return [], holder
        if holder.type == "assignment":
            return self._targets(holder.child_by_field_name("left")), None
        if holder.type == "typed_parameter":
            return self._targets(holder.named_children[0]), None
        return self._targets(holder.child_by_field_name("name")), None

    def _goes_to_parameter(self, node: Node, parent: Node) -> tuple[list[str], Node | None]:
        """From an argument to the parameter of the function of this file that is called."""
        arguments = parent if parent.type == "argument_list" else parent.parent
        call = arguments.parent if arguments is not None else None
        if (
            call is None
            or call.type != "call"
            or (parent.type == "keyword_argument"
            and is_field(parent, "name", node))
        ):
            return [], None
        function = call.child_by_field_name("function")
        if function is None:
            return [], None
        evaluator = self.evaluator
        if function.type == "attribute" and evaluator.text(function) == "super().__init__":
            return self._keyword_or_any(node, parent, self._outer_init(node))
        callee = evaluator.value(function)
        if callee.name == CLASS:
            return self._keyword_or_any(
                node, parent, method(evaluator, evaluator.local[callee.definition], "__init__")
            )
        if callee.name == FUNCTION:
            return self._keyword_or_any(node, parent, evaluator.local[callee.definition])
        special = evaluator.value(call)
        return [], call if special.of_library and not callee.of_library else None

    def _outer_init(self, node: Node) -> Node | None:
        """The `__init__` of the base class that `super().__init__(...)` runs."""
        evaluator = self.evaluator
        scope = evaluator.scopes.outer(evaluator.scopes.keeper(evaluator.scopes.at(node.start_byte)))
        if scope is None or scope.node.type != "class_definition":
            return None
        base = next((value for value in _bases(evaluator, scope.node) if value.name == CLASS), None)
        return method(evaluator, evaluator.local[base.definition], "__init__") if base is not None else None

    def _keyword_or_any(
        self, node: Node, parent: Node, function: Node | None
    ) -> tuple[list[str], Node | None]:
        if parent.type == "keyword_argument":
            return self._targets(parent.child_by_field_name("name")), None
        parameters = function.child_by_field_name("parameters") if function is not None else None
        if parameters is None:
            return [], None
        given = [child for child in parent.named_children if child.type != "comment"]
        place = next((index for index, child in enumerate(given) if child.id == node.id), 0)
        return [
            name
            for parameter in parameters.named_children[place : place + 2]
            for name in self._targets(_parameter_name(parameter))
        ], None


def _bases(evaluator: Evaluator, owner: Node) -> list[Value]:
    from adapter.names.definitions import bases

    return bases(evaluator, owner)


def _parameter_name(parameter: Node) -> Node | None:
    if parameter.type == "identifier":
        return parameter
    if parameter.type == "typed_parameter":
        return parameter.named_children[0]
    return parameter.child_by_field_name("name")


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


_GOES = {
    "parenthesized_expression": Chains._goes_onward,
    "await": Chains._goes_onward,
    "conditional_expression": Chains._goes_onward,
    "boolean_operator": Chains._goes_onward,
    "expression_list": Chains._goes_onward,
    "tuple": Chains._goes_onward,
    "list": Chains._goes_onward,
    "binary_operator": Chains._goes_onward,
    "subscript": Chains._goes_onward,
    "generic_type": Chains._goes_onward,
    "type_parameter": Chains._goes_onward,
    "union_type": Chains._goes_onward,
    "assignment": Chains._goes_to_assignment,
    "for_statement": Chains._goes_to_assignment,
    "for_in_clause": Chains._goes_to_assignment,
    "named_expression": Chains._goes_to_name,
    "as_pattern": Chains._goes_to_alias,
    "default_parameter": Chains._goes_to_default,
    "typed_default_parameter": Chains._goes_to_default,
    "return_statement": Chains._goes_to_function,
    "lambda": Chains._goes_onward,
    "type": Chains._goes_to_annotated,
    "argument_list": Chains._goes_to_parameter,
    "keyword_argument": Chains._goes_to_parameter,
}


__all__ = ["Chains", "Use", "annotation_around", "argument", "literal"]
