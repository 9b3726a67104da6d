"""inline: all hyper-parameters of a script, wherever they are set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tree_sitter import Node

from adapter.inline.landmarks.config_classes import config_classes, config_set, instances_of
from adapter.inline.landmarks.keywords import keyword_sets
from adapter.inline.landmarks.literals import Place, keywords_of, places_of
from adapter.inline.landmarks.model import Fit, Parameter, ParameterSet
from adapter.inline.landmarks.options import argparse_parsers, command_sets, defaults_of
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.settings import constant_sets, dict_sets
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.vocabulary import packaged_vocabulary
from adapter.source.errors import SourceError
from adapter.source.text import read_source


def find_parameters(script: Script, fits: Sequence[Fit]) -> list[ParameterSet]:
    """Every set of hyper-parameters; command lines first, then configurations, constants, keywords."""
    found = [
        *_argparse_sets(script),
        *command_sets(script),
        *(each for config in config_classes(script) for each in instances_of(script, config)),
        *dict_sets(script),
        *_imported_sets(script),
        *constant_sets(script),
        *_function_sets(script),
        *keyword_sets(script, fits),
    ]
    return [each for each in found if each.parameters]


def _argparse_sets(script: Script) -> Iterator[ParameterSet]:
    for parser in argparse_parsers(script):
        for place in parser.places:
            if place.given_back is None:
                yield _parsed(parser.call, parser.arguments, place)


def _parsed(
    call: Node,
    arguments: tuple[Parameter, ...],
    place: Place,
    path: Path | None = None,
    getter: Node | None = None,
) -> ParameterSet:
    reads = tuple(replace(option, read=f"{place.holder}.{option.name}") for option in arguments)
    mapping = f"vars({place.holder})"
    return ParameterSet(
        call,
        Source.ARGPARSE,
        mapping,
        place.ready,
        reads,
        place.holder,
        place.scope,
        path,
        place.made,
        getter,
    )


def _function_sets(script: Script) -> Iterator[ParameterSet]:
    """Functions that train and whose hyper-parameters have defaults that callers do not give."""
    reach, known = reach_of(script), packaged_vocabulary()
    commands = {each.node.start_byte for each in command_sets(script)}
    for function in script.functions:
        if function.start_byte in commands or not reach.function_trains(function):
            continue
        found = defaults_of(function, Source.FUNCTION)
        given = {name for call in reach.callers(function) for name, _, _ in keywords_of(call)}
        left = tuple(each for each in found.parameters if each.name not in given)
        if any(known.knows(each.name) for each in left) and any(each.value is not None for each in left):
            yield replace(found, parameters=left)


def _imported_sets(script: Script) -> Iterator[ParameterSet]:
    """Sets that other modules of the project make or define."""
    for name, path, rest in _imports(script):
        other = _script_of(script, path)
        if other is None:
            continue
        yield from _parsed_elsewhere(script, other, name, path, rest)
        yield from _configured_elsewhere(script, other, name, path, rest)


def _imports(script: Script) -> Iterator[tuple[str, Path, list[str]]]:
    """The local name, the file and the rest of the path of everything that comes from the project."""
    if script.project is None:
        return
    for binding in script.names.imports:
        if binding.star:
            continue
        found = script.project.modules.find(script.source.path, binding.target)
        if found is not None and found[0] != script.source.path and len(found[1]) <= 1:
            yield binding.local, found[0], found[1]


def _script_of(script: Script, path: Path) -> Script | None:
    try:
        return Script(read_source(path), script.frameworks)
    except (SourceError, OSError):
        return None


def _parsed_elsewhere(
    script: Script, other: Script, name: str, path: Path, rest: list[str]
) -> Iterator[ParameterSet]:
    """`args = get_args()` and `from options import args`."""
    for parser in argparse_parsers(other):
        for place in parser.places:
            if place.given_back is not None:
                function = _name_of(place.given_back)
                wanted = name if rest == [function] else f"{name}.{function}" if not rest else ""
                for held in _results(script, wanted):
                    yield _parsed(parser.call, parser.arguments, held, path, place.given_back)
            elif place.scope is None and rest == [place.holder]:
                yield _parsed(parser.call, parser.arguments, _import_place(script, name), path)
            elif place.scope is None and not rest:
                held = _import_place(script, name)
                yield _parsed(
                    parser.call, parser.arguments, replace(held, holder=f"{name}.{place.holder}"), path
                )


def _configured_elsewhere(
    script: Script, other: Script, name: str, path: Path, rest: list[str]
) -> Iterator[ParameterSet]:
    """`from config import Config`, `from config import CONFIG`, `import config`."""
    for config in config_classes(other):
        wanted = name if rest == [config.name] else f"{name}.{config.name}" if not rest else ""
        for call in _calls_of(script, wanted):
            overrides = {key: value for key, _, value in keywords_of(call)}
            for place in places_of(script, call):
                yield replace(config_set(config, place, overrides), path=path)
        if not config.is_dataclass and rest == [config.name] and not list(_calls_of(script, wanted)):
            reads = tuple(replace(each, read=f"{name}.{each.name}") for each in config.fields)
            text = "{" + ", ".join(f'"{each.name}": {each.read}' for each in reads) + "}"
            ready = _import_place(script, name).ready
            yield ParameterSet(config.definition, Source.DATACLASS, text, ready, reads, name, None, path)
    if rest:
        for each in dict_sets(other):
            if each.scope is None and each.holder == rest[0]:
                reads = tuple(
                    replace(entry, read=name + entry.read.removeprefix(each.holder))
                    for entry in each.parameters
                )
                ready = _import_place(script, name).ready
                yield replace(each, mapping=name, ready=ready, parameters=reads, holder=name, path=path)
        return
    for each in constant_sets(other):
        if each.scope is None:
            reads = tuple(replace(entry, read=f"{name}.{entry.read}") for entry in each.parameters)
            text = "{" + ", ".join(f'"{entry.name}": {entry.read}' for entry in reads) + "}"
            ready = _import_place(script, name).ready
            yield replace(each, mapping=text, ready=ready, parameters=reads, holder=name, path=path)


def _results(script: Script, called: str) -> Iterator[Place]:
    for call in _calls_of(script, called):
        yield from places_of(script, call)


def _calls_of(script: Script, called: str) -> Iterator[Node]:
    for call in script.calls if called else ():
        function = call.child_by_field_name("function")
        if function is not None and script.text(function) == called:
            yield call


def _import_place(script: Script, name: str) -> Place:
    statement = next(each.statement for each in script.names.imports if each.local == name)
    return Place(name, statement, None)


def _name_of(function: Node) -> str:
    name = function.child_by_field_name("name")
    return name.text.decode() if name is not None and name.text is not None else ""
