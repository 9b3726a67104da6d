"""Rendering: a template and its arguments become the text of statements, laid out like their surroundings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tree_sitter import Node

from adapter.graph.template import BODY, Line, Placeholder, Template
from adapter.source.text import parse_python
from adapter.translate.arguments import Arg
from adapter.translate.unrolled import pairs_of_loop

_TO_FILL = "\1"
_LOOSE_PARENTHESES = ("named_expression", "generator_expression", "yield")
_ATOMS = frozenset(
    {"identifier", "attribute", "call", "subscript", "string", "list", "dictionary", "tuple", "set"}
    | {
        "parenthesized_expression",
        "list_comprehension",
        "dictionary_comprehension",
        "true",
        "none",
    }
)


class RenderError(Exception):
    """The template cannot be filled; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How written code is laid out: the statement's indentation, one step of it, and the longest line.

    `exploded` says that the call being replaced had each argument on a line of its own; `before` and
    `after` count the characters that share the line with the value; `trailing_comma` says whether the last
    of several lines of arguments ends in a comma.
    """

    indent: str
    unit: str = "    "
    limit: int = 88
    exploded: bool = False
    before: int = 0
    after: int = 0
    trailing_comma: bool = True


@dataclass(frozen=True, slots=True)
class Rendered:
    """One statement, or the expression that gives the value; `bare` ones have no effect of their own.

    A `payload` is an argument as it was given and nothing more. What is `behind` follows the `with` block
    that the value is entered by.
    """

    text: str
    is_value: bool
    bare: bool
    payload: bool = False
    behind: bool = False


Converter: TypeAlias = Callable[[str, Arg], str]


def render(
    template: Template, arguments: Mapping[str, Arg], layout: Layout, converter: Converter
) -> list[Rendered]:
    """Fills a template.

    Raises:
        RenderError: an argument that the value or a dotted placeholder needs was not given.
    """
    value_line = template.value_line
    found: list[Rendered] = []
    for line in template.lines:
        if line.guard is not None and not _given(arguments.get(line.guard)):
            continue
        pairs = pairs_of_loop(line, arguments)
        if pairs is not None:
            for template, known in pairs:
                found += render(template, {**arguments, **known}, layout, converter)
            continue
        missing = _missing(line, arguments)
        is_value = line is value_line
        if missing is not None:
            if is_value or "." in missing or len(template.lines) == 1:
                raise RenderError(f"{missing} is not known here")
            continue
        text = _fill(line, arguments, layout, converter, is_value=is_value)
        text = text.replace(BODY, f"\n{layout.indent}{layout.unit}")
        bare = line.is_expression and not line.calls
        payload = len(line.placeholders) == 1 and line.placeholders[0].end - line.placeholders[
            0
        ].start == len(line.text)
        found.append(Rendered(text, is_value, bare, payload, line.is_behind))
    if template.lines and not found:
        raise RenderError("none of the arguments that it needs are given")
    return found


def _given(argument: Arg | None) -> bool:
    return argument is not None and argument.text not in ("False", "None", "0", '""', "''")


def _missing(line: Line, arguments: Mapping[str, Arg]) -> str | None:
    """The first placeholder that is absent and does not fall away with its keyword."""
    for hole in line.placeholders:
        if hole.name not in arguments and (hole.keyword is None or "." in hole.name):
            return hole.name
    return None


def _fill(
    line: Line, arguments: Mapping[str, Arg], layout: Layout, converter: Converter, *, is_value: bool
) -> str:
    offset = len(layout.indent) + (layout.before if is_value else 0)
    inline = _substitute(line, arguments, layout.indent, converter, offset)
    width = len(layout.indent) + len(inline) + (layout.before + layout.after if is_value else 0)
    if "\n" not in inline:
        if width <= layout.limit:
            return inline
    elif not layout.exploded:
        return inline
    inner = layout.indent + layout.unit
    return _explode(_substitute(line, arguments, inner, converter), layout, inner) or inline


def _substitute(
    line: Line, arguments: Mapping[str, Arg], indent: str, converter: Converter, offset: int = -1_000
) -> str:
    """The line with its holes filled; `offset` is the column at which it will start, when that is known."""
    text = line.text
    for hole in reversed(line.placeholders):
        argument = arguments.get(hole.name)
        if argument is None:
            text = _without_keyword(text, hole)
        else:
            column = offset + hole.start if hole is line.placeholders[0] else None
            filled = _hole_text(hole, argument, indent, converter, column)
            text = text[: hole.start] + filled + text[hole.end :]
    return _with_prefixes(text)


def _without_keyword(text: str, hole: Placeholder) -> str:
    assert hole.keyword is not None
    start, end = hole.keyword
    # other holes of the same keyword have been filled already: its end moved, so find it by brackets
    end = _argument_end(text, start)
    head, tail = text[:start], text[end:]
    if head.rstrip().endswith(","):
        return head.rstrip()[:-1] + tail
    return head + re.sub(r"^\s*,\s*", "", tail)


def _argument_end(text: str, start: int) -> int:
    depth, quote = 0, ""
    for index in range(start, len(text)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            if depth == 0:
                return index
            depth -= 1
        elif character == "," and depth == 0:
            return index
    return len(text)


def _hole_text(
    hole: Placeholder, argument: Arg, indent: str, converter: Converter, column: int | None
) -> str:
    if hole.quoted:
        return (
            argument.text
            if argument.raw
            else _unquoted(hole, converter(hole.converter, argument) if hole.converter else argument.text)
        )
    if argument.raw:
        return argument.text
    text = converter(hole.converter, argument) if hole.converter else argument.text
    if "\n" in text:
        if column is not None and column >= 0 and _is_aligned(text, argument):
            text = reindent(text, " " * (argument.column or 0), " " * column)
        else:
            text = reindent(text, argument.indent, indent)
    return _guarded(text, hole.tight)


def _is_aligned(text: str, argument: Arg) -> bool:
    """Whether every further line hangs below the first one's bracket instead of below the statement."""
    if not argument.column or argument.column <= len(argument.indent):
        return False
    further = [line for line in text.split("\n")[1:] if line.strip()]
    return all(len(line) - len(line.lstrip(" ")) >= argument.column for line in further)


def _unquoted(hole: Placeholder, text: str) -> str:
    """What stands for an argument inside a string: its text, or `{...}`, which makes an f-string of it."""
    match = re.fullmatch(r"([\"'])([^\"'\\{}\n]*)\1", text)
    if match is not None:
        return match[2]
    filled = re.fullmatch(r"[fF]([\"'])([^\"\\\n]*)\1", text)
    if filled is not None and (filled[1] == '"' or "'" not in filled[2]):
        return _TO_FILL + filled[2]
    inside = text if '"' not in text else text.replace('"', "'") if "'" not in text else None
    if inside is None or "\n" in text or "\\" in text or "{" in text:
        raise RenderError(f"{hole.name} is not a plain text here")
    return f"{_TO_FILL}{{{inside}}}"


def _with_prefixes(text: str) -> str:
    """Makes f-strings of the literals that have something to fill in."""
    while (at := text.find(_TO_FILL)) >= 0:
        text = text[:at] + text[at + 1 :]
        quote = text.rfind('"', 0, at)
        if text[quote - 1 : quote] != "f":
            text = f"{text[:quote]}f{text[quote:]}"
    return text


def _guarded(text: str, tight: bool) -> str:
    """The text in parentheses where its place would otherwise change what it means."""
    if re.fullmatch(r"[\w.]+", text) and not (tight and text[0].isdigit()):
        return text
    node = expression_node(text)
    if node is None:
        return text
    if node.type in _LOOSE_PARENTHESES or (tight and node.type not in _ATOMS):
        return f"({text})"
    return text


def expression_node(text: str) -> Node | None:
    """The one expression that a text is, or None."""
    root = parse_python(text.encode()).root_node
    if root.has_error or root.named_child_count != 1 or root.named_children[0].type != "expression_statement":
        return None
    children = root.named_children[0].named_children
    return children[0] if len(children) == 1 else None


def reindent(text: str, old: str, new: str) -> str:
    """Moves the second and later lines of a text from one indentation to another, strings left alone."""
    if old == new or "\n" not in text:
        return text
    protected = _lines_inside_strings(text)
    lines = text.split("\n")
    for index in range(1, len(lines)):
        line = lines[index]
        if index in protected or not line.strip():
            continue
        if line.startswith(old):
            lines[index] = new + line[len(old) :]
    return "\n".join(lines)


def _lines_inside_strings(text: str) -> set[int]:
    if '"""' not in text and "'''" not in text:
        return set()
    found: set[int] = set()
    stack = [parse_python(text.encode()).root_node]
    while stack:
        node = stack.pop()
        if node.type == "string":
            found.update(range(node.start_point[0] + 1, node.end_point[0] + 1))
        else:
            stack.extend(node.named_children)
    return found


def _explode(text: str, layout: Layout, inner: str) -> str | None:
    """The call, or the list that is assigned, with one item a line; None when the text is neither."""
    holder = _items_of(text)
    if holder is None:
        return None
    data = text.encode()
    head, tail = data[: holder.start_byte + 1].decode(), data[holder.end_byte - 1 :].decode()
    items = holder.named_children
    body = ",\n".join(f"{inner}{data[item.start_byte : item.end_byte].decode()}" for item in items)
    body += ",\n" if layout.trailing_comma or len(items) > 1 else "\n"
    return f"{head}\n{body}{layout.indent}{tail}"


def _items_of(text: str) -> Node | None:
    """The brackets with the arguments of a call (a subscript may follow), or with an assigned list."""
    node = expression_node(text)
    if node is not None and node.type == "subscript":
        node = node.child_by_field_name("value")
    if node is not None and node.type == "call":
        node = node.child_by_field_name("arguments")
    elif node is not None and node.type == "assignment":
        node = node.child_by_field_name("right")
    if node is None or node.type not in ("argument_list", "list") or not node.named_children:
        return None
    return node
