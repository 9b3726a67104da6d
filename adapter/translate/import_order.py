"""translate: where a new import goes among those at the top of a module, by the order that they keep."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from tree_sitter import Node

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.import_model import (
    IMPORTS,
    NeededImport,
    Statement,
    kind_of,
    line_end,
    line_start,
)

SortKey = Callable[[bool, str], tuple[bool, str]]

MAX_LINE = 100
"""A line of merged imports longer than this becomes two, in characters."""

_BLANK_LINE = re.compile(rb"(?:\r\n|[\r\n])[ \t\f]*(?:\r\n|[\r\n])")
_HEADER = re.compile(r"#!|#.*coding[:=]|#.*(?:copyright|licen[cs]e|spdx)", re.IGNORECASE)


class ModuleOrder:
    """The imports at the top of a module, or of one cell of a notebook, and the order they keep.

    `leaving` are statements that go away: nothing is put beside them. `near` is an old import that the
    new ones belong with, `before` the offset at which they have to be done. `replaced` says, by the id
    of a statement, what has taken its place.
    """

    def __init__(
        self,
        source: Source,
        statements: Sequence[Statement],
        leaving: Iterable[Statement] = (),
        near: Statement | None = None,
        before: int | None = None,
        replaced: Mapping[int, Sequence[NeededImport]] = MappingProxyType({}),
    ) -> None:
        self._replaced = replaced
        self._source = source
        self._data = source.data
        self._near = near
        gone = {statement.node.id for statement in leaving}
        self._start, self._end = _area(source, statements, near)
        nodes = [node for node in source.tree.root_node.named_children if self._holds(node)]
        known = {statement.node.id: statement for statement in statements}
        if before is not None and before < self._start:
            before = None
        masked = {line.start for line in source.shell_lines}
        head = _head([node for node in nodes if node.start_byte not in masked], near, before)
        self._nodes = nodes
        self._head = [known[node.id] for node in head if node.id in known and node.id not in gone]
        self._futures = [node for node in nodes if node.type == "future_import_statement"]
        self._sections = self._find_sections()

    @property
    def is_empty(self) -> bool:
        """Whether there is no import that a new one could stand beside."""
        return not self._head and not self._futures

    def has_host(self, need: NeededImport) -> bool:
        """Whether a `from` import is there that the new name can join."""
        return self._host(need) is not None

    def would_break(self, statement: Statement, need: NeededImport) -> bool:
        """Whether a new import in an old one's place leaves a section of three or more unsorted."""
        section = next((each for each in self._sections if statement in each), None)
        key = self._sort_key(section) if section is not None and len(section) > 2 else None
        if section is None or key is None:
            return False
        keys = [
            key(need.name is not None, need.module) if each is statement else key(*self._now(each))
            for each in section
        ]
        return keys != sorted(keys)

    def add(self, needed: Sequence[NeededImport]) -> list[Change]:
        """The changes that add these imports, merged into what is there where that is the style."""
        changes: list[Change] = []
        for kind in (1, 2, 3):
            mine = [need for need in needed if kind_of(need.module) == kind]
            mine.sort(key=lambda need: (need.name is not None, need.module.lower(), need.clause))
            alone: list[NeededImport] = []
            merged: dict[int, tuple[Statement, list[NeededImport]]] = {}
            for need in mine:
                host = self._host(need)
                if host is None:
                    alone.append(need)
                else:
                    merged.setdefault(host.node.id, (host, []))[1].append(need)
            changes += [change for host, needs in merged.values() for change in self._merge(host, needs)]
            changes += self._place(kind, alone)
        return changes

    def _holds(self, node: Node) -> bool:
        return self._start <= node.start_byte and node.end_byte <= self._end

    def _find_sections(self) -> list[list[Statement]]:
        """The imports between blank lines or other statements."""
        sections: list[list[Statement]] = []
        for statement in self._head:
            last = sections[-1][-1] if sections else None
            gap = self._data[last.node.end_byte : statement.node.start_byte] if last else b""
            sibling = statement.node.prev_named_sibling
            while sibling is not None and sibling.type == "comment":
                sibling = sibling.prev_named_sibling
            beside = sibling is not None and sibling.type in IMPORTS
            if last is None or _BLANK_LINE.search(gap) or not beside:
                sections.append([])
            sections[-1].append(statement)
        return sections

    def _host(self, need: NeededImport) -> Statement | None:
        """The `from` import that a new name can join."""
        staying = [s for s in self._head if s.node.id not in self._replaced]
        hosts = [s for s in staying if s.module == need.module and s.clauses[0].name != "*"]
        one_by_one = len(hosts) > 1 and all(len(host.clauses) == 1 for host in hosts)
        if need.name is None or not hosts or one_by_one:
            return None
        host = hosts[-1]
        text = self._source.node_text(host.node)
        too_long = "\n" not in text and len(text) + len(need.clause) + 2 > MAX_LINE
        return None if too_long else host

    def _merge(self, host: Statement, needs: list[NeededImport]) -> list[Change]:
        """Puts names into a `from` import, in their alphabetical place if it keeps one."""
        names = [clause.name for clause in host.clauses]
        is_sorted = names == sorted(names) or names == sorted(names, key=str.lower)
        fold = names != sorted(names)
        changes = []
        for need in sorted(needs, key=lambda need: need.clause):
            wanted = need.clause.lower() if fold else need.clause
            later = [c for c in host.clauses if (c.name.lower() if fold else c.name) > wanted]
            if is_sorted and later:
                start = later[0].node.start_byte
                changes.append(Change(Span(start, start), f"{need.clause},{self._gap(later[0].node)}"))
            else:
                end = host.clauses[-1].node.end_byte
                changes.append(Change(Span(end, end), f",{self._gap(host.clauses[-1].node)}{need.clause}"))
        return changes

    def _gap(self, clause: Node) -> str:
        """What parts a clause from the next: a space, or a new line where each has its own."""
        begin = line_start(self._data, clause.start_byte)
        before = self._data[begin : clause.start_byte]
        return " " if before.strip() else f"\n{before.decode()}"

    def _place(self, kind: int, needs: list[NeededImport]) -> list[Change]:
        """New lines for imports of one kind."""
        if not needs:
            return []
        if self.is_empty:
            return [self._at_the_top([need.text for need in needs])]
        section = self._section(kind, needs[0])
        if section is None:
            return [self._new_section(kind, [need.text for need in needs])]
        return [self._in_section(section, need) for need in needs]

    def _section(self, kind: int, need: NeededImport) -> list[Statement] | None:
        """The imports of this kind in the section that a new one belongs to."""
        found = []
        for section in self._sections:
            members = [statement for statement in section if kind_of(statement.target) == kind]
            if members:
                found.append(members)
            if self._near in members:
                return members
        for members in found:
            if any(_root(statement.target) == _root(need.module) for statement in members):
                return members
        return found[0] if found else None

    def _in_section(self, section: list[Statement], need: NeededImport) -> Change:
        key = self._sort_key(section)
        if key is not None:
            wanted = key(need.name is not None, need.module)
            earlier = [s for s in section if key(*self._now(s)) <= wanted]
            if not earlier:
                return self._before(section[0].node, [need.text])
            return self._after(earlier[-1].node, [need.text])
        if self._near is not None and self._near in section:
            return self._after(self._near.node, [need.text])
        same_root = [s for s in section if _root(s.target) == _root(need.module)]
        same_form = [s for s in section if (s.module is None) == (need.name is None)]
        return self._after((same_root or same_form or section)[-1].node, [need.text])

    def _now(self, statement: Statement) -> tuple[bool, str]:
        """Whether what stands there after the change is a `from` import, and its module."""
        new = self._replaced.get(statement.node.id)
        return (
            (new[0].name is not None, new[0].module)
            if new
            else (statement.module is not None, statement.target)
        )

    def _sort_key(self, section: list[Statement]) -> SortKey | None:
        """The order that a section keeps: plain imports first, or by module alone; None for neither."""
        keys = (_plain_first, _by_module)
        kept = [key for key in keys if _keeps(section, key)]
        if len(kept) == 2:
            others = [key for key in keys if all(_keeps(other, key) for other in self._sections)]
            return (others or kept)[0]
        return kept[0] if kept else None

    def _new_section(self, kind: int, texts: list[str]) -> Change:
        """Imports of a kind that the module has none of yet."""
        mixed = any(len({kind_of(s.target) for s in section}) > 1 for section in self._sections)
        gap = [] if mixed else [""]
        later = [statement for statement in self._head if kind_of(statement.target) > kind]
        if later:
            return self._before(self._with_comments(later[0].node), [*texts, *gap])
        last = self._head[-1].node if self._head else self._futures[-1]
        return self._after(last, [*gap, *texts])

    def _with_comments(self, node: Node) -> Node:
        """The first of the comment lines right above a statement, unless they open the file."""
        first, sibling = node, node.prev_named_sibling
        while sibling is not None and sibling.type == "comment" and self._holds(sibling):
            alone = not self._data[line_start(self._data, sibling.start_byte) : sibling.start_byte].strip()
            if not alone or _BLANK_LINE.search(self._data, sibling.end_byte, first.start_byte):
                break
            first, sibling = sibling, sibling.prev_named_sibling
        opens_file = sibling is None or not self._holds(sibling)
        return node if first.type == "comment" and opens_file else first

    def _before(self, node: Node, lines: list[str]) -> Change:
        start = node.start_byte
        return Change(Span(start, start), "".join(f"{line}\n" for line in lines))

    def _after(self, node: Node, lines: list[str]) -> Change:
        """New lines behind the last line that a statement, or one that shares its line, has."""
        end = line_end(self._data, node.end_byte)
        following = node.next_named_sibling
        while following is not None and following.start_byte < end:
            end = max(end, line_end(self._data, following.end_byte))
            following = following.next_named_sibling
        return Change(Span(end, end), "".join(f"\n{line}" for line in lines))

    def _at_the_top(self, lines: list[str]) -> Change:
        """The first imports of a module: behind its docstring, shebang, encoding and licence."""
        code = [node for node in self._nodes if node.type != "comment"]
        if code and self._start == 0 and _is_docstring(code[0]):
            return self._after(code[0], ["", *lines])
        comments = self._opening_comments()
        following = next((node for node in self._nodes if node not in comments), None)
        if following is not None:
            blank = [] if following.type in IMPORTS else [""]
            return self._before(following, [*lines, *blank])
        if comments:
            return self._after(comments[-1], lines)
        start = self._start
        return Change(
            Span(start, start), "\n".join(lines) + ("\n" if start < self._end or start == 0 else "")
        )

    def _opening_comments(self) -> list[Node]:
        """The comments that have to stay first; one that is about the first statement is none of them."""
        comments = []
        for node in self._nodes:
            if node.type != "comment":
                break
            comments.append(node)
        last = self._nodes[len(comments)] if len(comments) < len(self._nodes) else None
        bound = last.start_byte if last is not None else self._end
        while comments and not _HEADER.match(self._source.node_text(comments[-1])):
            if _BLANK_LINE.search(self._data, comments[-1].end_byte, bound) or last is None:
                break
            if any(_is_licence(self._source.node_text(comment)) for comment in comments):
                break
            bound = comments.pop().start_byte
        return comments


def _is_licence(text: str) -> bool:
    return bool(re.search(r"copyright|licen[cs]e|spdx", text, re.IGNORECASE))


def _area(source: Source, statements: Sequence[Statement], near: Statement | None) -> tuple[int, int]:
    """The part of the text that new imports may go to: of a notebook, one cell."""
    if not source.cells:
        return 0, len(source.data)
    first = near or next((s for s in statements if s.scope is None), None)
    cell = source.cell_at(first.node.start_byte if first is not None else 0) or source.cells[0]
    start = cell.start
    for line in source.shell_lines:
        # Cell magics such as %%time have to stay in front.
        if line.start == start and line.text.startswith("%%"):
            start = min(line_end(source.data, line.end) + 1, cell.end)
    return start, cell.end


def _head(nodes: list[Node], near: Statement | None, before: int | None) -> list[Node]:
    """The imports among which new ones belong: from the first one to the first other code.

    There are none if other code comes first and needs them already.
    """
    code = False
    runs: list[list[Node]] = [[]]
    for node in nodes:
        if node.type in IMPORTS:
            if code and not any(runs) and before is not None and node.start_byte > before:
                return []
            runs[-1].append(node)
        elif not _is_passed_over(node):
            code = True
            if runs[-1]:
                runs.append([])
    beside = [run for run in runs if near is not None and near.node in run]
    return (beside or runs)[0]


def _is_passed_over(node: Node) -> bool:
    return node.type in ("comment", "if_statement", "try_statement") or _is_docstring(node)


def _is_docstring(node: Node) -> bool:
    child = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    return child is not None and child.type in ("string", "concatenated_string")


def _root(module: str) -> str:
    return module.partition(".")[0]


def _plain_first(is_from: bool, module: str) -> tuple[bool, str]:
    return is_from, module.lower()


def _by_module(is_from: bool, module: str) -> tuple[bool, str]:
    del is_from
    return False, module.lower()


def _keeps(section: list[Statement], key: SortKey) -> bool:
    keys = [key(statement.module is not None, statement.target) for statement in section]
    return all(first <= second for first, second in itertools.pairwise(keys))
