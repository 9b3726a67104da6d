"""names: the imports of a file, one binding for each name they bring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tree_sitter import Node

_KEYWORD = re.compile(rb"import(?!\w)")


@dataclass(frozen=True, slots=True, eq=False)
class ImportBinding:
    """One name that an import brings into a scope.

    `statement` is the whole import, `clause` the part for this name (`a.b as c`, `name as other`, `*`).
    `local` is the name bound in the file ("*" for a star), `target` the full dotted name that the clause
    spells, relative imports with their leading dots. `at_module_level` is false inside functions and
    classes; an import below `if` or `try` at module level is at module level.
    """

    statement: Node
    clause: Node
    name: Node
    local: str
    target: str
    at_module_level: bool
    star: bool = False

    @property
    def bound(self) -> str:
        """What the local name stands for: of `import a.b.c`, which binds `a`, only "a"."""
        if self.statement.type == "import_statement" and self.clause.type == "dotted_name":
            return self.local
        return self.target


def unaliased(imports: Iterable[ImportBinding], path: str) -> str:
    """A dotted path as code spells it, by the name that its first part was imported by, not by an alias."""
    first, dot, rest = path.partition(".")
    for each in imports:
        if each.local == first and each.clause.type == "aliased_import":
            return each.bound + dot + rest
    return path


def find_imports(root: Node, data: bytes) -> list[tuple[Node, list[tuple[Node, Node, str, str]]]]:
    """Every import statement, with clause, bound name, local name and dotted target of each part."""
    found = []
    for match in _KEYWORD.finditer(data):
        keyword = root.descendant_for_byte_range(match.start(), match.end())
        if keyword is None or keyword.type != "import" or keyword.start_byte != match.start():
            continue
        statement = keyword.parent
        if statement is None:
            continue
        if statement.type == "import_statement":
            found.append((statement, _plain(statement, data)))
        elif statement.type == "import_from_statement":
            found.append((statement, _from(statement, data)))
    return found


def _plain(statement: Node, data: bytes) -> list[tuple[Node, Node, str, str]]:
    """The parts of `import a.b, c as d`."""
    parts = []
    for clause in statement.children_by_field_name("name"):
        if clause.type == "aliased_import":
            name, alias = clause.child_by_field_name("name"), clause.child_by_field_name("alias")
            if name is not None and alias is not None:
                parts.append((clause, alias, _dotted(alias, data), _dotted(name, data)))
        elif clause.type == "dotted_name" and clause.named_children:
            first = clause.named_children[0]
            parts.append((clause, first, _dotted(first, data), _dotted(clause, data)))
    return parts


def _from(statement: Node, data: bytes) -> list[tuple[Node, Node, str, str]]:
    """The parts of `from a.b import c as d, e` and of `from a import *`."""
    module = statement.child_by_field_name("module_name")
    if module is None:
        return []
    base = _dotted(module, data)
    start = base if base.endswith(".") else base + "."
    parts = []
    for clause in statement.children_by_field_name("name"):
        if clause.type == "aliased_import":
            name, alias = clause.child_by_field_name("name"), clause.child_by_field_name("alias")
            if name is not None and alias is not None:
                parts.append((clause, alias, _dotted(alias, data), start + _dotted(name, data)))
        elif clause.type == "dotted_name" and clause.named_children:
            name = clause.named_children[0]
            parts.append((clause, name, _dotted(clause, data), start + _dotted(clause, data)))
    stars = (child for child in statement.named_children if child.type == "wildcard_import")
    return parts + [(star, star, "*", start + "*") for star in stars]


def _dotted(node: Node, data: bytes) -> str:
    """A dotted name without the white space and line breaks that may stand around its dots."""
    text = data[node.start_byte : node.end_byte].decode("utf-8")
    return text if text.isidentifier() else "".join(text.replace("\\", "").split())
