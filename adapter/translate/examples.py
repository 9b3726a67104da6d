"""The examples beside the entries of maps, run: each has a verdict with a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route, route
from adapter.graph.store import Atlas
from adapter.names.catalog import LibraryCatalog
from adapter.plan import Plan
from adapter.source.syntax import first_syntax_error
from adapter.source.text import read_source
from adapter.translate.file import translate_file


class ExampleVerdict(StrEnum):
    """What running an example showed."""

    VALIDATED = "validated"
    WRONG = "wrong"
    MISSING = "missing"
    NOISY = "noisy"
    BROKEN = "broken"

    @property
    def meaning(self) -> str:
        """The verdict in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    ExampleVerdict.VALIDATED: "comes out as the map says, and a second run finds nothing to do",
    ExampleVerdict.WRONG: "comes out, but not as the map says",
    ExampleVerdict.MISSING: "is left as it is, or in part",
    ExampleVerdict.NOISY: "comes out as the map says, but a second run finds something to do",
    ExampleVerdict.BROKEN: "does not parse, before or after",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One example of an entry, with the line of the map's file where it stands (0 when not known)."""

    source: str
    target: str
    api: str
    number: int
    before: str
    after: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """The verdict on one example; `detail` is a diff, or what was left and why."""

    example: Example
    verdict: ExampleVerdict
    detail: str = ""


def examples_of(atlas: Atlas, library: str) -> Iterator[Example]:
    """The examples of a library's map, in file order."""
    document = atlas.library_documents[library]
    for index, item in enumerate(document.data["apis"]):
        for number, each in enumerate(item.get("examples", ()), 1):
            line = document.places.get(("apis", index, "examples", number - 1), (0, 0))[0]
            api = str(item.get("api", item.get("concept")))
            yield Example(
                library, each["to"], api, number, each["before"], each["after"], document.path, line
            )


class ExampleRunner:
    """Runs examples of one set of maps; the routes are kept from one to the next."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._ways: dict[tuple[str, str], tuple[Route, LibraryCatalog]] = {}

    def run(self, example: Example) -> ExampleResult:
        """Translates an example wholly, and once more.

        Raises:
            UnknownLibraryError: the example's target has no map.
            MapError: a map does not hold together.
        """
        plan = self._translated(example, example.before)
        if plan.error is not None:
            return ExampleResult(example, ExampleVerdict.BROKEN, plan.error.message)
        after = (plan.before if plan.after is None else plan.after).decode()
        if plan.gaps:
            left = "; ".join(f"line {gap.site.line}: {gap.site.api}: {gap.detail}" for gap in plan.gaps)
            return ExampleResult(example, ExampleVerdict.MISSING, left)
        if plan.after is None:
            return ExampleResult(example, ExampleVerdict.MISSING, "nothing was rewritten")
        if after != example.after:
            return ExampleResult(example, ExampleVerdict.WRONG, difference(example.after, after))
        if first_syntax_error(read_source(Path("example.py"), plan.after)) is not None:
            return ExampleResult(example, ExampleVerdict.BROKEN, "what comes out does not parse")
        again = self._translated(example, example.after)
        if again.after is not None or again.edits or again.gaps:
            seen = ", ".join(site.api for site in again.all_sites())
            return ExampleResult(example, ExampleVerdict.NOISY, f"seen again: {seen}")
        return ExampleResult(example, ExampleVerdict.VALIDATED)

    def _translated(self, example: Example, text: str) -> Plan:
        key = (example.source, example.target)
        if key not in self._ways:
            way = route(self._atlas, *key)
            self._ways[key] = way, catalog_of(way.source)
        way, catalog = self._ways[key]
        # an example shows what an entry writes, also where that wants --unsafe
        return translate_file(Path("example.py"), text.encode(), way, catalog, None, unsafe=True).plan


def difference(wanted: str, got: str) -> str:
    """What comes out, against what was said, as a diff."""
    lines = difflib.unified_diff(
        wanted.splitlines(), got.splitlines(), "as the map says", "as it comes out", lineterm=""
    )
    return "\n".join(lines)
