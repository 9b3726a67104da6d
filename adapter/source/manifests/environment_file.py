"""source: environment.yml of conda, with its nested pip list, and the python_env.yaml of MLflow projects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from adapter.plan import Change, Span
from adapter.source.errors import SourceError
from adapter.source.manifests.entry import Entry
from adapter.source.manifests.items import cut_item, cut_lines, item_before, line_after, line_start
from adapter.source.manifests.request import Request
from adapter.source.manifests.requirement import Requirement, parse_requirement

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

_CONDA = re.compile(
    r"(?P<channel>\s*(?:[\w./-]+::)?)(?P<name>[A-Za-z0-9][\w.-]*)(?P<pin>[\s=<>!~^\[].*)?", re.DOTALL
)
_PREFIX = re.compile(rb"[ \t]*-[ \t]+$")
_PIP_ENTRY = re.compile(rb"[ \t]*-[ \t]+(?:pip|\"pip\"|'pip')[ \t]*:[ \t]*(?:#[^\r\n]*)?$")
_PROPERTIES = re.compile(rb"(?:[&!]\S+[ \t]+)*")


def read_entries(path: Path, data: bytes, request: Request) -> Iterator[Entry]:
    """The entries for the two distributions of a request.

    Raises SourceError, with line and column, for what is not YAML.
    """
    root = _compose(path, data)
    pip_only = path.name.startswith("python_env")
    seen: set[int] = set()
    for scalar, is_pip, parent in _scalars(root, pip_only):
        span = _span(data, scalar)
        # An alias gives the same node again.
        if span.start in seen:
            continue
        seen.add(span.start)
        requirement = parse_requirement(str(scalar.value)) if is_pip else _conda(str(scalar.value))
        if requirement is not None and request.concerns(requirement.name):
            yield _entry(data, span, requirement, parent, request)


def _compose(path: Path, data: bytes) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        node: Node | None = YAML().compose(data.decode())
    except YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = getattr(problem, "problem", None) or str(problem).splitlines()[0]
        raise SourceError.at(path, f"is not YAML: {message}", line, column, "correct it") from None
    return node


def _scalars(root: Node | None, pip_only: bool) -> Iterator[tuple[ScalarNode, bool, SequenceNode]]:
    """Every scalar of the dependency lists, whether pip reads it, and its list."""
    from ruamel.yaml.nodes import ScalarNode

    for key, listed in _lists_in(root):
        if key not in ("dependencies", "build_dependencies"):
            continue
        for item in listed.value:
            if isinstance(item, ScalarNode):
                yield item, pip_only, listed
            for name, inner in _lists_in(item):
                if name == "pip":
                    yield from (
                        (entry, True, inner) for entry in inner.value if isinstance(entry, ScalarNode)
                    )


def _lists_in(node: Node | None) -> Iterator[tuple[str, SequenceNode]]:
    """The keys of a mapping whose value is a list, with the list."""
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and isinstance(value, SequenceNode):
                yield str(key.value), value


def _conda(text: str) -> Requirement | None:
    """A package as conda spells it: channel::name, then versions and build."""
    match = _CONDA.fullmatch(text)
    if match is None:
        return None
    return Requirement(match["name"], match.end("channel"), len(text.rstrip()))


def _span(data: bytes, scalar: ScalarNode) -> Span:
    """The bytes of a scalar, without the anchor or tag before it."""
    start, end = scalar.start_mark.index, scalar.end_mark.index
    if not data.isascii():
        text = data.decode()
        start, end = len(text[:start].encode()), len(text[:end].encode())
    properties = _PROPERTIES.match(data, start, end)
    start = properties.end() if properties else start
    return Span(start, start + len(data[start:end].rstrip()))


def _entry(
    data: bytes, span: Span, requirement: Requirement, parent: SequenceNode, request: Request
) -> Entry:
    text = data[span.start : span.end].decode()
    quote = text[0] if text[0] in "\"'" else ""
    inner = span.start + len(quote)
    place = Span(inner + requirement.start, inner + requirement.end)
    new = request.requirement
    if not quote and (parent.flow_style and "," in new):
        new = f'"{new}"'
    beside = f"{quote}{new}{requirement.tail}{quote}"
    prefix = data[line_start(data, span.start) : span.start]
    block = not parent.flow_style
    odd = requirement.odd or (block and not _PREFIX.match(prefix)) or "\n" in text
    return Entry(
        requirement.name,
        "file",
        span,
        requirement.marker,
        (Change(place, new),),
        (_drop_line(data, span, parent) if block else cut_item(data, span),),
        (line_after(data, span.end, prefix.decode() + beside) if block else item_before(data, span, beside),),
        "it is not one plain line of a list" if odd else "",
        requirement.loss(request),
    )


def _drop_line(data: bytes, span: Span, parent: SequenceNode) -> Change:
    """Takes away the line of an item; a pip list that would be left empty goes as well."""
    cut = cut_lines(data, span.start, span.end)
    first = line_start(data, cut.span.start - 1) if cut.span.start else 0
    if len(parent.value) == 1 and _PIP_ENTRY.match(data[first : cut.span.start].rstrip(b"\r\n")):
        return Change(Span(first, cut.span.end), "")
    return cut
