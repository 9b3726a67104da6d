"""source: setup.cfg: the requirement lists that setuptools reads from it."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapter.plan import Change, Span
from adapter.source.errors import SourceError
from adapter.source.manifests.entry import Entry
from adapter.source.manifests.items import cut_lines, indent_of, line_after, line_end
from adapter.source.manifests.request import Request
from adapter.source.manifests.requirement import parse_requirement

_OPTIONS = frozenset({"install_requires", "setup_requires", "tests_require"})
_LINE = re.compile(rb"[^\r\n]+")
_SECTION = re.compile(rb"\[([^\]]+)\]")
_OPTION = re.compile(rb"([^\s#;=:\[][^=:]*?)\s*[=:][ \t]*")
_COMMENT = re.compile(rb"(?:^|(?<=\s))#.*")
# Semicolons part the requirements of a one-line value, but also begin a marker.
_PART = re.compile(
    rb"(?:[^;]|;(?=\s*\(*\s*(?:python_|platform_|sys_platform|os_name|implementation_|extra)))+"
)


def read_entries(path: Path, data: bytes, request: Request) -> Iterator[Entry]:
    """The entries for the two distributions of a request.

    Raises SourceError, with the line, for what setuptools could not read.
    """
    _check(path, data)
    section = option = ""
    for line in _LINE.finditer(data):
        text = line[0]
        if not text.strip() or text.lstrip().startswith((b"#", b";")):
            continue
        if text[:1] in b" \t" and option:
            if _lists_requirements(section, option):
                yield from _part(data, Span(line.start(), line.end()), section, option, request)
        elif header := _SECTION.match(text):
            section, option = header[1].decode().strip(), ""
        elif found := _OPTION.match(text):
            option = found[1].decode().lower()
            if _lists_requirements(section, option):
                yield from _first_line(data, line.start() + found.end(), section, option, request)


def _lists_requirements(section: str, option: str) -> bool:
    return section == "options.extras_require" or (section == "options" and option in _OPTIONS)


def _first_line(data: bytes, start: int, section: str, option: str, request: Request) -> Iterator[Entry]:
    """The entries that stand on the line of the option itself."""
    stop = line_end(data, start)
    for part in _PART.finditer(data, start, stop):
        span = Span(part.start(), part.end())
        first, last = span.start == start, span.end == stop
        # Alone on the line, the value opens into a list of lines; among others it stays one line.
        text = f"\n    {request.requirement}" if first and last else f"; {request.requirement}"
        cut = Span(span.start - (not first), span.end + (first and not last))
        for entry in _part(data, span, section, option, request):
            beside = Change(Span(span.end, span.end), text)
            yield replace(entry, drop=(Change(cut, ""),), beside=(beside,))


def _part(data: bytes, span: Span, section: str, option: str, request: Request) -> Iterator[Entry]:
    """The entry that one line, or one part of a line, is."""
    content = _COMMENT.sub(b"", data[span.start : span.end])
    if not content.isascii():
        return
    requirement = parse_requirement(content.decode())
    if requirement is None or not request.concerns(requirement.name):
        return
    place = Span(span.start + requirement.start, span.start + requirement.end)
    indent = indent_of(data, span.start)
    yield Entry(
        requirement.name,
        f"{section}.{option}",
        place,
        requirement.marker,
        (Change(place, request.requirement),),
        (cut_lines(data, place.start, place.end),),
        (line_after(data, place.end, indent + requirement.render(request)),),
        requirement.obstacle,
        requirement.loss(request),
    )


def _check(path: Path, data: bytes) -> None:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(data.decode())
    except configparser.ParsingError as problem:
        # A missing section header is a parsing error that keeps its line elsewhere.
        line = getattr(problem, "lineno", None) or problem.errors[0][0]
        raise _wrong(path, "a line is neither a section, an option nor part of one", line) from None
    except (configparser.DuplicateSectionError, configparser.DuplicateOptionError) as problem:
        raise _wrong(path, "a section or an option stands twice", problem.lineno or 1) from None


def _wrong(path: Path, message: str, line: int) -> SourceError:
    return SourceError.at(path, f"is not a configuration file: {message}", line, 1, "correct it")
