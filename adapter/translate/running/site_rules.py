"""Running functions over the sites of a library: what they return is put in the place of the site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tree_sitter import Node

from adapter.graph.catalogs import catalog_of
from adapter.graph.store import Atlas
from adapter.names.catalog import LibraryCatalog
from adapter.names.project import ProjectNames
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, Fidelity, FileError, Gap, GapReason, Ignored, Plan, SiteKind, Span
from adapter.source.edits import Changes
from adapter.source.errors import SourceError
from adapter.source.syntax import first_syntax_error
from adapter.source.text import Source, parse_python, read_source, rewrite
from adapter.translate.engine import ignore_mark
from adapter.translate.imports import NeededImport, plan_imports
from adapter.translate.running.protocol import CodeSite, Left, SiteRule


def catalog_for(rule: SiteRule, atlas: Atlas) -> LibraryCatalog:
    """What is known of the names of a rule's library: its map, else its name alone."""
    if rule.library in atlas.names:
        return catalog_of(atlas.library(rule.library))
    return LibraryCatalog(rule.library)


def run_site_rule(
    rule: SiteRule,
    catalog: LibraryCatalog,
    path: Path,
    raw: bytes,
    project: ProjectNames | None,
    *,
    unsafe: bool = False,
) -> Plan:
    """The plan of what a rule makes of the sites of one file, inner sites before those around them."""
    plan = Plan(path, raw)
    try:
        source = read_source(path, raw)
        problem = first_syntax_error(source)
        if problem is not None:
            line, column, message = problem
            plan.error = FileError(path, message, line, column, "left as it is; mend it and run again")
            return plan
        names = Names(source, catalog, project)
        changes, imports = Changes(), list[str]()
        uses = [use for use in names.uses() if use.kind is not SiteKind.IMPORT]
        for use in sorted(
            uses, key=lambda each: (each.node.end_byte - each.node.start_byte, each.node.start_byte)
        ):
            _apply(rule, use, source, changes, imports, plan, unsafe=unsafe)
    except SourceError as error:
        plan.error = error.error
        return plan
    _finish(plan, source, changes, imports)
    return plan


def _apply(
    rule: SiteRule,
    use: Use,
    source: Source,
    changes: Changes,
    imports: list[str],
    plan: Plan,
    *,
    unsafe: bool,
) -> None:
    span = Span(use.node.start_byte, use.node.end_byte)
    site = source.site(span, use.kind, use.api)
    text = changes.render(source.data, span)
    view = _view(use, source, text, changes, site.line, site.column)
    try:
        new = rule.function(view)
    except Left as reason:
        plan.gaps.append(Gap(site, GapReason.NO_EDGE, str(reason)))
        return
    except Exception as error:  # noqa: BLE001 - a fault of the rule at one site must not cost the others
        plan.gaps.append(Gap(site, GapReason.NO_EDGE, f"{rule.name} failed: {type(error).__name__}: {error}"))
        return
    if new is None or new == text:
        return
    asked = ignore_mark(source.data, use.node)
    if asked is not None:
        plan.ignored.append(Ignored(site, asked))
        return
    if rule.fidelity is Fidelity.UNSAFE and not unsafe:
        detail = f"{rule.note or 'the rewrite may change what the program does'} (applied only with --unsafe)"
        plan.gaps.append(Gap(site, GapReason.UNSAFE, detail))
        return
    changes.absorb(source.data, span)
    changes.add(Change(span, new))
    imports += view.imports
    plan.edits.append(
        Edit(site, new.partition("(")[0], f"{rule.library}: {rule.name}", rule.fidelity, rule.note)
    )


def _view(use: Use, source: Source, text: str, changes: Changes, line: int, column: int) -> CodeSite:
    positional: list[str] = []
    keywords: dict[str, str] = {}
    starred = False

    def said(node: Node) -> str:
        return changes.render(source.data, Span(node.start_byte, node.end_byte))

    for node in _arguments(use.call):
        if node.type in ("list_splat", "dictionary_splat"):
            starred = True
        elif node.type == "keyword_argument":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None and value is not None:
                keywords[source.node_text(name)] = said(value)
        elif node.type != "comment":
            positional.append(said(node))
    receiver = said(use.receiver) if use.receiver is not None else ""
    return CodeSite(use.api, use.kind, text, receiver, tuple(positional), keywords, starred, line, column)


def _arguments(call: Node | None) -> Sequence[Node]:
    holder = call.child_by_field_name("arguments") if call is not None else None
    return holder.named_children if holder is not None and holder.type == "argument_list" else ()


def _finish(plan: Plan, source: Source, changes: Changes, imports: list[str]) -> None:
    for items in (plan.edits, plan.gaps, plan.ignored):
        items.sort(key=lambda item: item.site.span)
    needed = [_parsed(line) for line in dict.fromkeys(imports)]
    made = [*changes.all(), *(plan_imports(source, needed, []) if needed else [])]
    if not made:
        return
    after = rewrite(source, made)
    if parse_python(read_source(plan.path, after).data).root_node.has_error:
        plan.gaps = [
            Gap(edit.site, GapReason.POSITION, "what the rule wrote does not parse") for edit in plan.edits
        ]
        plan.edits = []
        plan.error = FileError(plan.path, "what the rule wrote does not parse", remedy="left as it is")
        return
    plan.after = after


def _parsed(line: str) -> NeededImport:
    words = line.split()
    alias = words[-1] if "as" in words else None
    if words[0] == "import":
        return NeededImport(words[1], alias=alias)
    return NeededImport(words[1], name=words[3], alias=alias)
