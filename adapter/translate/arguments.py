"""Arguments: what a call passes, bound to the parameters of a signature."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.signature import Parameter, Signature


class BindError(Exception):
    """The call does not fit the signature; the message says which argument and why."""


@dataclass(frozen=True, slots=True)
class Arg:
    """An argument as text that can be put elsewhere.

    `node` is the expression it comes from, when there is one; `indent` the indentation of the line
    on which that expression starts, `column` where on that line it does. `raw` text is a bare word
    (an attribute's name), not an expression.
    """

    text: str
    node: Node | None = None
    indent: str = ""
    raw: bool = False
    column: int | None = None


@dataclass(slots=True)
class Passed:
    """What a call passes: nodes by parameter, and the comments between them."""

    nodes: dict[str, Node] = field(default_factory=dict)
    surplus: list[Node] = field(default_factory=list)
    comments: list[Node] = field(default_factory=list)


def bind(signature: Signature, call: Node) -> Passed:
    """Binds the arguments of a `call` node; parameters that were not given are absent.

    Raises:
        BindError: star arguments, an unknown keyword, too many or too few arguments.
    """
    passed = Passed()
    arguments = call.child_by_field_name("arguments")
    positional = [p for p in signature.parameters if p.kind == "positional"]
    position = 0
    for node in _argument_nodes(arguments):
        if node.type == "comment":
            passed.comments.append(node)
        elif node.type in ("list_splat", "dictionary_splat"):
            kind = "varargs" if node.type == "list_splat" else "varkeywords"
            if any(parameter.kind == kind for parameter in signature.parameters):
                passed.surplus.append(node)
                continue
            raise BindError(f"{(node.text or b'').decode()} is known only at run time")
        elif node.type == "keyword_argument":
            _bind_keyword(signature, node, passed)
        else:
            _bind_positional(signature, positional, position, node, passed)
            position += 1
    for parameter in signature.parameters:
        if not parameter.optional and parameter.name not in passed.nodes:
            raise BindError(f"the argument {parameter.name} is missing")
    return passed


def _argument_nodes(arguments: Node | None) -> list[Node]:
    if arguments is None:
        return []
    return [arguments] if arguments.type == "generator_expression" else arguments.named_children


def _bind_keyword(signature: Signature, node: Node, passed: Passed) -> None:
    name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    assert name_node is not None
    assert value is not None
    name = (name_node.text or b"").decode()
    if name in passed.nodes:
        raise BindError(f"the argument {name} is given twice")
    if name not in signature.names:
        if any(parameter.kind == "varkeywords" for parameter in signature.parameters):
            passed.surplus.append(node)
            return
        raise BindError(f"{signature.name} is not known to take {name}=")
    passed.nodes[name] = value


def _bind_positional(
    signature: Signature, positional: list[Parameter], position: int, node: Node, passed: Passed
) -> None:
    if position < len(positional):
        passed.nodes[positional[position].name] = node
    elif any(parameter.kind == "varargs" for parameter in signature.parameters):
        passed.surplus.append(node)
    else:
        raise BindError(f"{signature.name} is not known to take {position + 1} positional arguments")


_AT_ONCE = "several values are assigned at once here; give each its own assignment"


def written_value(node: Node) -> Node:
    """What a statement writes to an attribute or a key.

    Raises:
        BindError: it is no plain assignment of one value to one place.
    """
    left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "assignment" or value is None or left is None:
        raise BindError("only a plain assignment can be rewritten here")
    if value.type == "assignment" or (node.parent is not None and node.parent.type == "assignment"):
        raise BindError("one value goes to several names here; give each its own assignment")
    if left.type not in ("subscript", "attribute"):
        raise BindError(_AT_ONCE)
    return value


def subscript_at(node: Node) -> Node:
    """The subscript that a site reads or writes."""
    subscript = node if node.type == "subscript" else node.child_by_field_name("left")
    return subscript if subscript is not None else node


def subscript_key(node: Node) -> Node:
    """The key of the subscript that a site reads or writes.

    Raises:
        BindError: it writes several places at once, or deletes one.
    """
    key = subscript_at(node).child_by_field_name("subscript")
    if key is None:
        raise BindError(_AT_ONCE)
    return key
