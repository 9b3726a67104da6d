"""Names that have moved: imports and dotted names follow, the names that the rest of the file uses stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.imports import ImportBinding
from adapter.names.uses import Names
from adapter.plan import Change, Edit, Ignored, Site, SiteKind, Span
from adapter.source.text import Source
from adapter.translate.engine import ignore_mark
from adapter.translate.imports import NeededImport, StaleImport, plan_imports
from adapter.translate.upgrade.rules import Move

_IMPORTS = ("import_statement", "import_from_statement")


@dataclass(slots=True)
class Moved:
    """The changes that moves make to one source, and the sites that they are."""

    changes: list[Change] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    moves: set[Move] = field(default_factory=set)


class Mover:
    """Applies the moves of one upgrade to sources."""

    def __init__(self, library: str, moves: Iterable[Move], gone: Mapping[str, str]) -> None:
        self._library = library
        self._moves = {move.source: move for move in moves}
        self._gone = tuple(gone)

    def move_of(self, path: str) -> tuple[Move, str] | None:
        """The move that a qualified name is subject to, and its new name."""
        parts = path.split(".")
        for size in range(len(parts), 0, -1):
            prefix = ".".join(parts[:size])
            if prefix in self._gone:
                return None
            move = self._moves.get(prefix)
            if move is not None:
                return move, move.target + path[len(prefix) :]
        return None

    def is_moved(self, path: str) -> Move | None:
        """The move of exactly this name."""
        return self._moves.get(path)

    def apply(self, source: Source, names: Names) -> Moved:
        """All that moves in a source."""
        return _Sheet(self, source, names, self._library).run() if self._moves else Moved()


class _Sheet:
    """The work on one source."""

    def __init__(self, mover: Mover, source: Source, names: Names, library: str) -> None:
        self._mover, self._source, self._names, self._library = mover, source, names, library
        self._moved = Moved()
        self._needed: list[NeededImport] = []
        self._stale: list[StaleImport] = []
        self._kept: list[Node] = []

    def run(self) -> Moved:
        by_statement: dict[int, list[ImportBinding]] = {}
        for binding in self._names.imports:
            by_statement.setdefault(binding.statement.id, []).append(binding)
        for bindings in by_statement.values():
            statement = bindings[0].statement
            if not any(self._concerns(binding) for binding in bindings):
                continue
            reason = ignore_mark(self._source.data, statement)
            if reason is not None:
                self._moved.ignored += [Ignored(self._site(b.clause, b.target), reason) for b in bindings]
            elif statement.type == "import_from_statement":
                self._from_import(statement, bindings)
            else:
                self._plain_import(bindings)
        if self._needed or self._stale:
            self._moved.changes += plan_imports(self._source, self._needed, self._stale, self._kept)
        return self._moved

    def _concerns(self, binding: ImportBinding) -> bool:
        target = binding.target.removesuffix(".*")
        if self._mover.move_of(target) is not None:
            return True
        return any(True for _ in self._chains(binding))

    # `from a.b import c`

    def _from_import(self, statement: Node, bindings: list[ImportBinding]) -> None:
        found = {b: self._mover.move_of(b.target.removesuffix(".*")) for b in bindings}
        for binding, move in found.items():
            if move is None and self._rewrite_chains(binding) == 0:
                self._stale.append(StaleImport(statement, binding.clause))
        moving = {b: move for b, move in found.items() if move is not None}
        if not moving:
            return
        homes = {_home(b, path) for b, (_, path) in moving.items()}
        whole = len(moving) == len(bindings) and len(homes) == 1 and "" not in homes
        if whole:
            module = statement.child_by_field_name("module_name")
            assert module is not None
            self._change(module, homes.pop())
        for binding, (rule, path) in moving.items():
            new = path.rpartition(".")[2]
            old = binding.target.rpartition(".")[2]
            local = binding.local if binding.star or binding.local != old else self._local(binding, new)
            if not binding.star and whole and new != old:
                text = new if local == new else f"{new} as {local}"
                self._change(binding.clause, text)
            elif not whole:
                self._stale.append(StaleImport(statement, binding.clause))
                self._needed.append(_import_of(path, local))
            self._tell(binding.clause, binding.target, path, rule)

    def _local(self, binding: ImportBinding, new: str) -> str:
        """The name that the file uses from now on: the new one, where it is free there."""
        old = binding.local
        if new == old:
            return old
        places = [
            node
            for node in self._names.occurrences(old, self._names.scope_of(binding.statement))
            if not _in_import(node)
        ]
        if any(self._names.is_bound(new, node) for node in places) or self._names.is_bound(
            new, binding.statement
        ):
            return old
        for node in places:
            self._change(node, new)
        return new

    # `import a.b`

    def _plain_import(self, bindings: list[ImportBinding]) -> None:
        for binding in bindings:
            left = self._rewrite_chains(binding)
            move = self._mover.move_of(binding.target)
            if move is not None:
                self._move_clause(binding, move, left)
            elif left == 0:
                self._stale.append(StaleImport(binding.statement, binding.clause))
            else:
                self._kept.append(binding.statement)

    def _move_clause(self, binding: ImportBinding, move: tuple[Move, str], left: int) -> None:
        _, path = move
        name = binding.clause.child_by_field_name("name") or binding.clause
        self._change(binding.clause if binding.local == path else name, path)
        self._tell(binding.clause, binding.target, path, move[0])
        root = binding.target.partition(".")[0]
        others = [b for b in self._names.imports if b is not binding and b.bound == root]
        if (
            not _has_alias(binding)
            and root not in (binding.target, path.partition(".")[0])
            and left
            and not others
        ):
            self._needed.append(NeededImport(root))
            self._kept.append(binding.statement)

    # `a.b.c` in the code

    def _rewrite_chains(self, binding: ImportBinding) -> int:
        """Rewrites dotted names that begin with an imported name; how many of its uses stay as they are."""
        if binding.star:
            return 1
        rewritten = 0
        stays_in_root = False
        for node, path, move in self._chains(binding):
            reason = ignore_mark(self._source.data, node)
            if reason is not None:
                self._moved.ignored.append(Ignored(self._site(node, path), reason))
                continue
            text, own_root = self._text_of(binding, path, move)
            stays_in_root = stays_in_root or own_root
            self._change(node, text)
            self._needed += [_parsed(line) for line in move.imports]
            self._tell(node, path, move.target, move)
            rewritten += 1
        if not rewritten or stays_in_root:
            return 1
        uses = [
            node
            for node in self._names.occurrences(binding.local, self._names.scope_of(binding.statement))
            if not _in_import(node)
        ]
        return len(uses) - rewritten

    def _text_of(self, binding: ImportBinding, path: str, move: Move) -> tuple[str, bool]:
        """The new dotted name as this file spells it, and whether it begins with the same imported name."""
        base = binding.bound
        if move.target == base or move.target.startswith(f"{base}."):
            return binding.local + move.target[len(base) :], True
        comes_with_clause = self._mover.move_of(binding.target) is not None
        if not move.imports and not comes_with_clause:
            self._needed.append(NeededImport(move.target if _is_module(move) else _above(move.target)))
        return _reached(move), False

    def _chains(self, binding: ImportBinding) -> Iterator[tuple[Node, str, Move]]:
        """The dotted names in the code that lie in something that moved, up to what exactly has moved."""
        if binding.star or (
            self._mover.move_of(binding.target) and binding.bound != binding.target.partition(".")[0]
        ):
            return
        if binding.bound == binding.target and self._mover.is_moved(binding.target) and _has_alias(binding):
            return
        for node in self._names.occurrences(binding.local, self._names.scope_of(binding.statement)):
            if _in_import(node):
                continue
            found: tuple[Node, str, Move] | None = None
            path, current = binding.bound, node
            while True:
                move = self._mover.is_moved(path)
                if move is not None:
                    found = current, path, move
                parent = current.parent
                if (
                    parent is None
                    or parent.type != "attribute"
                    or parent.child_by_field_name("object") != current
                ):
                    break
                attribute = parent.child_by_field_name("attribute")
                path, current = f"{path}.{self._source.node_text(attribute) if attribute else ''}", parent
            if found is not None and self._mover.move_of(path) is not None:
                yield found

    def _change(self, node: Node, text: str) -> None:
        if self._source.node_text(node) != text:
            self._moved.changes.append(Change(Span(node.start_byte, node.end_byte), text))

    def _site(self, node: Node, api: str) -> Site:
        span = Span(node.start_byte, node.end_byte)
        return self._source.site(span, SiteKind.IMPORT if _in_import(node) else SiteKind.READ, api)

    def _tell(self, node: Node, api: str, to: str, move: Move) -> None:
        self._moved.moves.add(move)
        rule = f"{self._library} {move.since}: {move.source}"
        self._moved.edits.append(Edit(self._site(node, api), to, rule, move.fidelity, move.note))


def _home(binding: ImportBinding, path: str) -> str:
    """The module that a from-import names from now on; empty for a name that is a module of its own now."""
    return path if binding.star else path.rpartition(".")[0]


def _import_of(path: str, local: str) -> NeededImport:
    module, _, name = path.rpartition(".")
    if not module:
        return NeededImport(path, alias=None if local == path else local)
    return NeededImport(module, name=name, alias=None if local == name else local)


def _parsed(line: str) -> NeededImport:
    words = line.split()
    alias = words[-1] if "as" in words else None
    if words[0] == "import":
        return NeededImport(words[1], alias=alias)
    return NeededImport(words[1], name=words[3], alias=alias)


def _reached(move: Move) -> str:
    """How code spells the new name after the imports that the move brings."""
    for need in map(_parsed, move.imports):
        full = f"{need.module}.{need.name}"
        if need.name is not None and (move.target == full or move.target.startswith(f"{full}.")):
            return need.local + move.target[len(full) :]
    return move.target


def _is_module(move: Move) -> bool:
    """Whether what moved is a module, as far as its name tells: classes begin with a capital."""
    return not move.target.rpartition(".")[2][:1].isupper()


def _above(path: str) -> str:
    return path.rpartition(".")[0] or path


def _has_alias(binding: ImportBinding) -> bool:
    return binding.clause.type == "aliased_import"


def _in_import(node: Node) -> bool:
    current: Node | None = node
    while current is not None:
        if current.type in _IMPORTS:
            return True
        current = current.parent
    return False
