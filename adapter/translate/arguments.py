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
