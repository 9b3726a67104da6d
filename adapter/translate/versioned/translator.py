"""translate: one source whose library versions all files, moved to one that keeps the data beside git."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from adapter.graph.model import Entry
from adapter.graph.network import Path, Route
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Ignored, SiteKind, Span
from adapter.source.text import Source
from adapter.translate.arguments import Arg
from adapter.translate.context import context_of, statements_in
from adapter.translate.engine import Outcome, ignore_mark
from adapter.translate.import_model import line_end
from adapter.translate.layouts import layout_of, line_limit
from adapter.translate.ledger import Done, Ledger
from adapter.translate.lift import NoPathError
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.module_level import after_imports
from adapter.translate.place import PlaceError, Placer
from adapter.translate.render import Rendered
from adapter.translate.versioned.calls import GitCall, read_items, read_process, read_words
from adapter.translate.versioned.content import Content, read_content
from adapter.translate.versioned.excepts import guarded_by, widened
from adapter.translate.versioned.files import Kind
from adapter.translate.versioned.handles import Handle, Handles
from adapter.translate.versioned.nodes import arguments, child, keywords, text_of
from adapter.translate.versioned.paths import PathReader
from adapter.translate.versioned.processes import command_of_dvc
from adapter.translate.versioned.sites import Asked, KeptError, SiteReader

_OPENS = frozenset({"versioning.open", "versioning.create"})
_FETCHES = frozenset({"versioning.clone", "versioning.fetch"})
_DATA = frozenset(
    {"versioning.add", "versioning.remove", "versioning.move", "versioning.restore", "versioning.history"}
)
_CODE_ONLY = "nothing here shows data files; --data GLOB says which are"
_UNSEEN = "whether it takes in data or code does not show; --data GLOB says which files are data"
_DONE = "DVC does its part beside it already"


@dataclass(slots=True)
class _Site:
    """A place that uses git: the call read, and the concept that its API lifts to."""

    use: Use
    concept: str
    call: GitCall | None
    entry: Entry | None


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
    _read: list[_Site] | None = None

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
        work = _Work(self, ledger, placer, handles, reason, sites)
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

    def _left_alone(self, sites: list[_Site], ledger: Ledger) -> Outcome:
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
    def _adds_code_alone(sites: list[_Site]) -> bool:
        """Whether all that a file takes into versions is code."""
        added = [site.call for site in sites if site.call is not None and site.concept == "versioning.add"]
        operands = [each for call in added for each in call.operands]
        return bool(operands) and all(each.kind is Kind.CODE for each in operands)

    def _is_of_code(self, sites: list[_Site]) -> bool:
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

    def _sites(self) -> list[_Site]:
        if self._read is None:
            self._read = self._read_sites()
        return self._read

    def _read_sites(self) -> list[_Site]:
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
                    found.append(_Site(use, concept if call.program == "git" else "", call, entry))
        return sorted(found, key=lambda site: (site.use.node.start_byte, site.use.node.end_byte))

    def _entry(self, api: str, owner: str) -> Entry | None:
        entries = self.route.source.entries_for(SiteKind.CALL, api, owner)
        return entries[0] if entries else None

    def _site(self, use: Use) -> _Site:
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
        return _Site(use, concept, call, entry)

    def _fresh_name(self, wanted: str, at: Node) -> str:
        name, number = wanted, 1
        while name in self._taken or self.names.is_bound(name, at):
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


class _Work:
    """The sites of one file that versions data, one after the other."""

    def __init__(
        self,
        translator: Translator,
        ledger: Ledger,
        placer: Placer,
        handles: Handles,
        reason: str,
        sites: list[_Site],
    ) -> None:
        self._translator, self._ledger, self._placer = translator, ledger, placer
        self._handles, self._reason = handles, reason
        route = translator.route
        self._source, self._names = translator.source, translator.names
        self._lowerer = Lowerer(route.atlas, route.target, translator.names)
        self._limit = line_limit(translator.source.data)
        fetches = any(site.concept in _FETCHES for site in sites)
        adds_data = any(
            operand.kind is Kind.DATA
            for site in sites
            if site.concept == "versioning.add" and site.call is not None
            for operand in site.call.operands
        )
        self._reader = SiteReader(translator.reader, reason, fetches, adds_data)
        self._makers: list[_Site] = []
        self._uses = {
            (Span(site.use.node.start_byte, site.use.node.end_byte), site.use.api): site.use for site in sites
        }
        self._excepts: list[Use] = []
        self._opened: set[int] = set()
        self._runs_dvc = any(site.call is not None and site.call.program == "dvc" for site in sites)
        self._gone: list[Span] = []

    @property
    def defines_opener(self) -> bool:
        """Whether the file needs the function that opens the target, and has none yet."""
        uses = self._handles.uses_opener and bool(self._ledger.done)
        return uses and f"def {self._handles.opener}(".encode() not in self._source.data

    def handle(self, site: _Site) -> None:
        """Edits one site, leaves it to git, or writes a gap down."""
        use = site.use
        if site.concept in _OPENS:
            self._makers.append(site)
            return
        if _in_except(use.node):
            self._excepts.append(use)
            return
        try:
            self._edit(site)
        except KeptError as kept:
            self._translator.keep(self._ledger, use, str(kept))
        except NoPathError as failure:
            self._ledger.fail(use, failure)
        except PlaceError as failure:
            self._ledger.fail(use, NoPathError(GapReason.POSITION, str(failure)))

    def _edit(self, site: _Site) -> None:
        call = site.call
        content = read_content(site.use, self._names, self._translator.reader)
        if content is not None:
            removed = self._leaving(content)
            receiver = content.repository
            handle = self._handles.of(receiver) if receiver is not None else None
            if handle is None:
                raise NoPathError(GapReason.VALUE, "the repository that it reads from is not in sight")
            words = {
                "path": content.path,
                "revision": content.revision,
                "mode": content.mode,
                "root": handle.root,
            }
            given = {name: Arg(text, raw=True) for name, text in words.items() if text}
            asked = Asked("versioning.read", given, node=content.node, imports=["import dvc.api"])
            self._write(site, asked, None, content.suffix)
            for statement in removed:
                self._placer.removed.append(statement)
            self._gone += [Span(each.start_byte, each.end_byte) for each in (content.node, *removed)]
            return
        if call is None or (call.program == "git" and not site.concept):
            raise KeptError(self._reason)
        if call.program != "git":
            self._write(site, command_of_dvc(call), None)
            return
        if self._runs_dvc:
            raise KeptError(_DONE)
        if site.concept == "versioning.clone":
            self._clone(site, call)
            return
        handle = self._handle(site.use, call)
        asked = self._reader.asked(site.concept, call, handle)
        if call.style == "process" and asked.concept != "versioning.read":
            asked.imports = [*asked.imports]
        self._write(site, asked, handle)

    def _leaving(self, content: Content) -> list[Node]:
        """The statements that only fetched git's object of the file.

        Raises:
            NoPathError: the object is used for something else too.
        """
        found: list[Node] = []
        for name in content.holders:
            places = self._names.occurrences(text_of(name), self._names.scope_of(name))
            if len(places) != 2:
                raise NoPathError(GapReason.VALUE, f"{text_of(name)} is used for more than its content")
            statement = context_of(places[0]).statement
            if statement.type != "expression_statement" or len(statement.named_children) != 1:
                raise NoPathError(GapReason.POSITION, f"what gives {text_of(name)} cannot be left out")
            found.append(statement)
        return found

    def _handle(self, use: Use, call: GitCall) -> Handle:
        if call.style == "process":
            return self._handles.of_process(call)
        handle = self._handles.of(use.receiver) if use.receiver is not None else None
        if handle is None:
            raise NoPathError(GapReason.UNKNOWN_RECEIVER, "the repository that it belongs to is not in sight")
        return handle

    def _clone(self, site: _Site, call: GitCall) -> None:
        """The clone gets its data; where a variable holds it, the target's object is made beside."""
        node = site.use.node
        if call.style != "object":
            raise KeptError(self._reason)
        if keywords(node).get("bare") is not None or keywords(node).get("mirror") is not None:
            raise KeptError("a bare clone has no working tree")
        assignment = node.parent
        left = (
            child(assignment, "left") if assignment is not None and assignment.type == "assignment" else None
        )
        handle = self._handles.of(left) if left is not None else None
        given = {"git": Arg(text_of(node), node)}
        if handle is not None and handle.makers:
            self._handles.want(handle)
            self._opened.add(node.id)
            opened = f"{handle.target} = {self._handles.opener}({handle.root})"
            lowered = self._lowered(Asked("versioning.clone", {**given, "holder": Arg(handle.target)}), node)
            lowered.lines.insert(1, Rendered(opened, False, False))
            self._place(site, lowered, None)
            return
        listed = arguments(node)
        folder = keywords(node).get("to_path", listed[1] if len(listed) > 1 else None)
        if folder is None or not context_of(node).alone:
            raise NoPathError(
                GapReason.POSITION, "the clone is handed on, and its data with it; call pull() on it"
            )
        handle = self._handles.of_folder(folder)
        self._write(site, Asked("versioning.clone", {**given, "holder": Arg(handle.target)}), handle)

    def _write(self, site: _Site, asked: Asked, handle: Handle | None, suffix: str = "") -> None:
        lowered = self._lowered(asked, asked.node or site.use.node)
        if suffix or asked.brackets:
            lowered.lines = [
                Rendered(f"({line.text})" if asked.brackets else line.text + suffix, True, line.bare)
                if line.is_value
                else line
                for line in lowered.lines
            ]
        self._place(site, lowered, handle)

    def _lowered(self, asked: Asked, node: Node) -> Lowered:
        route = self._translator.route
        lowers = tuple(
            entry
            for entry in route.target.entries
            if entry.concept == asked.concept and entry.write is not None
        )
        if not lowers:
            raise NoPathError(GapReason.NO_EDGE, f"{route.target.name} has nothing for {asked.concept}")
        layout = layout_of(self._source, node, self._limit)
        path = Path((asked.concept,), lowers)
        lowered = self._lowerer.lower(path, asked.arguments, layout, asked.arguments)
        lowered.notes = [*lowered.notes, *asked.notes]
        git = asked.arguments.get("git")
        if git is not None and not any(line.is_value for line in lowered.lines):
            lowered.lines = [
                replace(line, is_value=line.text == git.text, bare=False) for line in lowered.lines
            ]
        if lowered.notes:
            lowered.fidelity = Fidelity.worst((lowered.fidelity, Fidelity.LOSSY))
        lowered.node = asked.node
        lowered.imports = [*lowered.imports, *asked.imports]
        return lowered

    def _place(self, site: _Site, lowered: Lowered, handle: Handle | None) -> None:
        node = lowered.node or site.use.node
        if self._is_done(node, lowered):
            raise KeptError(_DONE)
        changes = self._ledger_changes(node, lowered)
        if handle is not None:
            self._handles.want(handle)
        rule = lowered.rule
        if site.entry is not None:
            rule = f"{site.entry.rule} -> {site.concept} -> {rule}"
        to = ", ".join(
            name
            for name in (part.strip() for part in lowered.target.split(","))
            if handle is None or (handle.target in name or self._handles.opener in name or "dvc" in name)
        )
        edit = Edit(
            self._ledger.site(site.use),
            to or lowered.target,
            rule,
            lowered.fidelity,
            "; ".join(lowered.notes),
        )
        self._ledger.commit(Done(site.use, edit, changes, [], lowered.roots, lowered.imports))

    def _ledger_changes(self, node: Node, lowered: Lowered) -> list[Change]:
        if not lowered.lines:
            raise PlaceError("nothing is written for it")
        return self._placer.place(node, lowered.lines, [])

    def _is_done(self, node: Node, lowered: Lowered) -> bool:
        """Whether the statements that would be written stand beside the call already."""
        statement = context_of(node).statement
        block = statement.parent
        if block is None:
            return False
        siblings = statements_in(block)
        place = siblings.index(statement)
        near = [
            _normal(text_of(each)) for each in siblings[max(place - 4, 0) : place + 5] if each != statement
        ]
        values = [line for line in lowered.lines if line.is_value]
        extra = [line.text for line in lowered.lines if not line.is_value]
        if values and _normal(values[0].text) != _normal(text_of(node)):
            parent = node.parent
            return parent is not None and _normal(values[0].text) in _normal(text_of(parent))
        return bool(extra) and all(_normal(text) in near for text in extra)

    def count_what_went(self) -> None:
        """Sites inside of a read that the target does in one call, and of what led to it, went with it."""
        spans = self._gone

        def inside(span: Span) -> bool:
            return any(each.contains(span) and each != span for each in spans)

        for kept in [each for each in self._translator.kept if inside(each.site.span)]:
            self._translator.kept.remove(kept)
            use = self._uses[kept.site.span, kept.site.api]
            edit = Edit(kept.site, "dvc.api.read", f"{kept.site.api} -> versioning.read")
            self._ledger.done.append(Done(use, edit))

    def open_repositories(self) -> None:
        """Makes the target's object beside git's where a site uses it; the other openings stay."""
        for site in self._makers:
            wanted = self._handles.wanted.get(site.use.node.id)
            self._opened.add(site.use.node.id)
            if wanted is None:
                self._translator.keep(self._ledger, site.use, self._reason)
                continue
            target, root = wanted
            node = site.use.node
            given = {"holder": Arg(target, raw=True), "root": Arg(root, raw=True)}
            try:
                lowered = self._lowered(Asked(site.concept, given), node)
                lowered.lines = [
                    Rendered(text_of(node), True, False),
                    *(Rendered(line.text, False, False) for line in lowered.lines),
                ]
                self._place(site, lowered, None)
            except KeptError as kept:
                self._translator.keep(self._ledger, site.use, str(kept))
            except PlaceError as failure:
                self._ledger.fail(site.use, NoPathError(GapReason.POSITION, str(failure)))

        for maker, (target, root) in self._handles.wanted.items():
            if maker not in self._opened:
                self._open_beside(maker, target, root)

    def _open_beside(self, maker: int, target: str, root: str) -> None:
        """The target's object beside a repository that a function of the script gives."""
        statement = context_of(self._handles.nodes[maker]).statement
        line = f"{target} = {self._handles.opener}({root})"
        following = statement.next_named_sibling
        if following is not None and text_of(following) == line:
            return
        end = line_end(self._source.data, statement.end_byte)
        indent = self._source.line_indent(statement.start_byte)
        self._ledger.changes.add(Change(Span(end, end), f"\n{indent}{line}"))

    def widen_excepts(self, spec: object) -> None:
        """What catches git's exceptions catches the target's too, where a rewritten call is guarded."""
        raises = dict(spec).get("raises") if isinstance(spec, dict) else None
        for use in self._excepts:
            try:
                changes = widened(use.node, self._ledger.done, str(raises["name"]) if raises else "")
            except KeptError as kept:
                self._translator.keep(self._ledger, use, str(kept))
                continue
            except NoPathError as failure:
                for done in guarded_by(use.node, self._ledger.done):
                    self._ledger.take_back(done, failure.detail)
                self._ledger.fail(use, failure)
                continue
            name = f"{raises['from']}.{raises['name']}" if raises else ""
            edit = Edit(self._ledger.site(use), name, f"{use.api} -> {name}")
            line = f"from {raises['from']} import {raises['name']}" if raises else ""
            self._ledger.commit(Done(use, edit, changes, [], set(), [line]))


def _in_except(node: Node) -> bool:
    """Whether a node names an exception that an `except` catches."""
    parent = node.parent
    while parent is not None and parent.type in ("tuple", "as_pattern", "parenthesized_expression"):
        parent = parent.parent
    return parent is not None and parent.type == "except_clause"


def _normal(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("'", '"').replace(",)", ")").replace(",]", "]")
