"""source: lines of a notebook that are not Python, masked by Python of the same length."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapter.source.cells import MaskKind

PYTHON_CELL_MAGICS = frozenset(
    b"capture debug heat lprun memit mprun prun px scalene snakeviz time timeit wandb".split()
)
"""Cell magics that run the rest of their cell as Python in the notebook's own process."""

# IPython runs these without a sign before them, as long as no variable has the name.
_BARE = (
    rb"(?:(?:pip3?|conda|mamba)[ \t]+(?:install|uninstall|list|freeze|show|update)\b"
    rb"|(?:cd|ls|mkdir|rmdir|rm|cp|mv|cat)[ \t]+(?!(?:in|is|and|or|not|if|else|for|as)\b)-?[\w.~/$])"
)
_WORTH_A_LOOK = re.compile(rb"^[ \t]*[%!?]|=[ \t]*[!%]|\?[ \t;]*\r?$|^[ \t]*" + _BARE, re.MULTILINE)
_CELL_MAGIC = re.compile(rb"[ \t\r\n]*%%([\w.]+)(?!\?)[^\n]*")

# To the end of the line, and of the lines that a backslash joins to it.
_REST = rb"(?:[^\n\\]|\\\r?\n|\\.)*\\?"
_MAGIC_LINE = re.compile(rb"[ \t]*((?:[%!?]|" + _BARE + rb")" + _REST + rb")")
_ASSIGNED = re.compile(
    rb"[ \t]*[A-Za-z_][^\n=#\"'!?%]*(?:[\"']\w+[\"']\][ \t]*)?=[ \t]*([!%]" + _REST + rb")"
)
_HELP_LINE = re.compile(rb"[ \t]*([^\s#\"'][^\n#\"']*\?[ \t]*;?)[ \t]*(?=\r?$)", re.MULTILINE)
_TIMED = re.compile(
    rb"[ \t]*(%(?:time|timeit(?:[ \t]+(?:-[nrp][ \t]*\d+|-[a-z]\b))*|prun|memit)[ \t]+)"
    rb"(?!(?:for|while|if|with|def|class|async|try|match)\b|[@%!?\-])(?=\S)"
)
_WHOLE_LINES = (_MAGIC_LINE, _ASSIGNED, _HELP_LINE)

_TOKEN = re.compile(rb"#[^\n]*|\"\"\"|'''|\"|'|[\[({]|[\])}]|\\\r?\n|\n")
_STRING_ENDS = {
    b'"""': re.compile(rb'(?:[^\\"]|\\[\s\S]|"(?!""))*(?:""")?'),
    b"'''": re.compile(rb"(?:[^\\']|\\[\s\S]|'(?!''))*(?:''')?"),
    b'"': re.compile(rb'(?:[^"\\\n]|\\\r?\n|\\.)*"?'),
    b"'": re.compile(rb"(?:[^'\\\n]|\\\r?\n|\\.)*'?"),
}
_LINE = re.compile(rb"([^\n]*?)(\r?\n|$)")


@dataclass(frozen=True, slots=True)
class Mask:
    """A span of a cell, in bytes, that is not Python; `opens` when a statement follows on its line."""

    start: int
    end: int
    kind: MaskKind
    opens: bool = False


def find_masks(text: bytes) -> list[Mask]:
    """What is not Python in a code cell: magics, shell commands, help, whole cells in other languages."""
    if not _WORTH_A_LOOK.search(text):
        return []
    masks: list[Mask] = []
    position = 0
    while magic := _CELL_MAGIC.match(text, position):
        start = text.rfind(b"\n", 0, text.index(b"%%", position)) + 1
        if magic[1] not in PYTHON_CELL_MAGICS:
            return [*masks, _mask(text, start, len(text), MaskKind.OTHER_LANGUAGE)]
        masks.append(_mask(text, start, magic.end(), MaskKind.MAGIC))
        position = magic.end()
    masks.extend(_line_masks(text, position))
    return masks


def masked_text(text: bytes, masks: tuple[Mask, ...], first: int) -> bytes:
    """The text with placeholders, numbered from `first`."""
    pieces: list[bytes] = []
    done = 0
    for number, mask in enumerate(masks, start=first):
        pieces += (text[done : mask.start], placeholder(text[mask.start : mask.end], number, mask.opens))
        done = mask.end
    pieces.append(text[done:])
    return b"".join(pieces)


def placeholder(original: bytes, number: int, opens: bool) -> bytes:
    """Python of the same length, with its line ends in the same places: a name, then comments.

    The name ends with `number`, so that no two masks of a notebook look the same, if there is room.
    """
    parts: list[bytes] = []
    for line in _LINE.finditer(original):
        length = len(line[1])
        if line.start():
            parts.append(b"#".ljust(length, b"_")[:length])
        else:
            parts.append(_name(length - opens, number) + b";" * opens)
        parts.append(line[2])
    return b"".join(parts)


def _name(length: int, number: int) -> bytes:
    digits = b"%d" % number
    return digits.rjust(length, b"_") if len(digits) < length else b"_" * length


def _line_masks(text: bytes, position: int) -> list[Mask]:
    """The masks among the logical lines from a position on."""
    masks: list[Mask] = []
    while position < len(text):
        if timed := _TIMED.match(text, position):
            masks.append(Mask(*timed.span(1), MaskKind.MAGIC, opens=True))
            position = _logical_line_end(text, timed.end())
        elif match := next((m for p in _WHOLE_LINES if (m := p.match(text, position))), None):
            masks.append(_mask(text, *match.span(1), _kind_of(match[1])))
            position = _after_line(text, match.end())
        else:
            position = _logical_line_end(text, position)
    return masks


def whole_cell(text: bytes) -> Mask:
    """The mask of a cell that does not parse."""
    return _mask(text, 0, len(text), MaskKind.BROKEN)


def _mask(text: bytes, start: int, end: int, kind: MaskKind) -> Mask:
    return Mask(start, start + len(text[start:end].rstrip()), kind)


def _kind_of(line: bytes) -> MaskKind:
    if line.startswith(b"?") or line.rstrip(b" \t;").endswith(b"?"):
        return MaskKind.HELP
    return MaskKind.MAGIC if line.startswith(b"%") else MaskKind.SHELL


def _after_line(text: bytes, position: int) -> int:
    end = text.find(b"\n", position)
    return len(text) if end < 0 else end + 1


def _logical_line_end(text: bytes, position: int) -> int:
    """Where the logical line that holds a position ends: brackets closed, strings ended, nothing joined."""
    depth = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        kind = token[0]
        if kind == b"\n":
            if depth == 0:
                return position
        elif kind in _STRING_ENDS:
            closing = _STRING_ENDS[kind].match(text, position)
            position = closing.end() if closing else len(text)
        elif kind in b"[({":
            depth += 1
        elif kind in b"])}":
            depth = max(depth - 1, 0)
    return len(text)
