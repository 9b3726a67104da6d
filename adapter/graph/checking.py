"""Holding a map against real versions of its library: does what it reads and writes exist and bind?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapter.graph.api_index import Api, ApiIndex, ApiKind, ApiNotFoundError
from adapter.graph.claims import Claim, claims_of
from adapter.graph.model import Library
from adapter.graph.signature import Signature
from adapter.graph.store import Atlas

_MAX_CANDIDATES = 24


class Verdict(StrEnum):
    """What a version says about one use of its API."""

    FITS = "fits"
    DEPRECATED = "deprecated"
    MISSING = "missing"
    ARGUMENTS = "arguments"
    UNKNOWN = "unknown"

    @property
    def is_fault(self) -> bool:
        """Whether the use fails in that version."""
        return self in (Verdict.MISSING, Verdict.ARGUMENTS)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reason."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """One use that a map makes of its library, with the finding for each version in the order asked for.

    `line` is where the entry stands in the map's file, 0 when that is not known.
    """

    claim: Claim
    path: str
    line: int
    findings: tuple[Finding, ...]

    def faults(self, inside: Sequence[bool]) -> bool:
        """Whether the map is wrong: what it writes fails in a described version, what it reads in all.

        `inside` says of each version whether the map means to describe it.
        """
        if self.claim.is_written:
            return any(f.verdict.is_fault and here for f, here in zip(self.findings, inside, strict=True))
        return all(finding.verdict.is_fault for finding in self.findings)


def check_map(atlas: Atlas, name: str, indexes: Sequence[ApiIndex]) -> list[Row]:
    """Every use that the map of a library, and other maps that write straight to it, make of its API.

    Raises:
        UnknownLibraryError: there is no such map.
        MapError: a map does not hold together.
    """
    library = atlas.library(name)
    checkers = [_Checker(library, index) for index in indexes]
    rows: list[Row] = []
    for owner in dict.fromkeys((name, *atlas.names)):
        document = atlas.library_documents[owner]
        for entry in atlas.library(owner).entries:
            line = document.places.get(("apis", entry.index), (0, 0))[0]
            for claim in _unique(claims_of(entry, library)):
                if not any(index.holds(claim.name) for index in indexes):
                    continue
                findings = tuple(checker.finding(claim) for checker in checkers)
                rows.append(Row(claim, document.path, line, findings))
    return rows


def _unique(claims: Iterator[Claim]) -> list[Claim]:
    return list({(claim.text, claim.is_written): claim for claim in claims}.values())


def inside(versions: str, index: ApiIndex) -> bool:
    """Whether a version is one that a map describes."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(versions).contains(index.version, prereleases=True)
    except InvalidSpecifier:
        return True


class _Checker:
    """Looks the uses of one map up in one version."""

    def __init__(self, library: Library, index: ApiIndex) -> None:
        self._library, self._index = library, index
        self._others = _reversed_aliases(library)

    def finding(self, claim: Claim) -> Finding:
        unknown = missing = ""
        for name in self._candidates(claim.name):
            if not self._index.holds(name):
                unknown = unknown or f"{name} belongs to another package"
                continue
            try:
                return self._bound(self._index.find(name), claim)
            except ApiNotFoundError as error:
                missing = missing or str(error)
            except LookupError as error:
                unknown = unknown or str(error)
        if unknown:
            return Finding(Verdict.UNKNOWN, unknown)
        return Finding(Verdict.MISSING, missing)

    def _bound(self, api: Api, claim: Claim) -> Finding:
        reason = ""
        if claim.call is not None and (api.callable or api.kind is ApiKind.MODULE):
            if api.kind is ApiKind.MODULE:
                reason = f"{api.name} is a module"
            else:
                reason = api.misfit(claim.call.positional, claim.call.keywords, partial=claim.call.partial)
        elif claim.signature is not None and api.callable:
            reason = _difference(claim.signature, api)
        if reason:
            return Finding(Verdict.ARGUMENTS, reason)
        if api.deprecated:
            return Finding(Verdict.DEPRECATED, api.deprecated)
        return Finding(Verdict.FITS)

    def _candidates(self, name: str) -> list[str]:
        """The name, and others for the same thing: by the map's aliases, and by what makes the object."""
        found: list[str] = []
        waiting = [name]
        while waiting and len(found) < _MAX_CANDIDATES:
            current = waiting.pop(0)
            if current in found:
                continue
            found.append(current)
            for prefix, others in self._others.items():
                if current == prefix or current.startswith(f"{prefix}."):
                    waiting += [other + current[len(prefix) :] for other in others]
        return found


def _reversed_aliases(library: Library) -> dict[str, list[str]]:
    """Other names of what the map calls something: aliases, a type's annotation, what makes its objects."""
    found: dict[str, list[str]] = {}
    for other, name in library.aliases.items():
        found.setdefault(name, []).append(other)
    for kind in library.types.values():
        makers = [made for made in kind.made_by if made.removesuffix("()") != kind.name and "[" not in made]
        found.setdefault(kind.name, []).extend([*([kind.annotation] if kind.annotation else []), *makers])
    return found


def _difference(signature: Signature, api: Api) -> str:
    """Where the parameters that a map's pattern names are not those of the API, in name or order."""
    if api.parameters is None or any(p.kind == "VAR_POSITIONAL" for p in api.parameters):
        return ""
    real = {p.name for p in api.parameters}
    takes_any = any(p.kind == "VAR_KEYWORD" for p in api.parameters)
    ordered = [p.name for p in api.parameters if p.kind.startswith("POSITIONAL")]
    for index, parameter in enumerate(signature.parameters):
        if parameter.kind not in ("positional", "keyword"):
            continue
        if parameter.name in real:
            if parameter.kind == "positional" and index < len(ordered) and ordered[index] != parameter.name:
                return f"parameter {index + 1} is {ordered[index]!r}, not {parameter.name!r}"
        # a required argument given by position may have any name in a map
        elif not takes_any and (parameter.optional or index >= len(ordered)):
            return f"no parameter {parameter.name!r}"
    return ""
