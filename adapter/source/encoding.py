"""source: from the bytes of a file to UTF-8 text and back: PEP 263 cookies, byte order marks, newlines."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from adapter.source.errors import SourceError

BOM = codecs.BOM_UTF8

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?$")
_LINE_END = re.compile(rb"\r\n?|\n")
_LINE_FEED = re.compile(rb"\n")
_CURE = "correct the coding comment, or save the file as UTF-8"
_SUFFIXED = {"utf-8": ("utf-8",), "iso-8859-1": ("latin-1", "iso-8859-1", "iso-latin-1")}
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file as UTF-8 without a byte order mark, and how to get the file back from it."""

    data: bytes
    encoding: str
    bom: bool
    newline: str


def decode(path: Path, raw: bytes) -> Decoded:
    """The text of a Python file, by the rules of PEP 263.

    Raises SourceError, with the place, for NUL bytes, an unknown or contradictory encoding cookie,
    bytes that the encoding does not have, and text that would not come back byte for byte.
    """
    if raw.startswith(_WIDE_MARKS):
        raise SourceError.at(
            path, "is UTF-16 or UTF-32, which Python does not read", 1, 1, "save it as UTF-8"
        )
    bom = raw.startswith(BOM)
    body = raw[len(BOM) :] if bom else raw
    _refuse_nul(path, body)
    name, line = _cookie(body)
    encoding = _codec(path, name, line, bom) if name else "utf-8"
    if encoding == "utf-8":
        if not body.isascii():
            _to_text(path, body, encoding)
        return Decoded(body, encoding, bom, newline_of(body))
    data = _to_text(path, body, encoding).encode("utf-8", "surrogatepass")
    _check_way_back(path, data, body, encoding, name)
    return Decoded(data, encoding, bom, newline_of(data))


def encode(path: Path, data: bytes, encoding: str, bom: bool) -> bytes:
    """The bytes of a file with this text; raises SourceError for a character that the encoding lacks."""
    if encoding != "utf-8":
        text = data.decode("utf-8")
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError as problem:
            before = text[: problem.start].encode("utf-8")
            line, column = place_in(before, len(before))
            raise SourceError.at(
                path,
                f"the new text has {text[problem.start]!r}, which {encoding}, the file's encoding, lacks",
                line,
                column,
                "save the file as UTF-8 first",
            ) from None
    return BOM + data if bom else data


def newline_of(data: bytes) -> str:
    r"""The newline that most lines end with: "\n", "\r\n" or "\r"."""
    if b"\r" not in data:
        return "\n"
    pairs = data.count(b"\r\n")
    counts = {"\n": data.count(b"\n") - pairs, "\r\n": pairs, "\r": data.count(b"\r") - pairs}
    return max(counts, key=lambda newline: counts[newline])


def has_lone_return(data: bytes) -> bool:
    """Whether a carriage return stands without a line feed after it: to Python this ends a line too."""
    return b"\r" in data and data.count(b"\r") != data.count(b"\r\n")


def line_starts(data: bytes) -> list[int]:
    """The offset at which each line begins; lines end as they do for Python."""
    pattern = _LINE_END if b"\r" in data else _LINE_FEED
    return [0, *(match.end() for match in pattern.finditer(data))]


def place_in(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column (in characters, or bytes where they are not UTF-8) of an offset, both from 1."""
    starts = line_starts(data[:offset])
    return len(starts), len(data[starts[-1] : offset].decode("utf-8", "replace")) + 1


def _refuse_nul(path: Path, body: bytes) -> None:
    offset = body.find(b"\0")
    if offset >= 0:
        line, column = place_in(body, offset)
        raise SourceError.at(
            path, "holds a NUL byte: not a text file", line, column, "exclude it or repair it"
        )


def _cookie(body: bytes) -> tuple[str, int]:
    """The name that an encoding cookie gives and its line, or ("", 0): only the first two lines count."""
    if b"coding" not in body[:4096]:
        return "", 0
    for number, line in enumerate(_LINE_END.split(body[:4096], maxsplit=2)[:2], start=1):
        match = _COOKIE.match(line)
        if match:
            return match[1].decode("ascii"), number
        if not _BLANK.match(line):
            break
    return "", 0


def _codec(path: Path, name: str, line: int, bom: bool) -> str:
    """The canonical name of the codec that a cookie means."""
    try:
        info = codecs.lookup(_plain_name(name))
    except LookupError:
        raise SourceError.at(
            path,
            f"unknown encoding {name!r}",
            line,
            1,
            _CURE,
        ) from None
    if not getattr(info, "_is_text_encoding", True):
        raise SourceError.at(path, f"{name!r} is no encoding of text", line, 1, _CURE)
    if bom and info.name != "utf-8":
        raise SourceError.at(
            path,
            f"the coding comment says {name}, the byte order mark says UTF-8",
            line,
            1,
            "remove one of them",
        )
    return info.name


def _plain_name(name: str) -> str:
    """Without what editors append, as Python does it: "utf-8-unix" is "utf-8"."""
    short = name[:12].lower().replace("_", "-")
    for plain, spellings in _SUFFIXED.items():
        if any(short == spelling or short.startswith(spelling + "-") for spelling in spellings):
            return plain
    return name


def _to_text(path: Path, body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as problem:
        line, column = place_in(body, problem.start)
        value = body[problem.start]
        remedy = _CURE
        if encoding == "utf-8":
            remedy = "save it as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-"
        raise SourceError.at(path, f"byte 0x{value:02x} is not {encoding}", line, column, remedy) from None
    except ValueError as problem:
        raise SourceError.at(path, f"is not {encoding}: {problem}", 1, 1, _CURE) from None


def _check_way_back(path: Path, data: bytes, body: bytes, encoding: str, name: str) -> None:
    """A file whose bytes the encoding would not give back could not be edited in one place only."""
    if _cookie(data)[0] != name:
        raise SourceError.at(path, f"is not really {encoding}", 1, 1, _CURE)
    try:
        same = data.decode("utf-8").encode(encoding) == body
    except UnicodeError:
        same = False
    if not same:
        raise SourceError.at(
            path, f"writing it back as {encoding} would change bytes", 1, 1, "save the file as UTF-8 first"
        )
