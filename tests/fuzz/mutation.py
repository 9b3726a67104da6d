"""Texts made out of texts: lines and words moved, doubled, lost and swapped, so that many still parse."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

_WORD = re.compile(rb"\w+|[^\w\s]|\s+")
_HEADS = (
    b"if x:",
    b"for x in y:",
    b"with x as y:",
    b"try:",
    b"def f(x):",
    b"class C:",
    b"while x:",
    b"else:",
)
_STRANGE = (
    b"\r\n",
    b"\t",
    b"\x0c",
    b"\xef\xbb\xbf",
    b"\\\n",
    b"\xff",
    b"\0",
    b"\xc3\xa9",
    b"\r",
    b'"""',
    b"#",
)

Lines = list[bytes]


def mutated(data: bytes, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """A text near `data`; `words` may be put into it, and lines of `others`."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        lines = data.splitlines(keepends=True) or [b"\n"]
        random.choice(_MUTATIONS)(lines, random, words, others)
        data = b"".join(lines)
    return data


def _lose(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    start = random.randrange(len(lines))
    del lines[start : start + random.choice((1, 1, 1, 2, 5))]


def _double(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    start = random.randrange(len(lines))
    part = lines[start : start + random.choice((1, 1, 3, 8))]
    target = random.randrange(len(lines))
    lines[target:target] = part


def _borrow(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    """Lines of another text, indented as the line before which they come."""
    lent = random.choice(others).splitlines(keepends=True) if others else []
    if not lent:
        return
    start, target = random.randrange(len(lent)), random.randrange(len(lines))
    part = lent[start : start + random.choice((1, 1, 2, 6))]
    indent, own = _indent_of(lines[target]), _indent_of(part[0])
    lines[target:target] = [indent + line.removeprefix(own) for line in part]


def _indent(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    """Lines put below a head of a compound statement."""
    start = random.randrange(len(lines))
    end = start + random.choice((1, 1, 2, 4, len(lines)))
    head = _indent_of(lines[start]) + random.choice(_HEADS) + b"\n"
    lines[start:end] = [head, *(b"    " + line for line in lines[start:end])]


def _replace_word(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    number = random.randrange(len(lines))
    parts = _WORD.findall(lines[number])
    if parts:
        known = [*words, *_WORD.findall(random.choice(lines))]
        parts[random.randrange(len(parts))] = random.choice(known)
        lines[number] = b"".join(parts)


def _lose_word(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    number = random.randrange(len(lines))
    parts = _WORD.findall(lines[number])
    if parts:
        del parts[random.randrange(len(parts))]
        lines[number] = b"".join(parts)


def _join(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    """Two statements on one line."""
    number = random.randrange(len(lines))
    following = lines[number + 1 : number + 2]
    lines[number : number + 2] = [
        lines[number].rstrip(b"\r\n") + b"; ",
        *(line.lstrip() for line in following),
    ]


def _strange(lines: Lines, random: Random, words: Sequence[bytes], others: Sequence[bytes]) -> None:
    """Bytes that editors and encodings trip over."""
    number = random.randrange(len(lines))
    column = random.randrange(len(lines[number]) + 1)
    lines[number] = lines[number][:column] + random.choice(_STRANGE) + lines[number][column:]


def _indent_of(line: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip(b" \t"))]


_MUTATIONS: tuple[Callable[[Lines, Random, Sequence[bytes], Sequence[bytes]], None], ...] = (
    *(_lose, _double, _borrow, _borrow, _indent, _replace_word, _replace_word, _lose_word, _join, _strange),
)
