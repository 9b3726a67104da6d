"""inline: what a statement shows to people, taken apart into plain text and values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.texts import is_text, literal, text_held, unescaped
from adapter.inline.script import Script

_PRINTING = re.compile(
    r"^(print|(\w+\.)*(print|echo|secho|print_rank_0|print_rank0|pprint|write|set_description(_str)?|set_postfix_str|comment))$"
)
_WRITERS = re.compile(r"(^|\.)(tqdm|stdout|stderr|pbar|bar|progress\w*|\w*_bar|trange|st)$", re.IGNORECASE)
_LOGGING = re.compile(r"(^|\.)(_?log|_?logger|logging|LOG|LOGGER|_?logs|lgr|self\._?log(ger)?)$")
_LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "success", "exception"})
_PERCENT = re.compile(r"%(?:\((\w+)\))?([#0\- +]*(?:\*|\d+)?(?:\.\d+)?[hlL]?[diouxXeEfFgGcrsa%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}:!]*)(?:![rsa])?(?::((?:[^{}]|\{[^{}]*\})*))?\}")
_DUMPS = re.compile(r"(^|\.)(dumps|pformat)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it is shown, or a value with its format (".4f", "").

    `label` is there where the call names the value; `read` is the expression that gives the value where it
    is shown, for one that is put together elsewhere.
    """

    text: str = ""
    value: Node | None = None
    spec: str = ""
    label: str = ""
    read: str = ""


def message_of(script: Script, call: Node) -> list[Piece] | None:
    """What a call shows, None when it shows nothing; a name that holds a text is looked up."""
    function = call.child_by_field_name("function")
    arguments = call.child_by_field_name("arguments")
    if function is None or arguments is None or arguments.type != "argument_list":
        return None
    name = "".join(script.text(function).split())
    receiver, _, member = name.rpartition(".")
    given = [child for child in arguments.named_children if child.type not in ("comment", "keyword_argument")]
    if member == "set_postfix":
        return _postfix(script, arguments)
    if member in _LEVELS and _is_logger(script, receiver):
        return _logged(script, given)
    if member == "log" and _LOGGING.search(receiver) and len(given) > 1 and "log" in receiver.lower():
        return _logged(script, given[1:])
    if _PRINTING.match(name) and (member != "write" or _WRITERS.search(receiver)):
        return list(_joined(script, given))
    return None


def _is_logger(script: Script, receiver: str) -> bool:
    return _LOGGING.search(receiver) is not None or receiver.lower().endswith("logger")


def _joined(script: Script, given: list[Node]) -> Iterator[Piece]:
    for index, node in enumerate(given):
        if index:
            yield Piece(" ")
        if node.type != "list_splat":
            yield from pieces(script, node)


def _logged(script: Script, given: list[Node]) -> list[Piece]:
    if len(given) > 1 and given[0].type in ("string", "concatenated_string"):
        return list(_percent(script, given[0], given[1:]))
    return list(_joined(script, given))


def _postfix(script: Script, arguments: Node) -> list[Piece]:
    found: list[Piece] = []
    for child in arguments.named_children:
        if child.type == "keyword_argument":
            found += _entry(script, child, "name")
        elif child.type == "dictionary":
            for pair in child.named_children:
                if pair.type == "pair":
                    found += _entry(script, pair, "key")
        elif child.type == "identifier":
            for binding in script.names.bindings(child):
                if binding.type == "dictionary":
                    for pair in binding.named_children:
                        if pair.type == "pair":
                            found += _entry(script, pair, "key")
    return found


def _entry(script: Script, pair: Node, field: str) -> list[Piece]:
    name, value = pair.child_by_field_name(field), pair.child_by_field_name("value")
    if name is None or value is None:
        return []
    label = script.text(name).strip("\"'")
    inner = list(pieces(script, value))
    if len(inner) == 1 and inner[0].value is not None:
        return [Piece(" "), Piece(value=inner[0].value, spec=inner[0].spec, label=label)]
    return []


def entries_held(script: Script, node: Node) -> list[Piece]:
    """The values of a name that holds a dict display, each as it is read from the name."""
    bindings = script.names.bindings(node) if node.type == "identifier" else []
    if len(bindings) != 1 or bindings[0].type != "dictionary":
        return []
    found = []
    for pair in bindings[0].named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is None or value is None or key.type != "string" or is_text(script, value):
            continue
        read = f"{script.text(node)}[{script.text(key)}]"
        found.append(Piece(value=value, label=script.text(key).strip("\"'"), read=read))
    return found


def pieces(script: Script, node: Node, depth: int = 0) -> Iterator[Piece]:
    """An expression that gives a text, taken apart; anything else is a value."""
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        yield from pieces(script, node.named_children[0], depth)
    elif node.type == "string":
        yield from _string(script, node)
    elif node.type == "concatenated_string":
        for child in node.named_children:
            yield from pieces(script, child, depth)
    elif node.type == "dictionary":
        for pair in node.named_children:
            if pair.type == "pair":
                yield from _entry(script, pair, "key")
    elif node.type == "binary_operator" and is_text(script, node, depth):
        yield from _operated(script, node, depth)
    elif node.type == "call":
        yield from _called(script, node, depth)
    elif node.type == "identifier" and depth < 3 and (text := text_held(script, node)) is not None:
        yield from pieces(script, text, depth + 1)
    else:
        yield Piece(value=node)


def _operated(script: Script, node: Node, depth: int) -> Iterator[Piece]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    assert left is not None
    assert right is not None
    assert operator is not None
    if script.text(operator) == "%":
        given = right.named_children if right.type == "tuple" else [right]
        yield from _percent(script, left, given)
        return
    yield from pieces(script, left, depth)
    yield from pieces(script, right, depth)


def _called(script: Script, node: Node, depth: int) -> Iterator[Piece]:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    name = script.text(function) if function is not None else ""
    given = [
        child
        for child in (arguments.named_children if arguments is not None else [])
        if child.type not in ("keyword_argument", "comment")
    ]
    if (name in ("str", "repr") and len(given) == 1) or (_DUMPS.search(name) and given):
        yield from pieces(script, given[0], depth)
    elif name == "format" and given:
        spec = literal(script, given[1]) if len(given) > 1 else ""
        yield Piece(value=given[0], spec=spec)
    elif function is not None and function.type == "attribute" and name.endswith(".format"):
        template = function.child_by_field_name("object")
        assert template is not None
        yield from _braces(script, template, arguments)
    elif name.endswith(".join") and given and given[0].type in ("list", "tuple"):
        for index, child in enumerate(given[0].named_children):
            if index:
                yield Piece(" | ")
            yield from pieces(script, child, depth)
    else:
        yield Piece(value=node)


def _string(script: Script, node: Node) -> Iterator[Piece]:
    for child in node.named_children:
        if child.type == "string_content":
            yield Piece(unescaped(script.text(child)))
        elif child.type == "interpolation":
            yield from _interpolation(script, child)


def _interpolation(script: Script, node: Node) -> Iterator[Piece]:
    value = node.child_by_field_name("expression")
    spec = next((child for child in node.named_children if child.type == "format_specifier"), None)
    if value is None:
        return
    if b"=" in (node.text or b"")[value.end_byte - node.start_byte :].split(b":")[0].split(b"!")[0]:
        yield Piece(f"{script.text(value)}=")
    if value.type == "string":
        yield from _string(script, value)
    else:
        yield Piece(value=value, spec=script.text(spec).lstrip(":") if spec is not None else "")


def _percent(script: Script, template: Node, given: list[Node]) -> Iterator[Piece]:
    text, position, number = literal(script, template), 0, 0
    named = given[0] if len(given) == 1 and given[0].type == "dictionary" else None
    for match in _PERCENT.finditer(text):
        yield Piece(unescaped(text[position : match.start()]))
        position = match.end()
        if match[2].endswith("%"):
            yield Piece("%")
            continue
        value = _entry_of(script, named, match[1]) if match[1] and named is not None else None
        if value is None and not match[1] and number < len(given):
            value = given[number]
        number += 1
        if value is not None:
            yield Piece(value=value, spec=match[2])
    yield Piece(unescaped(text[position:]))


def _entry_of(script: Script, mapping: Node, key: str) -> Node | None:
    for pair in mapping.named_children:
        name = pair.child_by_field_name("key") if pair.type == "pair" else None
        if name is not None and script.text(name).strip("\"'") == key:
            return pair.child_by_field_name("value")
    return None


def _braces(script: Script, template: Node, arguments: Node | None) -> Iterator[Piece]:
    text, position, number = literal(script, template), 0, 0
    children = [c for c in (arguments.named_children if arguments is not None else []) if c.type != "comment"]
    plain = [child for child in children if child.type not in ("keyword_argument", "list_splat")]
    named = {}
    for child in children:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            named[script.text(name)] = value
    for match in _BRACES.finditer(text):
        if match[0] in ("{{", "}}"):
            continue
        yield Piece(unescaped(text[position : match.start()]))
        position = match.end()
        field = re.split(r"[.\[]", match[1])[0]
        index = int(field) if field.isdigit() else number
        value = named.get(field) or (
            plain[index] if (not field or field.isdigit()) and index < len(plain) else None
        )
        number += 1
        if value is not None and field == match[1]:
            yield Piece(value=value, spec=match[2] or "")
    yield Piece(unescaped(text[position:]))
