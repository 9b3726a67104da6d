"""translate: the import statements of a file, as far as adding and removing imports has to know them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from tree_sitter import Node

from adapter.names.imports import find_imports
from adapter.plan import Span
from adapter.source.text import Source

IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class NeededImport:
    """`import module [as alias]`, or with a name `from module import name [as alias]`.

    `at` are the offsets of the places that need it; without them it is taken to be needed wherever the
    stale imports served.
    """

    module: str
    name: str | None = None
    alias: str | None = None
    at: tuple[int, ...] = ()

    @property
    def clause(self) -> str:
        """What stands for it in a list of clauses: `module as alias`, `name as alias`."""
        imported = self.name or self.module
        return f"{imported} as {self.alias}" if self.alias and self.alias != imported else imported

    @property
    def text(self) -> str:
        """The whole statement."""
        return f"from {self.module} import {self.clause}" if self.name else f"import {self.clause}"

    @property
    def local(self) -> str:
        """The name that it binds."""
        return self.alias or self.name or self.module.partition(".")[0]


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """One name of an import statement: `name` as spelled ("a.b", "*"), with its alias or ""."""

    node: Node
    name: str
    alias: str

    @property
    def local(self) -> str:
        """The name that it binds."""
        return self.alias or self.name.partition(".")[0]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One import statement; `module` is None for `import a, b`.

    `scope` is the function or class around it (None at module level), `typing_only` tells that it
    stands below `if TYPE_CHECKING`.
    """

    node: Node
    module: str | None
    clauses: tuple[Clause, ...]
    scope: Node | None
    typing_only: bool

    @property
    def span(self) -> Span:
        """Where it stands, without a comment behind it."""
        return Span(self.node.start_byte, self.node.end_byte)

    @property
    def block(self) -> Node:
        """The block of statements that it stands in."""
        return self.node.parent or self.node

    @property
    def target(self) -> str:
        """The module by which it is sorted."""
        return self.module if self.module is not None else self.clauses[0].name

    def provides(self, needed: NeededImport, clauses: tuple[Clause, ...]) -> str | None:
        """The expression by which one of these clauses of it reaches what is needed, or None."""
        for clause in clauses:
            if needed.name is not None:
                if self.module == needed.module and clause.name == needed.name:
                    return clause.local
            elif self.module is None and clause.name == needed.module:
                return clause.alias or clause.name
            elif self.module is None and not clause.alias and clause.name.startswith(needed.module + "."):
                return needed.module
        return None


def read_statements(source: Source) -> list[Statement]:
    """Every import of a file, in order."""
    found = []
    for node, _ in find_imports(source.tree.root_node, source.data):
        module = node.child_by_field_name("module_name")
        clauses = [_clause(source, child) for child in node.children_by_field_name("name")]
        clauses += [
            Clause(child, "*", "") for child in node.named_children if child.type == "wildcard_import"
        ]
        if clauses and node.parent is not None:
            scope, typing_only = _surroundings(source, node)
            name = _dotted(source, module) if module is not None else None
            found.append(Statement(node, name, tuple(clauses), scope, typing_only))
    return found


def _clause(source: Source, node: Node) -> Clause:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is None or alias is None:
        return Clause(node, _dotted(source, node), "")
    return Clause(node, _dotted(source, name), _dotted(source, alias))


def _dotted(source: Source, node: Node) -> str:
    return "".join(source.node_text(node).replace("\\", "").split())


def _surroundings(source: Source, node: Node) -> tuple[Node | None, bool]:
    """The function or class around a node, and whether type checkers alone see it."""
    typing_only = False
    parent = node.parent
    while parent is not None and parent.type not in SCOPES:
        if parent.type == "if_statement":
            condition = parent.child_by_field_name("condition")
            consequence = parent.child_by_field_name("consequence")
            inside = consequence is not None and consequence.end_byte >= node.end_byte
            tested = source.node_text(condition) if condition is not None else ""
            typing_only |= inside and tested.endswith("TYPE_CHECKING") and not tested.startswith("not ")
        parent = parent.parent
    return parent, typing_only


def is_always_run(statement: Statement) -> bool:
    """Whether a module that loads has run it: at the top, or in the body of a `try` or `with`."""
    node = statement.node.parent
    while node is not None and node.type != "module":
        parent = node.parent
        if (
            node.type == "block"
            and parent is not None
            and parent.type not in ("try_statement", "with_statement")
        ):
            return False
        node = parent
    return not statement.typing_only


def kind_of(module: str) -> int:
    """The section that isort puts a module in: 0 future, 1 standard library, 2 others, 3 relative."""
    root = module.partition(".")[0]
    if not root:
        return 3
    return 0 if root == "__future__" else 1 if root in sys.stdlib_module_names else 2


def line_start(data: bytes, offset: int) -> int:
    """Where the line of an offset begins."""
    return max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1


def line_end(data: bytes, offset: int) -> int:
    """Where the line of an offset ends, its newline not included."""
    match = _LINE_END.search(data, offset)
    end = match.start() if match else len(data)
    # tree-sitter counts the carriage return to a comment, so the offset may lie between the two
    return end - 1 if data[end - 1 : end + 1] == b"\r\n" else end


def after_newline(data: bytes, end: int) -> int:
    """The offset behind the newline that stands at `end`, if one does."""
    match = _LINE_END.match(data, end)
    return match.end() if match else end
