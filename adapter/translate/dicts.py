"""Taking a dict literal apart: entries whose value has a type or shape of its own leave the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import DictEntry, Library
from adapter.names.uses import Names
from adapter.names.values import ValueKind
from adapter.plan import GapReason, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.lift import Bound, NoPathError, shape_matches

_LIST_OF = "list of "
_DISPLAYS = ("list", "tuple", "list_comprehension", "conditional_expression", "parenthesized_expression")
_ASSIGNMENTS = ("assignment", "augmented_assignment")


@dataclass(slots=True)
class DictSplit:
    """The entries that go their own way, and what stays together."""

    pulled: list[tuple[DictEntry, Node, Node]] = field(default_factory=list)
    rest: list[Node] = field(default_factory=list)
    node: Node | None = None

    def rest_text(self, changes: Changes, source: Source) -> str:
        """The dict literal without the entries that left; its layout kept where nothing left before it."""
        assert self.node is not None
        data = source.data
        if not self.pulled:
            return changes.render(data, Span(self.node.start_byte, self.node.end_byte))
        texts = [changes.render(data, Span(child.start_byte, child.end_byte)) for child in self.rest]
        if self.node.start_point[0] == self.rest[0].start_point[0]:
            return "{" + ", ".join(texts) + "}"
        indent = source.line_indent(self.rest[0].start_byte)
        closing = source.line_indent(self.node.end_byte - 1)
        return "{\n" + "".join(f"{indent}{text},\n" for text in texts) + closing + "}"


def split_dict(
    node: Node,
    rules: Sequence[DictEntry],
    source: Source,
    names: Names,
    library: Library,
    bound: Mapping[int, Bound],
) -> DictSplit | None:
    """Splits a dict literal; None when the argument is no literal or nothing leaves.

    Raises:
        NoPathError: the dict is a variable that holds an object which would have to leave.
    """
    if node.type != "dictionary":
        _refuse_hidden_objects(node, rules, source, names, library, bound)
        return None
    split = DictSplit(node=node)
    for child in node.named_children:
        if child.type == "comment":
            continue
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type != "pair" or key is None or value is None:
            split.rest.append(child)
            continue
        rule = next((r for r in rules if _serves(r, value, names, library, bound)), None)
        if rule is not None:
            split.pulled.append((rule, key, value))
        else:
            split.rest.append(child)
    return split if split.pulled else None


def _serves(rule: DictEntry, value: Node, names: Names, library: Library, bound: Mapping[int, Bound]) -> bool:
    if rule.matches.startswith(_LIST_OF):
        elements = _elements(value, names)
        wanted = rule.matches[len(_LIST_OF) :]
        return bool(elements) and all(_is_type(element, wanted, names, library) for element in elements)
    if rule.matches[0].isupper():
        return _is_type(value, rule.matches, names, library) and _payload_fits(rule, value, names, bound)
    return shape_matches(rule.matches, value, names)


def _elements(value: Node, names: Names) -> list[Node]:
    """The expressions that a list is made of; of a variable, what is appended to it."""
    if value.type == "identifier":
        found = [
            e
            for b in names.bindings(value)
            if b.type in ("list", "list_comprehension")
            for e in _elements(b, names)
        ]
        for place in names.occurrences((value.text or b"").decode(), names.scope_of(value)):
            appended = _appended_to(place)
            if appended is not None:
                found.append(appended)
        return found
    if value.type == "list":
        return [child for child in value.named_children if child.type != "comment"]
    if value.type == "list_comprehension":
        body = value.child_by_field_name("body")
        return [body] if body is not None else []
    return []


def _appended_to(place: Node) -> Node | None:
    """`x` in `name.append(x)`, for the node of `name`."""
    attribute = place.parent
    if attribute is None or attribute.type != "attribute" or attribute.child_by_field_name("object") != place:
        return None
    member, call = attribute.child_by_field_name("attribute"), attribute.parent
    if member is None or member.text != b"append" or call is None or call.type != "call":
        return None
    arguments = call.child_by_field_name("arguments")
    return (
        arguments.named_children[0] if arguments is not None and len(arguments.named_children) == 1 else None
    )


def _fills_an_entry(pair: Node) -> bool:
    """Whether a dict literal is written into something (`run["a"] = {...}`), which may be a log call."""
    node: Node | None = pair
    while node is not None and node.type in ("pair", "dictionary"):
        node = node.parent
    left = node.child_by_field_name("left") if node is not None and node.type == "assignment" else None
    return left is not None and left.type == "subscript"


def may_stand_bare(node: Node) -> bool:
    """Whether an object that is logged later may give way to what it was made from, where it stands.

    It may in a dict literal, a list, an assignment to a name, an `append` and a `return`: there the log
    call that takes it is seen to. Handed to another call, nobody knows what becomes of it.
    """
    parent = _around_displays(node)
    if parent is None:
        return False
    if parent.type == "pair":
        return not _fills_an_entry(parent)
    if parent.type in ("return_statement", "expression_statement"):
        return True
    if parent.type in _ASSIGNMENTS:
        left = parent.child_by_field_name("left")
        return left is not None and left.type == "identifier"
    return _list_appended_to(parent) is not None


def name_of_holder(node: Node) -> Node | None:
    """The variable that holds an object, alone or in a list: `x = [wandb.Image(p)]`, `x.append(...)`."""
    parent = _around_displays(node)
    if parent is None:
        return None
    held = parent.child_by_field_name("left") if parent.type in _ASSIGNMENTS else _list_appended_to(parent)
    return held if held is not None and held.type == "identifier" else None


def _around_displays(node: Node) -> Node | None:
    """What stands around the lists, brackets and alternatives that a node stands in."""
    parent = node.parent
    while parent is not None and parent.type in _DISPLAYS:
        parent = parent.parent
    return parent


def _list_appended_to(arguments: Node) -> Node | None:
    """The list to which an `append` with these arguments adds."""
    call = arguments.parent
    function = call.child_by_field_name("function") if arguments.type == "argument_list" and call else None
    member = function.child_by_field_name("attribute") if function is not None else None
    if function is None or member is None or member.text != b"append":
        return None
    return function.child_by_field_name("object")


def _is_type(node: Node, wanted: str, names: Names, library: Library) -> bool:
    value = names.value(node)
    return value.kind is ValueKind.INSTANCE and value.name == f"{library.name}.{wanted}"


def _payload_fits(rule: DictEntry, value: Node, names: Names, bound: Mapping[int, Bound]) -> bool:
    """Whether what the object was made from has the shapes that the rule asks for."""
    if not rule.when:
        return True
    call = value
    if value.type == "identifier":
        calls = [binding for binding in names.bindings(value) if binding.type == "call"]
        if len(calls) != 1:
            return False
        call = calls[0]
    maker = bound.get(call.id)
    if maker is None:
        return False
    return all(shape_matches(shape, maker.nodes.get(name), names) for name, shape in rule.when.items())


def _refuse_hidden_objects(
    node: Node,
    rules: Sequence[DictEntry],
    source: Source,
    names: Names,
    library: Library,
    bound: Mapping[int, Bound],
) -> None:
    if node.type != "identifier":
        return
    wanted = {
        rule.matches.removeprefix(_LIST_OF)
        for rule in rules
        if rule.matches.removeprefix(_LIST_OF)[0].isupper()
    }
    for site in bound.values():
        value = names.value(site.use.node)
        if value.kind is not ValueKind.INSTANCE or value.name.rpartition(".")[2] not in wanted:
            continue
        if _target_of(site.use.node) == node.text:
            name = source.node_text(node)
            raise NoPathError(GapReason.VALUE, f"{name} holds a {value.name}, which needs a call of its own")


def _target_of(node: Node) -> bytes | None:
    """`metrics` in `metrics = {"a": node}` and in `metrics["a"] = node`."""
    parent = node.parent
    while parent is not None and parent.type in (
        "list",
        "list_comprehension",
        "pair",
        "dictionary",
        "call",
        "argument_list",
    ):
        parent = parent.parent
    if parent is None or parent.type != "assignment":
        return None
    left = parent.child_by_field_name("left")
    if left is None:
        return None
    if left.type == "subscript":
        left = left.child_by_field_name("value")
    return left.text if left is not None else None
