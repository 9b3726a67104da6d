"""source: requirements.txt and constraints.txt, as pip and pip-tools read and write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapter.plan import Change, Span
from adapter.source.manifests.entry import Entry
from adapter.source.manifests.items import after_newline, cut_lines, indent_of, line_end
from adapter.source.manifests.request import Request
from adapter.source.manifests.requirement import Requirement, parse_requirement

_COMMENT = re.compile(rb"(?:^|(?<=\s))#.*", re.DOTALL)
_CONTINUED = re.compile(rb"\\(?:\r\n|\r|\n)")
_OPTIONS = re.compile(rb"\s+--?[A-Za-z].*", re.DOTALL)
_EDITABLE = re.compile(rb"\s*(?:-e|--editable)[\s=]+")
_VIA = re.compile(rb"[ \t]+#[^\r\n]*")


def read_entries(path: Path, data: bytes, request: Request) -> Iterator[Entry]:
    """The entries for the two distributions of a request."""
    for start, end in _logical_lines(data):
        # Spaces of the same length stand for line continuations, so offsets stay true.
        line = _CONTINUED.sub(lambda match: b" " * len(match[0]), data[start:end])
        content = _COMMENT.sub(b"", line).rstrip()
        entry = _entry(data, start, end, content, request)
        if entry is not None:
            yield entry


def _logical_lines(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end (without the newline) of each line, continuation lines joined to the first."""
    start = 0
    while start < len(data):
        end = line_end(data, start)
        while data.endswith(b"\\", start, end) and end < len(data) and not _is_comment(data, start):
            end = line_end(data, after_newline(data, end))
        yield start, end
        start = after_newline(data, end)


def _is_comment(data: bytes, start: int) -> bool:
    return data[start : line_end(data, start)].lstrip().startswith(b"#")


def _entry(data: bytes, start: int, end: int, content: bytes, request: Request) -> Entry | None:
    editable = _EDITABLE.match(content)
    offset = editable.end() if editable else 0
    options = _OPTIONS.search(content, offset)
    body = content[offset : options.start() if options else len(content)]
    if not body.isascii() or body.lstrip().startswith(b"-"):
        return None
    requirement = parse_requirement(body.decode())
    if requirement is None or not request.concerns(requirement.name):
        return None
    first = start + offset + requirement.start
    last = start + offset + requirement.end
    if editable:
        first = start + content.index(editable[0].strip())
    swap = [Change(Span(first, last), request.requirement)]
    if options:
        swap.append(Change(Span(start + options.start(), start + len(content)), ""))
    bottom = _end_with_notes(data, end)
    text = f"\n{indent_of(data, start)}{requirement.render(request)}"
    return Entry(
        requirement.name,
        "file",
        Span(first, last),
        requirement.marker,
        tuple(swap),
        (cut_lines(data, start, bottom),),
        (Change(Span(bottom, bottom), text),),
        requirement.obstacle,
        _loss(requirement, editable is not None, options, request),
    )


def _end_with_notes(data: bytes, end: int) -> int:
    """The end of the indented comments behind a line, in which pip-compile says where it comes from."""
    while note := _VIA.match(data, after_newline(data, end)) if end < len(data) else None:
        end = note.end()
    return end


def _loss(requirement: Requirement, editable: bool, options: re.Match[bytes] | None, request: Request) -> str:
    if editable or requirement.address:
        return replace(requirement, address=True).loss(request)
    if options and b"--hash" in options[0]:
        return f"the hashes were those of {request.old}: compile the requirements again"
    return f"the options were those of {request.old}" if options else ""
