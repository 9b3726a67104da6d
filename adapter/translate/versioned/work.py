"""translate: the sites of one file that versions data: what each becomes, and what comes beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.graph.model import Entry
from adapter.graph.network import Path
from adapter.names.uses import Use
from adapter.plan import Change, Edit, Fidelity, GapReason, Span
from adapter.translate.arguments import Arg
from adapter.translate.context import context_of, statements_in
from adapter.translate.import_model import line_end
from adapter.translate.layouts import layout_of, line_limit
from adapter.translate.ledger import Done, Ledger
from adapter.translate.lift import NoPathError
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.place import PlaceError, Placer
from adapter.translate.render import Rendered
from adapter.translate.versioned.calls import GitCall
from adapter.translate.versioned.content import Content, read_content
from adapter.translate.versioned.excepts import guarded_by, widened
from adapter.translate.versioned.files import Kind
from adapter.translate.versioned.handles import Handle, Handles
from adapter.translate.versioned.nodes import arguments, child, keywords, text_of
from adapter.translate.versioned.processes import command_of_dvc
from adapter.translate.versioned.sites import Asked, KeptError, SiteReader

if TYPE_CHECKING:
    from adapter.translate.versioned.translator import Translator

_OPENS = frozenset({"versioning.open", "versioning.create"})
_FETCHES = frozenset({"versioning.clone", "versioning.fetch"})
_DONE = "DVC does its part beside it already"


@dataclass(slots=True)
class Site:
    """A place that uses git: the call read, and the concept that its API lifts to."""

    use: Use
    concept: str
    call: GitCall | None
    entry: Entry | None


class Work:
    """The sites of one file that versions data, one after the other."""

    def __init__(
        self,
        translator: Translator,
        ledger: Ledger,
        placer: Placer,
        handles: Handles,
        reason: str,
        sites: list[Site],
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
        self._makers: list[Site] = []
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

    def handle(self, site: Site) -> None:
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

    def _edit(self, site: Site) -> None:
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

    def _clone(self, site: Site, call: GitCall) -> None:
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

    def _write(self, site: Site, asked: Asked, handle: Handle | None, suffix: str = "") -> None:
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

    def _place(self, site: Site, lowered: Lowered, handle: Handle | None) -> None:
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
