"""inline: hyper-parameters that a command line sets: argparse, click, typer and functions with defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.literals import (
    Place,
    argument_of,
    called_text,
    keywords_of,
    literal_or_none,
    parameters_of,
    places_of,
    word_of,
)
from adapter.inline.landmarks.model import Parameter, ParameterSet
from adapter.inline.landmarks.words import Literal, Source
from adapter.inline.script import Script

_TYPES = {"int": "int", "float": "float", "str": "str", "bool": "bool", "INT": "int", "FLOAT": "float"}
_PARSES = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args", "parse_args_and_config"})


@dataclass(frozen=True, slots=True)
class Parser:
    """The options of one argparse parser and where what it parses is kept."""

    call: Node
    arguments: tuple[Parameter, ...]
    places: tuple[Place, ...]


def argparse_parsers(script: Script) -> list[Parser]:
    """Every call that parses a command line with argparse, with its options; reads are not set yet."""
    if b"add_argument" not in script.source.data:
        return []
    calls = [call for call in script.calls if called_text(call).endswith(".add_argument")]
    parses = [call for call in script.calls if called_text(call).rpartition(".")[2] in _PARSES]
    parses = [call for call in parses if "." in called_text(call)]
    found = []
    for parse in parses:
        own = [call for call in calls if _belongs(script, call, parse)] if len(parses) > 1 else calls
        options = [option for call in own or calls if (option := _option(call)) is not None]
        if options:
            unique = {option.name: option for option in options}
            found.append(Parser(parse, tuple(unique.values()), tuple(places_of(script, parse))))
    return found


def _belongs(script: Script, call: Node, parse: Node) -> bool:
    return script.function_of(call) == script.function_of(parse)


def _option(call: Node) -> Parameter | None:
    """One `add_argument`; None for help and version, and where its name does not show."""
    arguments = call.child_by_field_name("arguments")
    given = [literal_or_none(child) for child in arguments.named_children] if arguments is not None else []
    flags = [value for value in given if isinstance(value, str)]
    dest = literal_or_none(argument_of(call, "dest"))
    long = [flag for flag in flags if flag.startswith("--")]
    named = (long or flags or [""])[0].lstrip("-").replace("-", "_")
    name = dest if isinstance(dest, str) else named
    action = literal_or_none(argument_of(call, "action"))
    if not name.isidentifier() or action in ("help", "version"):
        return None
    default = argument_of(call, "default")
    value = literal_or_none(default)
    kind = _type_of(call, value)
    if action in ("store_true", "store_false"):
        kind = "bool"
        value = action == "store_false" if default is None else value
    if kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    choices = argument_of(call, "choices")
    return Parameter(call, name, Source.ARGPARSE, "", default, kind, _elements(choices), value, choices)


def _type_of(call: Node, value: Literal) -> str:
    named = argument_of(call, "type")
    text = named.text.decode() if named is not None and named.text is not None else ""
    return _TYPES.get(text.rpartition(".")[2], "" if text else word_of(value))


def _elements(node: Node | None) -> tuple[Node, ...]:
    if node is None or node.type not in ("list", "tuple", "set"):
        return ()
    return tuple(child for child in node.named_children if child.type != "comment")


def command_sets(script: Script) -> Iterator[ParameterSet]:
    """The options of click and typer commands, and of functions that `fire.Fire` or `typer.run` get."""
    handed = {
        argument.text
        for call in script.calls
        if called_text(call) in ("typer.run", "fire.Fire", "Fire", "tyro.cli")
        and (argument := argument_of(call, "", 0)) is not None
    }
    for function in script.functions:
        decorators = _decorators(function)
        name = function.child_by_field_name("name")
        options = [call for call in decorators if called_text(call).endswith((".option", "option"))]
        if (
            any(called_text(call).rpartition(".")[2] in ("command", "group") for call in decorators)
            and options
        ):
            yield _click(function, options)
        elif (name is not None and name.text in handed) or any(
            called_text(call).endswith(".command") for call in decorators
        ):
            yield defaults_of(function, Source.TYPER)


def _decorators(function: Node) -> list[Node]:
    around = function.parent
    if around is None or around.type != "decorated_definition":
        return []
    inner = (child.named_children[0] for child in around.named_children if child.type == "decorator")
    return [node for node in inner if node.type == "call"]


def _click(function: Node, options: list[Node]) -> ParameterSet:
    names = {name: node for name, node, _ in parameters_of(function)}
    found = []
    for call in options:
        flags = [value for value in _texts(call) if value]
        name = next((flag for flag in flags if flag.isidentifier()), "")
        long = [flag for flag in flags if flag.startswith("--")] or flags
        name = name or (long or [""])[0].partition("/")[0].lstrip("-").replace("-", "_").lower()
        if name in names:
            found.append(_click_option(call, name, flags))
    text = _mapping([option.name for option in found])
    return ParameterSet(function, Source.CLICK, text, None, tuple(found), "", function)


def _texts(call: Node) -> list[str]:
    arguments = call.child_by_field_name("arguments")
    children = arguments.named_children if arguments is not None else []
    values = (literal_or_none(child) for child in children)
    return [value for value in values if isinstance(value, str)]


def _click_option(call: Node, name: str, flags: list[str]) -> Parameter:
    default = argument_of(call, "default")
    value = literal_or_none(default)
    kind = _type_of(call, value)
    is_flag = literal_or_none(argument_of(call, "is_flag")) is True or any("/" in flag for flag in flags)
    if is_flag:
        kind, value = "bool", bool(value)
    allowed: Node | None = None
    listed = argument_of(call, "type")
    if listed is not None and listed.type == "call":
        inner = called_text(listed).rpartition(".")[2]
        allowed = argument_of(listed, "choices", 0) if inner == "Choice" else None
        kind = "str" if inner == "Choice" else {"IntRange": "int", "FloatRange": "float"}.get(inner, kind)
    return Parameter(call, name, Source.CLICK, name, default, kind, _elements(allowed), value, allowed)


def defaults_of(function: Node, source: Source) -> ParameterSet:
    """The parameters of a function that have a default."""
    found = []
    for name, node, given in parameters_of(function):
        default = _typer_default(node, given)
        annotation = node.child_by_field_name("type")
        text = annotation.text.decode() if annotation is not None and annotation.text is not None else ""
        value = literal_or_none(default)
        if default is not None and not name.startswith("*"):
            kind = _TYPES.get(text, word_of(value))
            value = float(value) if kind == "float" and type(value) is int else value
            found.append(Parameter(node, name, source, name, default, kind, (), value))
    text = _mapping([option.name for option in found])
    return ParameterSet(function, source, text, None, tuple(found), "", function)


def _typer_default(node: Node, given: Node | None) -> Node | None:
    """The value inside `typer.Option(0.1)`; an annotated one stands behind the parameter anyway."""
    if given is not None and given.type == "call" and called_text(given).endswith(("Option", "Argument")):
        inner = argument_of(given, "default", 0)
        return None if inner is None or inner.type == "ellipsis" else inner
    return given


def _mapping(names: list[str]) -> str:
    return "{" + ", ".join(f'"{name}": {name}' for name in names) + "}"


__all__ = ["Parser", "argparse_parsers", "command_sets", "defaults_of", "keywords_of"]
