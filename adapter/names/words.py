"""names: where a word occurs in a file, and what it does there."""

from __future__ import annotations

from tree_sitter import Node, Tree

from adapter.names.bindings import Binding, Form, binding_of
from adapter.names.imports import ImportBinding, find_imports
from adapter.names.scopes import Scope, ScopeKind, Scopes
from adapter.source.databricks import runs

_EMPTY: tuple[Binding, ...] = ()
_IMPORT_PARTS = frozenset(("import_statement", "import_from_statement", "aliased_import", "relative_import"))


class Word:
    """All places of one word: reads, attribute names, strings, and bindings by the index of their scope."""

    __slots__ = ("attributes", "bindings", "declared", "quoted", "reads", "targets")

    def __init__(self) -> None:
        self.reads: list[Node] = []
        self.attributes: list[Node] = []
        self.quoted: list[Node] = []
        self.targets: list[tuple[Binding, Node]] = []
        self.bindings: dict[int, list[Binding]] = {}
        self.declared: dict[int, str] = {}


_INSIDE = frozenset(
    (*b"_0123456789", *range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1), *range(128, 256))
)
"""The bytes that a name can go on with."""


class Words:
    """The words of one file, each looked up once."""

    def __init__(self, tree: Tree, data: bytes) -> None:
        self.data = data
        self.root = tree.root_node
        self.scopes = Scopes(self.root, data)
        self.imports: list[ImportBinding] = []
        self.stars: list[ImportBinding] = []
        self._imported: dict[str, list[tuple[Scope, Binding]]] = {}
        self._words: dict[str, Word] = {}
        for statement, parts in find_imports(self.root, data):
            scope = self.scopes.at(statement.start_byte)
            for clause, name, local, target in parts:
                self._add_import(statement, clause, name, local, target, scope)
        for start, end, module in runs(data):
            line = self.root.descendant_for_byte_range(start, end)
            if line is not None:
                self.stars.append(ImportBinding(line, line, line, "*", f"{module}.*", True, True))

    def _add_import(
        self, statement: Node, clause: Node, name: Node, local: str, target: str, scope: Scope
    ) -> None:
        star = local == "*"
        at_module_level = scope.kind is ScopeKind.MODULE
        imported = ImportBinding(statement, clause, name, local, target, at_module_level, star)
        self.imports.append(imported)
        if star:
            self.stars.append(imported)
            return
        binding = Binding(Form.IMPORT, name, None, (), statement.end_byte, None, imported.bound)
        self._imported.setdefault(local, []).append((scope, binding))

    def of(self, word: str) -> Word:
        """What is known of a word."""
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> Word:
        found = Word()
        if not word:
            # a name that is missing in a file with an error has no width, and would be found everywhere
            return found
        bound: list[tuple[Scope, Binding]] = list(self._imported.get(word, ()))
        data, descend = self.data, self.root.descendant_for_byte_range
        text = word.encode()
        size, length = len(text), len(data)
        start = data.find(text)
        while start >= 0:
            end = start + size
            if (end >= length or data[end] not in _INSIDE) and (not start or data[start - 1] not in _INSIDE):
                node = descend(start, end)
                if node is None:
                    pass
                elif node.type == "identifier" and node.end_byte - node.start_byte == size:
                    self._sort_in(node, found, bound)
                elif node.type == "string_content":
                    found.quoted.append(node)
            start = data.find(text, end)
        for scope, binding in bound:
            found.bindings.setdefault(self._keeping(scope, found).index, []).append(binding)
        if len(bound) > 1:
            for bindings in found.bindings.values():
                bindings.sort(key=lambda binding: binding.target.start_byte)
        return found

    def _sort_in(self, node: Node, found: Word, bound: list[tuple[Scope, Binding]]) -> None:
        """Put one occurrence where it belongs."""
        parent = node.parent
        if parent is None:
            return
        kind = parent.type
        if kind == "attribute":
            named = parent.child_by_field_name("attribute")
            if named is None or named.id != node.id:
                found.reads.append(node)
                return
            found.attributes.append(parent)
            binding = binding_of(parent)
            if binding is not None and binding.form is not Form.DELETE:
                found.targets.append((binding, parent))
        elif kind == "keyword_argument":
            name = parent.child_by_field_name("name")
            if name is None or name.id != node.id:
                found.reads.append(node)
        elif kind == "global_statement" or kind == "nonlocal_statement":
            found.declared[self.scopes.at(node.start_byte).index] = kind
        elif kind == "call" or kind == "argument_list":
            found.reads.append(node)
        else:
            self._bind_or_read(node, parent, found, bound)

    def _bind_or_read(
        self, node: Node, parent: Node, found: Word, bound: list[tuple[Scope, Binding]]
    ) -> None:
        binding = binding_of(node)
        if binding is not None:
            if binding.form is Form.AUGMENTED:
                found.reads.append(node)
            bound.append((self._scope_of_target(binding), binding))
            return
        kind = parent.type
        if kind in _IMPORT_PARTS:
            return
        if kind == "dotted_name":
            holder = parent.parent
            if parent.named_children[0].id != node.id or holder is None or holder.type in _IMPORT_PARTS:
                return
        elif kind == "keyword_pattern" and parent.named_children[0].id == node.id:
            return
        found.reads.append(node)

    def _scope_of_target(self, binding: Binding) -> Scope:
        """The scope in which a target is bound, before `global` and `nonlocal` are looked at."""
        target = binding.target
        if binding.form is Form.PARAMETER and binding.source is not None:
            parameters = binding.source.parent
            owner = parameters.parent if parameters is not None else None
            scope = self.scopes.of(owner) if owner is not None else None
            if scope is not None:
                return scope
        scope = self.scopes.at(target.start_byte)
        if binding.form is Form.WALRUS:
            return self.scopes.keeper(scope)
        return scope

    def _keeping(self, scope: Scope, word: Word) -> Scope:
        """The scope that a binding lands in once `global` and `nonlocal` have their say."""
        declared = word.declared.get(scope.index)
        if declared is None:
            return scope
        if declared == "global_statement":
            return self.scopes.all[0]
        outer = self.scopes.outer(scope)
        while outer is not None and outer.kind is not ScopeKind.FUNCTION:
            outer = self.scopes.outer(outer)
        return self._keeping(outer, word) if outer is not None else scope

    def resolve(self, word: str, offset: int) -> tuple[Scope | None, tuple[Binding, ...] | list[Binding]]:
        """The scope whose binding a read at the offset means, and all bindings there; None for neither."""
        found = self.of(word)
        scope: Scope | None = self.scopes.at(offset)
        first = True
        while scope is not None:
            declared = found.declared.get(scope.index)
            if declared == "global_statement":
                scope = self.scopes.all[0]
            if first or scope.kind is not ScopeKind.CLASS:
                bindings = found.bindings.get(scope.index)
                if bindings:
                    return scope, bindings
            first = False
            scope = self.scopes.outer(scope)
        return None, _EMPTY
