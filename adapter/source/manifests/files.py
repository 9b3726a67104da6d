"""source: which files are manifests, and the plan of one of them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from adapter.plan import Plan
from adapter.source.edits import apply_changes
from adapter.source.encoding import Decoded, decode, encode, newline_of
from adapter.source.errors import SourceError
from adapter.source.manifests.entry import Entry, settle
from adapter.source.manifests.request import Request

Reader = Callable[[Path, bytes, Request], Iterable[Entry]]

_REQUIREMENTS = re.compile(
    r"(?:.*[-_.])?(?:requirements|reqs|constraints)(?:[-_.\d].*)?\.(?:txt|in|pip)", re.IGNORECASE
)
_ENVIRONMENT = re.compile(r"(?:.*[-_.])?(?:environment|env|conda)(?:[-_.\d].*)?\.ya?ml", re.IGNORECASE)
_FIXED = {"pyproject.toml": "toml", "Pipfile": "toml", "setup.cfg": "setup.cfg", "setup.py": "setup.py"}
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def is_manifest(path: Path) -> bool:
    """Whether a file lists dependencies, as far as its name tells."""
    return bool(_kind(path))


def plan_manifest(path: Path, raw: bytes, request: Request) -> Plan:
    """The plan that puts the new distribution in the place of the old one, or beside it.

    All bytes but those of the entries stay. A file that cannot be read has its error in the plan, with
    line and column; one that does not name the old distribution is not even parsed.
    """
    plan = Plan(path, raw)
    kind = _kind(path)
    if not kind or not request.may_concern(raw):
        return plan
    try:
        text, mark = _decode(path, raw, kind)
        changes = settle(text.data, _reader(kind)(path, text.data, request), request, plan)
        if changes:
            data = apply_changes(text.data, changes, text.newline)
            plan.after = mark + encode(path, data, text.encoding, text.bom)
    except SourceError as problem:
        plan.error = problem.error
    return plan


def manifest_entries(path: Path, raw: bytes, request: Request) -> list[tuple[str, str]]:
    """Name and text of every entry of the distributions that a request concerns, its line included.

    Raises:
        SourceError: the file cannot be read.
    """
    kind = _kind(path)
    if not kind or not request.may_concern(raw):
        return []
    text, _ = _decode(path, raw, kind)
    found = []
    for entry in _reader(kind)(path, text.data, request):
        end = text.data.find(b"\n", entry.span.end)
        line = text.data[entry.span.start : len(text.data) if end < 0 else end]
        found.append((entry.name, line.decode("utf-8", "replace")))
    return found


def _kind(path: Path) -> str:
    name = path.name
    if name in _FIXED:
        return _FIXED[name]
    if name.endswith((".txt", ".in", ".pip")):
        listed = _REQUIREMENTS.fullmatch(name) or path.parent.name in ("requirements", "constraints")
        return "requirements" if listed else ""
    return "environment" if name.endswith((".yml", ".yaml")) and _ENVIRONMENT.fullmatch(name) else ""


def _reader(kind: str) -> Reader:
    """The reader of a kind of manifest; its module is loaded when the first such file comes."""
    if kind == "requirements":
        from adapter.source.manifests.requirements_file import read_entries
    elif kind == "toml":
        from adapter.source.manifests.toml_file import read_entries
    elif kind == "setup.cfg":
        from adapter.source.manifests.setup_cfg import read_entries
    elif kind == "setup.py":
        from adapter.source.manifests.setup_py import read_entries
    else:
        from adapter.source.manifests.environment_file import read_entries
    return read_entries


def _decode(path: Path, raw: bytes, kind: str) -> tuple[Decoded, bytes]:
    """The text, and a mark that stands before it; pip reads UTF-16, which PowerShell writes."""
    for mark, encoding in _WIDE.items():
        if kind == "requirements" and raw.startswith(mark):
            try:
                data = raw[len(mark) :].decode(encoding).encode()
            except UnicodeDecodeError as problem:
                remedy = "save it as UTF-8"
                raise SourceError.at(path, f"is not {encoding}: {problem.reason}", 1, 1, remedy) from None
            return Decoded(data, encoding, False, newline_of(data)), mark
    return decode(path, raw), b""
