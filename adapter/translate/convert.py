"""Converters: an argument that the target wants in another form, kept literal where it is a literal."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.source.text import parse_python
from adapter.translate.addresses import (
    alias,
    bundle_name,
    latest,
    model_name,
    newest_name,
    project_name,
    version,
)
from adapter.translate.arguments import Arg
from adapter.translate.render import RenderError
from adapter.translate.shapes import Shape, shape_of, used_as_namespace
from adapter.translate.text_forms import BY_TEXT, as_text, atom, expression, flags, segment


def convert(name: str, argument: Arg, names: Names) -> str:
    """The argument's text in the form that the converter called `name` gives it."""
    if name in _BY_ARGUMENT:
        return _BY_ARGUMENT[name](argument, names)
    if name in _BY_ADDRESS:
        return _BY_ADDRESS[name](_spelled_out(argument, names))
    return BY_TEXT[name](argument.text)


def _spelled_out(argument: Arg, names: Names) -> str:
    """The text of an address; that of the string that a name stands for, where that is plain.

    Raises:
        RenderError: the name stands for one of several texts.
    """
    node = argument.node
    if node is None or node.type != "identifier":
        return argument.text
    bindings = [binding for binding in names.bindings_before(node) if binding.type != "none"]
    texts = [binding for binding in bindings if binding.type in ("string", "binary_operator")]
    if len(texts) == len(bindings) == 1:
        return (texts[0].text or b"").decode()
    if texts:
        raise RenderError(f"{argument.text} is one of several addresses here")
    return argument.text


def _project_name(argument: Arg, names: Names) -> str:
    """A project without a team before its slash; what a name stands for is cut where the program runs."""
    node = argument.node
    bound = names.bindings_before(node) if node is not None and node.type == "identifier" else []
    if any(binding.type == "string" and b"/" in (binding.text or b"") for binding in bound):
        return f'{argument.text}.rpartition("/")[2]'
    return project_name(argument.text)


def _flags(argument: Arg, names: Names) -> str:
    """Words as a dict that says "true" of each; a variable that may be None gives none."""
    node = argument.node
    if node is None or node.type != "identifier" or not _may_be_none(node, names):
        return flags(argument.text)
    return f'dict.fromkeys({argument.text} or (), "true")'


def _mapping(argument: Arg, names: Names) -> str:
    node = argument.node
    if argument.text.startswith("vars("):
        return argument.text
    if node is not None and (shape_of(node, names) is Shape.NAMESPACE or _looks_like_namespace(node, names)):
        return f"vars({argument.text})"
    if node is not None and node.type == "identifier" and _may_be_none(node, names):
        return f"{argument.text} or {{}}"
    return argument.text


def _may_be_none(node: Node, names: Names) -> bool:
    """Whether a name is a parameter whose default is None, or is bound to None somewhere."""
    for binding in names.bindings(node):
        if binding.type == "none":
            return True
        value = binding.child_by_field_name("value") if binding.type.endswith("default_parameter") else None
        if value is not None and value.type == "none":
            return True
    return False


def _looks_like_namespace(node: Node, names: Names) -> bool:
    return shape_of(node, names) is Shape.OTHER and used_as_namespace(node, names)


def _namespace(argument: Arg, names: Names) -> str:
    text = argument.text
    tree = parse_python(text.encode())
    statement = tree.root_node.named_children[0] if tree.root_node.named_child_count == 1 else None
    node = statement.named_children[0] if statement is not None and statement.named_child_count == 1 else None
    if node is not None and node.type == "dictionary":
        spelled = _keywords_from_dictionary(text, node)
        if spelled is not None:
            return spelled
    if text.startswith("dict(") and node is not None and node.type == "call":
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        only_keywords = arguments is not None and all(
            child.type in ("keyword_argument", "comment") for child in arguments.named_children
        )
        if function is not None and function.text == b"dict" and only_keywords:
            return f"SimpleNamespace{text[len('dict') :]}"
    mapping = _mapping(argument, names)
    return f"SimpleNamespace(**({mapping}))" if " or " in mapping else f"SimpleNamespace(**{mapping})"


def _keywords_from_dictionary(text: str, node: Node) -> str | None:
    """`{"lr": 0.1}` as `SimpleNamespace(lr=0.1)`, its layout kept; None when a key is no identifier."""
    data = text.encode()
    pieces: list[bytes] = [b"SimpleNamespace("]
    position = node.start_byte + 1
    for pair in node.named_children:
        if pair.type == "comment":
            continue
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type != "pair" or key is None or value is None or key.type != "string":
            return None
        name = ast.literal_eval((key.text or b"''").decode())
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            return None
        pieces += [
            data[position : key.start_byte],
            f"{name}=".encode(),
            data[value.start_byte : value.end_byte],
        ]
        position = pair.end_byte
    pieces += [data[position : node.end_byte - 1], b")"]
    return b"".join(pieces).decode()


def _plain(argument: Arg, names: Names) -> str:
    """Parameters as numbers, texts and truth values; what may be something else is given as a text."""
    text = _mapping(argument, names)
    given = expression((argument.node.text or b"").decode()) if argument.node is not None else None
    if argument.node is None or (isinstance(given, ast.Dict) and all(map(_is_plain, given.values))):
        return text
    node = expression(text)
    if not isinstance(node, ast.Dict):
        own = "name: value if isinstance(value, (bool, int, float, str)) else str(value)"
        return f"{{{own} for name, value in {atom(text)}.items()}}"
    pairs = [
        f"{segment(text, key)}: {segment(text, value) if _is_plain(value) else as_text(text, value)}"
        if key is not None
        else f"**{segment(text, value)}"
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    return "{" + ", ".join(pairs) + "}"


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is surely a number, a text or a truth value."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("int", "float", "str", "bool", "len", "round")
    if isinstance(node, ast.UnaryOp):
        return _is_plain(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_plain(node.left) and _is_plain(node.right)
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.Compare))


_BY_ARGUMENT: dict[str, Callable[[Arg, Names], str]] = {
    "mapping": _mapping,
    "namespace": _namespace,
    "flags": _flags,
    "plain": _plain,
    "project_name": _project_name,
}

_BY_ADDRESS: dict[str, Callable[[str], str]] = {
    "alias": alias,
    "bundle_name": bundle_name,
    "newest_name": newest_name,
    "version": version,
    "model_name": model_name,
    "latest": latest,
}
