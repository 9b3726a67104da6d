"""The records of the API index: signatures, docstrings and deprecations of what the reader found."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapter.graph.api_index import Api, ApiKind, ApiNotFoundError, ApiParameter, ApiUnknownError
from adapter.graph.api_reader import Place, Reader, dotted_path

_MAX_BASES = 20
_DEPRECATED_DECORATOR = re.compile(r"(?:^|[._])deprecat\w*", re.IGNORECASE)
_DEPRECATED_DOC = re.compile(
    r"(?:^\.\. deprecated::|\A\W*deprecated\b)(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE | re.IGNORECASE
)
_DATACLASS = re.compile(r"(?:^|\.)(?:dataclass|define|frozen|attrs|s)(?:\(|$)")
_PLAIN_BASES = frozenset(
    "object ABC abc.ABC Generic typing.Generic Protocol typing.Protocol typing_extensions.Protocol".split()
)


def describe(reader: Reader, place: Place, name: str) -> Api:
    """The public record of a definition under a name."""
    thing = place.thing
    kind = _kind(thing)
    parameters = None
    if kind is ApiKind.CLASS:
        parameters = _constructor(reader, place, 0)
    elif kind in (ApiKind.FUNCTION, ApiKind.METHOD):
        parameters = _parameters(thing)
    returns = getattr(thing, "annotation", None)
    docstring = thing.docstring.value if thing.docstring else ""
    return Api(
        name=re.sub(r"\.?\(\)", "()", name),
        kind=kind,
        defined=place.defined,
        parameters=parameters,
        returns="" if returns is None else str(returns),
        docstring=docstring,
        deprecated=_deprecation(thing, docstring),
        file=_file(reader, thing),
        line=thing.lineno or 0,
    )


def public_records(reader: Reader, packages: tuple[str, ...]) -> list[Api]:
    """See `ApiIndex.public`."""
    from adapter.graph.api_listing import public_names

    names: dict[str, list[str]] = {}
    places: dict[str, Place] = {}
    for name in public_names(reader, packages):
        try:
            place = reader.place(name)
        except LookupError:
            continue
        names.setdefault(place.defined, []).append(name)
        places[place.defined] = place
    found = []
    for defined, spellings in names.items():
        unique = sorted(dict.fromkeys(spellings), key=lambda each: (each.count("."), len(each), each))
        found.append(replace(describe(reader, places[defined], unique[0]), also=tuple(unique[1:])))
    return sorted(found, key=lambda api: api.name)


def _kind(thing: Any) -> ApiKind:
    if thing.is_module:
        return ApiKind.MODULE
    if thing.is_class:
        return ApiKind.CLASS
    if thing.is_function:
        in_class = thing.parent is not None and thing.parent.is_class
        return ApiKind.METHOD if in_class else ApiKind.FUNCTION
    return ApiKind.PROPERTY if "property" in thing.labels else ApiKind.ATTRIBUTE


def _file(reader: Reader, thing: Any) -> str:
    path = Path(str(thing.filepath))
    return str(path.relative_to(reader.folder)) if path.is_relative_to(reader.folder) else str(path)


def _parameters(function: Any) -> tuple[ApiParameter, ...]:
    """The parameters as a caller sees them: without `self` or `cls`."""
    found = [
        ApiParameter(
            p.name.lstrip("*"),
            p.kind.name.upper(),
            None if p.default is None else str(p.default),
            "" if p.annotation is None else str(p.annotation),
        )
        for p in function.parameters
    ]
    in_class = function.parent is not None and function.parent.is_class
    if in_class and "staticmethod" not in function.labels and found and not found[0].kind.startswith("VAR_"):
        found = found[1:]
    return tuple(found)


def _constructor(reader: Reader, place: Place, hops: int) -> tuple[ApiParameter, ...] | None:
    if hops > _MAX_BASES:
        return None
    for method in ("__init__", "__new__"):
        member = place.thing.members.get(method)
        if member is not None and member.is_function:
            return _parameters(member)
    if _is_dataclass(place.thing):
        return _fields(reader, place, hops)
    for base in place.thing.bases:
        if dotted_path(base) in _PLAIN_BASES:
            continue
        try:
            found = _constructor(reader, reader.base(base, hops), hops + 1)
        except LookupError:
            return None
        if found != ():
            return found
    return ()


def _is_dataclass(thing: Any) -> bool:
    return any(_DATACLASS.search(str(decorator.value)) for decorator in thing.decorators)


def _fields(reader: Reader, place: Place, hops: int) -> tuple[ApiParameter, ...] | None:
    """The parameters of a data class: its annotated fields, those of its bases first."""
    found: dict[str, ApiParameter] = {}
    for base in reversed(place.thing.bases):
        try:
            above = reader.base(base, hops)
        except ApiNotFoundError:
            continue
        except ApiUnknownError:
            return None
        if _is_dataclass(above.thing):
            inherited = _fields(reader, above, hops + 1)
            if inherited is None:
                return None
            found |= {p.name: p for p in inherited}
    texts = [str(decorator.value).replace(" ", "") for decorator in place.thing.decorators]
    kind = "KEYWORD_ONLY" if any("kw_only=True" in text for text in texts) else "POSITIONAL_OR_KEYWORD"
    for name, member in place.thing.members.items():
        if (
            member.is_alias
            or not member.is_attribute
            or member.annotation is None
            or "property" in member.labels
        ):
            continue
        value = None if member.value is None else str(member.value)
        made = value is not None and re.match(r"(?:dataclasses\.)?field\(", value) is not None
        if "ClassVar" in str(member.annotation) or (made and "init=False" in str(value)):
            continue
        required = value is None or (made and "default" not in value)
        found[name] = ApiParameter(name, kind, None if required else value, str(member.annotation))
    return tuple(found.values())


def _deprecation(thing: Any, docstring: str) -> str:
    for decorator in getattr(thing, "decorators", ()):
        text = str(decorator.value)
        if _DEPRECATED_DECORATOR.search(text.partition("(")[0]):
            return text
    match = _DEPRECATED_DOC.search(docstring)
    return " ".join(match[1].split()).lstrip(":* ") or "deprecated" if match else ""
