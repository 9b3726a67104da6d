"""Matrix: how much of what real code uses of one library gets through to another, for every ordered pair.

A counted API gets the verdict of its plainest use: of the entry that serves it and of what the target
writes for the concept. Arguments that one of the two drops come on top of that, where they are given. Of
several entries that `when` or `beside` tells apart the verdict that most have counts, of a draw the worse.
An entry that is a gap, and one that does not reach the target, count as not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapter.graph.model import Entry, Library
from adapter.graph.network import Path, Route, route
from adapter.graph.store import Atlas
from adapter.graph.usage import Counted, CountedSite, read_usage, site_of
from adapter.plan import Fidelity, SiteKind


class Verdict(StrEnum):
    """How one counted API gets through, from best to worst."""

    EXACT = "exact"
    LOSSY = "lossy"
    UNSAFE = "unsafe"
    NOT = "not at all"


_WORST = list(Verdict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One counted API on its way to one target; `why` says what stands in the way, or what is lost.

    `apart` marks the client of stored runs, searches and what only the source's own pages show.
    """

    counted: Counted
    verdict: Verdict
    why: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """All counted APIs of one library on their way to another."""

    source: str
    target: str
    passages: tuple[Passage, ...]

    def number(self, verdict: Verdict) -> int:
        """How many APIs have a verdict."""
        return sum(1 for passage in self.passages if passage.verdict is verdict)

    def share(self, *verdicts: Verdict) -> float:
        """The part of all counted places, from 0 to 1, that is in APIs with one of the verdicts."""
        return _share(self.passages, verdicts)

    @property
    def translated(self) -> float:
        """The part of all counted places that is translated without `--unsafe`."""
        return self.share(Verdict.EXACT, Verdict.LOSSY)

    @property
    def recording(self) -> float:
        """The same part of the places that record runs: without those that are `apart`."""
        passages = [passage for passage in self.passages if not passage.apart]
        return _share(passages, (Verdict.EXACT, Verdict.LOSSY))


def _share(passages: Sequence[Passage], verdicts: Sequence[Verdict]) -> float:
    total = sum(passage.counted.weight for passage in passages)
    found = sum(passage.counted.weight for passage in passages if passage.verdict in verdicts)
    return found / total if total else 0.0


def tracking_libraries(atlas: Atlas) -> list[str]:
    """The libraries whose maps have concepts of tracking runs, sorted."""
    return [name for name in atlas.names if any(_tracks(entry) for entry in atlas.library(name).entries)]


def _tracks(entry: Entry) -> bool:
    return entry.concept in ("tracking.start_run", "tracking.log_metric", "tracking.log_metrics")


def pairs(atlas: Atlas, sources: Sequence[str], targets: Sequence[str]) -> Iterator[Pair]:
    """Every ordered pair of different libraries; a source that nobody counted has no passages.

    Raises:
        MapError: a map or a ranking does not hold together.
        UnknownLibraryError: a library has no map.
    """
    for source in sources:
        library = atlas.library(source)
        counted = [(each, site_of(each.api, library)) for each in read_usage(source)]
        for target in targets:
            if source != target:
                way = route(atlas, source, target)
                yield Pair(source, target, tuple(_passage(each, site, way) for each, site in counted))


def _passage(counted: Counted, site: CountedSite, way: Route) -> Passage:
    entries = _entries(site, way.source)
    api = site.source or site.api
    apart = way.source.is_apart(api)
    if not entries:
        why = way.source.scope_note(api) or f"the map has no entry for {api}"
        return Passage(counted, Verdict.NOT, why, apart)
    found = [_verdict(entry, way) for entry in _plain_uses(entries) or entries]
    votes = Counter(verdict for verdict, _ in found)
    chosen = max(votes, key=lambda verdict: (votes[verdict], _WORST.index(verdict)))
    return Passage(counted, chosen, next(why for verdict, why in found if verdict is chosen), apart)


def _entries(site: CountedSite, library: Library) -> list[Entry]:
    if site.source:
        return _makers(site.source, library)
    found = library.entries_for(site.kind, site.api, site.owner)
    if not found and site.kind is SiteKind.READ:
        # a name that is read without a call: a class in a check, a function that is handed on
        found = library.entries_for(SiteKind.ANNOTATION, site.api, site.owner)
    return found


def _makers(source: str, library: Library) -> list[Entry]:
    """The entries of the call, or of the member, that gives plain data."""
    kind = SiteKind.CALL if source.endswith("()") else SiteKind.READ
    name = source.removesuffix("()")
    return library.entries_for(kind, name, name.rpartition(".")[0])


def _plain_uses(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that may serve a use which gives no more than it must, in the order of the map."""
    found: list[Entry] = []
    for entry in entries:
        always = set(_always_given(entry))
        optional = (entry.pattern.arguments if entry.pattern is not None else frozenset()) - always
        asked = {name: wanted for name, wanted in entry.when.items() if wanted != "given" or name in optional}
        if any(name in optional and wanted not in ("absent", "none") for name, wanted in asked.items()):
            continue
        found.append(entry)
        if not entry.beside and all(name in optional for name in asked):
            break
    return found


def _verdict(entry: Entry, way: Route) -> tuple[Verdict, str]:
    if entry.gap:
        return Verdict.NOT, entry.gap
    path = way.paths.get(entry.index)
    if path is None:
        return Verdict.NOT, f"{way.target.name} has nothing for {entry.concept}"
    lowered = () if path.direct else (_plainest(path),)
    fidelity = Fidelity.worst((entry.fidelity, *(each.fidelity for each in lowered)))
    notes = [each.note for each in (entry, *lowered) if each.note]
    lost = [reason for each in lowered for reason in _lost(entry, each)]
    if lost and fidelity is Fidelity.EXACT:
        fidelity = Fidelity.LOSSY
    return Verdict(fidelity.value), "; ".join([*notes, *lost])


def _plainest(path: Path) -> Entry:
    """The entry that takes anything; where all ask for something, the most faithful."""
    anything = [entry for entry in path.lowers if not entry.when]
    return min(anything or path.lowers, key=lambda entry: entry.fidelity.rank)


def _lost(entry: Entry, lowered: Entry) -> Iterator[str]:
    """What the target has no place for though every use of the API gives it."""
    if entry.lift is None or entry.lift.concept != lowered.concept or lowered.write is None:
        return
    always = set(_always_given(entry))
    for name, template in entry.lift.arguments.items():
        if name in lowered.write.names or not template.names or not template.names <= always:
            continue
        reason = lowered.drops.get(name, f"{lowered.library} has no counterpart for {name}")
        if reason:
            yield reason


def _always_given(entry: Entry) -> Iterable[str]:
    pattern = entry.pattern
    if pattern is None:
        return ()
    words = [name for name in (pattern.member, pattern.key, pattern.value) if name]
    parameters = pattern.signature.parameters if pattern.signature is not None else ()
    return [*words, *(each.name for each in parameters if not each.optional)]
