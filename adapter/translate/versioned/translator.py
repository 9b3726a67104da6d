"""translate: one source whose library versions all files, moved to one that keeps the data beside git."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import Entry
from adapter.graph.network import Route
from adapter.names.uses import Names, Use
from adapter.plan import Change, Gap, GapReason, Ignored, SiteKind
from adapter.source.text import Source
from adapter.translate.engine import Outcome, ignore_mark
from adapter.translate.ledger import Ledger
from adapter.translate.lift import NoPathError
from adapter.translate.module_level import after_imports
from adapter.translate.place import Placer
from adapter.translate.versioned.calls import GitCall, read_items, read_process, read_words
from adapter.translate.versioned.content import read_content
from adapter.translate.versioned.files import Kind
from adapter.translate.versioned.handles import Handle, Handles
from adapter.translate.versioned.nodes import arguments, keywords
from adapter.translate.versioned.paths import PathReader
from adapter.translate.versioned.sites import KeptError, SiteReader
from adapter.translate.versioned.work import Site, Work

_DATA = frozenset(
    {"versioning.add", "versioning.remove", "versioning.move", "versioning.restore", "versioning.history"}
)
_CODE_ONLY = "nothing here shows data files; --data GLOB says which are"
_UNSEEN = "whether it takes in data or code does not show; --data GLOB says which files are data"


@dataclass(slots=True)
class Translator:
    """Translates one source along a route to a library that builds on the source's.

    `reader` knows its paths; `is_linked` says that a file which works together with it versions data.
    """

    source: Source
    names: Names
    route: Route
    reader: PathReader
    is_linked: bool = False
    _spec: dict[str, object] = field(default_factory=dict)
    kept: list[Ignored] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _imports: list[str] = field(default_factory=list)
    _read: list[Site] | None = None

    def versions_data(self) -> bool:
        """Whether something in the file shows that it versions data files."""
        if self.reader.kinds.globs:
            return any(site.concept for site in self._sites())
        sites = SiteReader(self.reader, "")
        for site in self._sites():
            call = site.call
            if call is not None and call.program == "dvc":
                return True
            if call is None or not site.concept:
                continue
            if (
                call.program == "git"
                and site.concept in _DATA
                and any(o.kind is Kind.DATA for o in call.operands)
            ):
                return True
            if read_content(site.use, self.names, self.reader) is not None:
                return True
            if site.concept == "versioning.add":
                handle = Handle("", "", "", True)
                try:
                    sites.asked(site.concept, call, handle)
                except (KeptError, NoPathError):
                    continue
                return True
        return False

    def run(self) -> Outcome:
        """Handles every site; imports are left to the caller."""
        spec = self.route.target.builds_on[self.route.source.name]
        reason, opener = str(spec["reason"]), str(spec["opener"])
        sites = self._sites()
        placer = Placer(self.source, self._fresh_name)
        ledger = Ledger(self.source, placer, self.names, self.route.source)
        handles = Handles(self.names, self.reader.index, opener, self.route.target.holder)
        if not (self.versions_data() or (self.is_linked and not self._adds_code_alone(sites))):
            return self._left_alone(sites, ledger)
        work = Work(self, ledger, placer, handles, reason, sites)
        for site in sites:
            asked = ignore_mark(self.source.data, site.use.node)
            if asked is None:
                work.handle(site)
            else:
                self.keep(ledger, site.use, asked, on_purpose=False)
        work.open_repositories()
        work.count_what_went()
        work.widen_excepts(spec)
        for removal in placer.removals():
            ledger.changes.absorb(self.source.data, removal.span)
            ledger.changes.add(removal)
        changes = ledger.changes
        if work.defines_opener:
            defined = str(spec["opens"]).rstrip().splitlines()
            first = min(done.use.node.start_byte for done in ledger.done)
            changes.add(self._definition(defined, first))
            self._imports += [str(line) for line in spec.get("imports", ())]
        return Outcome(
            changes=changes.all(),
            edits=sorted((done.edit for done in ledger.done), key=lambda edit: edit.site.span),
            gaps=sorted(ledger.gaps, key=lambda gap: gap.site.span),
            ignored=self.kept,
            roots={root for done in ledger.done for root in done.roots}
            | ({self.route.target.name} if work.defines_opener else set()),
            imports=[*self._imports, *(line for done in ledger.done for line in done.imports)],
            edited_nodes=[],
        )

    def _definition(self, lines: list[str], used_from: int) -> Change:
        """The function behind the imports, two blank lines on either side."""
        plain = after_imports(self.source, lines, used_from)
        rest = self.source.data[plain.span.end :]
        blank = len(rest) - len(rest.lstrip(b"\r\n"))
        in_cell = self.source.cells is not None
        below = max(1 - blank // len(self.source.newline), 0) if rest.strip() and not in_cell else 0
        return after_imports(self.source, ["", *lines, *[""] * below], used_from)

    def _left_alone(self, sites: list[Site], ledger: Ledger) -> Outcome:
        """A file that versions no data, as far as it shows: only what may be data after all is told."""
        gaps: list[Gap] = []
        may_be_data = not self._is_of_code(sites)
        for site in sites:
            if may_be_data and site.call is not None and site.concept == "versioning.add":
                gaps.append(Gap(ledger.site(site.use), GapReason.VALUE, _UNSEEN))
            else:
                self.kept.append(Ignored(ledger.site(site.use), _CODE_ONLY, on_purpose=True))
        return Outcome(gaps=gaps, ignored=self.kept)

    @staticmethod
    def _adds_code_alone(sites: list[Site]) -> bool:
        """Whether all that a file takes into versions is code."""
        added = [site.call for site in sites if site.call is not None and site.concept == "versioning.add"]
        operands = [each for call in added for each in call.operands]
        return bool(operands) and all(each.kind is Kind.CODE for each in operands)

    def _is_of_code(self, sites: list[Site]) -> bool:
        """Whether a file is seen to version code, or is a test."""
        if {"test", "tests"} & {part.lower() for part in self.source.path.parts[-4:-1]}:
            return True
        if self.source.path.stem.startswith(("test_", "conftest")):
            return True
        added = [site.call for site in sites if site.call is not None and site.concept == "versioning.add"]
        return any(each.kind is Kind.CODE for call in added for each in call.operands)

    def keep(self, ledger: Ledger, use: Use, reason: str, *, on_purpose: bool = True) -> None:
        """Leaves a site to git."""
        self.kept.append(Ignored(ledger.site(use), reason, on_purpose))

    def _sites(self) -> list[Site]:
        if self._read is None:
            self._read = self._read_sites()
        return self._read

    def _read_sites(self) -> list[Site]:
        uses = [use for use in self.names.uses() if use.kind is not SiteKind.IMPORT]
        found = [self._site(use) for use in uses]
        known = {use.node.id for use in uses}
        for node in self.reader.index.calls:
            if node.id not in known:
                call = read_process(node, self.reader)
                if call is not None:
                    api = f"{call.program} {call.verb}"
                    use = Use(SiteKind.CALL, api, "", call.verb, node, None, node)
                    entry = self._entry(f"{self.route.source.name}.Git.{call.verb}", "")
                    concept = entry.lift.concept if entry is not None and entry.lift is not None else ""
                    found.append(Site(use, concept if call.program == "git" else "", call, entry))
        return sorted(found, key=lambda site: (site.use.node.start_byte, site.use.node.end_byte))

    def _entry(self, api: str, owner: str) -> Entry | None:
        entries = self.route.source.entries_for(SiteKind.CALL, api, owner)
        return entries[0] if entries else None

    def _site(self, use: Use) -> Site:
        entry = self._entry(use.api, use.owner) if use.kind is SiteKind.CALL else None
        concept = entry.lift.concept if entry is not None and entry.lift is not None else ""
        call: GitCall | None = None
        if use.call is not None and concept:
            if use.owner.endswith(".Git"):
                call = read_words(use, self.reader)
            else:
                given = arguments(use.call)
                items = keywords(use.call).get("items", given[0] if given else None)
                call = read_items(use, items if use.owner.endswith(".IndexFile") else None, self.reader)
        return Site(use, concept, call, entry)

    def _fresh_name(self, wanted: str, at: Node) -> str:
        name, number = wanted, 1
        while name in self._taken or self.names.is_bound(name, at):
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name
