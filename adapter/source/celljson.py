"""source: where the text of every cell stands in the JSON of a notebook, and how to respell a part of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)
_ESCAPED_LETTER = re.compile(r"\\u(?!00[01])[0-9a-fA-F]{4}")
_decode = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Element:
    """One spelled piece of a cell's text: its place in the JSON (in characters) and what it stands for."""

    start: int
    end: int
    value: str


@dataclass(slots=True)
class RawCell:
    """A cell as the JSON has it. `quoted` tells a list of strings from one string, cut into lines."""

    number: int
    kind: str = ""
    quoted: bool = True
    start: int = 0
    end: int = 0
    elements: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class RawNotebook:
    """All cells in order, and the language that the notebook says it is in ("" if it does not)."""

    cells: list[RawCell] = field(default_factory=list)
    language: str = ""
    found_cells: bool = False


def scan_notebook(text: str) -> RawNotebook:
    """Find the cells; raises json.JSONDecodeError, with the place, for anything that is not JSON."""
    notebook = RawNotebook()

    def cell(start: int) -> int:
        raw = RawCell(len(notebook.cells) + 1)
        notebook.cells.append(raw)
        return _scan_cell(text, start, raw)

    def cells(start: int) -> int:
        notebook.found_cells = True
        return _array(text, start, cell)

    def worksheet(start: int) -> int:
        return _object(text, start, lambda key, at: cells(at) if key == "cells" else _skip(text, at))

    def member(key: str, start: int) -> int:
        if key == "cells":
            return cells(start)
        if key == "worksheets":
            return _array(text, start, worksheet)
        value, end = _value(text, start)
        if key == "metadata":
            notebook.language = _language(value)
        return end

    end = _object(text, _space(text, 0), member)
    if _space(text, end) != len(text):
        raise json.JSONDecodeError("Extra data", text, _space(text, end))
    return notebook


def spell(value: str, ascii_only: bool, quoted: bool) -> str:
    """A text as JSON spells it, with or without its quotes."""
    spelled = json.dumps(value, ensure_ascii=ascii_only)
    return spelled if quoted else spelled[1:-1]


def respell(raw: str, old: str, new: str, ascii_only: bool) -> str:
    """`raw` spells `old` (without quotes): the spelling of `new` that keeps it where both agree."""
    characters = _CHARACTER.findall(raw)
    if len(characters) != len(old):
        return spell(new, ascii_only, quoted=False)
    head = _common_prefix(old, new)
    tail = _common_suffix(old, new, min(len(old), len(new)) - head)
    middle = spell(new[head : len(new) - tail], ascii_only, quoted=False)
    return "".join(characters[:head]) + middle + "".join(characters[len(characters) - tail :])


def escapes_letters(text: str) -> bool:
    """Whether this JSON was written in ASCII only, with escapes for all other letters."""
    return text.isascii() and bool(_ESCAPED_LETTER.search(text))


def _scan_cell(text: str, start: int, raw: RawCell) -> int:
    def member(key: str, at: int) -> int:
        if key in ("source", "input") and text[at : at + 1] in ("[", '"'):
            return _scan_source(text, at, raw)
        value, end = _value(text, at)
        if key == "cell_type" and isinstance(value, str):
            raw.kind = value
        return end

    return _object(text, start, member)


def _scan_source(text: str, start: int, raw: RawCell) -> int:
    raw.elements.clear()
    raw.quoted = text[start] == "["
    raw.start = start
    if not raw.quoted:
        _, raw.end = _value(text, start)
        raw.elements.extend(_lines_of(text, start + 1, raw.end - 1))
        return raw.end

    def element(at: int) -> int:
        value, end = _value(text, at)
        if not isinstance(value, str):
            raise json.JSONDecodeError("Expecting a string as line of a cell", text, at)
        raw.elements.append(Element(at, end, value))
        return end

    raw.end = _array(text, start, element)
    return raw.end


def _lines_of(text: str, start: int, end: int) -> list[Element]:
    """The lines of a text that one JSON string holds, as elements without quotes."""
    elements: list[Element] = []
    begin = start
    for match in _CHARACTER.finditer(text, start, end):
        if match[0] in ("\\n", "\\u000a", "\\u000A"):
            elements.append(Element(begin, match.end(), json.loads(f'"{text[begin : match.end()]}"')))
            begin = match.end()
    if begin < end:
        elements.append(Element(begin, end, json.loads(f'"{text[begin:end]}"')))
    return elements


def _language(metadata: Any) -> str:
    if isinstance(metadata, dict):
        for section, key in (("language_info", "name"), ("kernelspec", "language")):
            inner = metadata.get(section)
            if isinstance(inner, dict) and isinstance(inner.get(key), str):
                return str(inner[key])
    return ""


def _space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _value(text: str, start: int) -> tuple[Any, int]:
    value, end = _decode(text, start)
    return value, end


def _skip(text: str, start: int) -> int:
    return _value(text, start)[1]


def _object(text: str, start: int, visit: Callable[[str, int], int]) -> int:
    """Go through the members of an object: `visit` gets key and start of a value and returns its end."""

    def member(at: int) -> int:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, end = _value(text, at)
        colon = _expect(text, end, ":")
        return visit(key, _space(text, colon))

    return _items(text, start, "{", "}", member)


def _array(text: str, start: int, visit: Callable[[int], int]) -> int:
    """Go through the items of an array: `visit` gets the start of an item and returns its end."""
    return _items(text, start, "[", "]", visit)


def _items(text: str, start: int, opening: str, closing: str, visit: Callable[[int], int]) -> int:
    position = _space(text, _expect(text, start, opening))
    if text[position : position + 1] == closing:
        return position + 1
    while True:
        position = _space(text, visit(position))
        if text[position : position + 1] == closing:
            return position + 1
        position = _space(text, _expect(text, position, ","))


def _expect(text: str, position: int, character: str) -> int:
    position = _space(text, position)
    if text[position : position + 1] != character:
        raise json.JSONDecodeError(f"Expecting {character!r}", text, position)
    return position + 1


def _common_prefix(one: str, other: str) -> int:
    """How many characters two texts share at their start."""
    limit = min(len(one), len(other))
    return next((index for index in range(limit) if one[index] != other[index]), limit)


def _common_suffix(one: str, other: str, limit: int) -> int:
    """How many characters, at most `limit`, two texts share at their end."""
    return next((count for count in range(limit) if one[-1 - count] != other[-1 - count]), limit)
