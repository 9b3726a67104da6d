"""translate: tests that tell data from code at run time: by size, by suffix, by a predicate of the script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.translate.versioned.files import Kind
from adapter.translate.versioned.nodes import arguments, called, is_part, literal, text_of, walk

if TYPE_CHECKING:
    from adapter.translate.versioned.paths import PathReader

Answer = tuple[Kind | None, Kind | None]
"""The kind of a path where a test holds, and where it does not; None where the test says nothing."""

_NOTHING: Answer = (None, None)
_SIZE = re.compile(r"\bgetsize\(|\.st_size\b")
_SUFFIX = re.compile(r"\.suffix\b|\bsplitext\(|\.endswith\(")
_FUNCTIONS = frozenset({"function_definition", "lambda", "module"})
_LEAVES = frozenset({"continue_statement", "return_statement", "raise_statement", "break_statement"})
_DEEPEST = 4


class Guards:
    """Answers for the tests around the paths of one file."""

    def __init__(self, reader: PathReader, names: Names) -> None:
        self._reader, self._names = reader, names

    def kind(self, path: Node) -> Kind | None:
        """What the tests around a path make of it; None where none tests it."""
        words = _words(path)
        child, parent = path, path.parent
        while parent is not None and child.type not in _FUNCTIONS:
            found = self._from(parent, child, words)
            if found is not None:
                return found
            child, parent = parent, parent.parent
        return None

    def _from(self, parent: Node, child: Node, words: set[str]) -> Kind | None:
        if parent.type in ("if_statement", "elif_clause", "conditional_expression"):
            test, holds = _branch(parent, child)
            if test is not None and holds is not None and self._speaks_of(test, words):
                return self.answer(test)[0 if holds else 1]
        if parent.type in ("list_comprehension", "generator_expression", "set_comprehension"):
            for clause in parent.named_children:
                if clause.type == "if_clause" and not is_part(child, clause):
                    test = clause.named_children[0]
                    if self._speaks_of(test, words):
                        return self.answer(test)[0]
        if parent.type == "block":
            return self._left_earlier(parent, child, words)
        return None

    def _left_earlier(self, block: Node, child: Node, words: set[str]) -> Kind | None:
        """`if path.suffix != ".csv": continue` above a statement."""
        for statement in block.named_children:
            if statement.start_byte >= child.start_byte:
                break
            test = statement.child_by_field_name("condition")
            body = statement.child_by_field_name("consequence")
            if statement.type != "if_statement" or test is None or body is None:
                continue
            if statement.child_by_field_name("alternative") is not None or not body.named_children:
                continue
            if body.named_children[-1].type in _LEAVES and self._speaks_of(test, words):
                found = self.answer(test)[1]
                if found is not None:
                    return found
        return None

    def _speaks_of(self, test: Node, words: set[str]) -> bool:
        """Whether a test is about a path: it names it, or a value that comes from it."""
        named = _words(test)
        for node in walk(test):
            if node.type == "identifier":
                for source in self._names.bindings_before(node):
                    named |= _words(source)
        return bool(named & words)

    def answer(self, test: Node, depth: int = 0) -> Answer:
        """What a test says of the path that it is about."""
        if depth > _DEEPEST:
            return _NOTHING
        if test.type == "parenthesized_expression":
            return self.answer(test.named_children[0], depth + 1)
        if test.type == "not_operator":
            holds, fails = self.answer(test.named_children[0], depth + 1)
            return fails, holds
        if test.type == "boolean_operator":
            return self._both(test, depth)
        if test.type == "comparison_operator":
            return self._comparison(test)
        if test.type == "call":
            return self._call(test, depth)
        if test.type == "identifier":
            for source in self._names.bindings_before(test):
                if source.type in ("comparison_operator", "call", "boolean_operator", "not_operator"):
                    return self.answer(source, depth + 1)
        return _NOTHING

    def _both(self, test: Node, depth: int) -> Answer:
        left, right = test.named_children[:2]
        sign = test.child_by_field_name("operator")
        first, second = self.answer(left, depth + 1), self.answer(right, depth + 1)
        if sign is not None and sign.type == "or":
            # Either of two tests for data is enough; where both fail it is none.
            holds = first[0] if first[0] == second[0] else None
            return holds, first[1] or second[1]
        return first[0] or second[0], first[1] if first[1] == second[1] else None

    def _comparison(self, test: Node) -> Answer:
        if len(test.named_children) != 2:
            return _NOTHING
        left, right = test.named_children
        sign = " ".join(child.type for child in test.children if not child.is_named)
        if self._is_size(left) or self._is_size(right):
            larger = sign in (">", ">=") if self._is_size(left) else sign in ("<", "<=")
            if sign in (">", ">=", "<", "<="):
                return (Kind.DATA, Kind.CODE) if larger else (Kind.CODE, Kind.DATA)
        if self._is_suffix(left):
            return self._of_suffixes(right, sign)
        path = literal(right) if left.type == "identifier" else None
        if path and sign == "==":
            kind = self._reader.kinds.of_path(path)
            return (kind, None) if kind in (Kind.DATA, Kind.CODE) else _NOTHING
        return _NOTHING

    def _call(self, test: Node, depth: int) -> Answer:
        name, given = called(test), arguments(test)
        function = test.child_by_field_name("function")
        member = text_of(function).rpartition(".")[2] if function is not None else ""
        if member == "endswith" and given:
            return self._of_suffixes(given[0], "in")
        for returned in self._reader.index.returned(name.rpartition(".")[2]):
            found = self.answer(returned, depth + 1)
            if found != _NOTHING:
                return found
        return _NOTHING

    def _of_suffixes(self, listed: Node, sign: str) -> Answer:
        texts = self._reader.texts(listed)
        kind = Kind.joint(self._reader.kinds.of_suffix(text) for text in texts)
        if kind not in (Kind.DATA, Kind.CODE):
            return _NOTHING
        other = Kind.CODE if kind is Kind.DATA else Kind.DATA
        single = sign in ("==", "!=")
        answer: Answer = (kind, None if single or kind is Kind.CODE else other)
        return (answer[1], answer[0]) if sign in ("!=", "not in", "not") else answer

    def _is_size(self, node: Node) -> bool:
        return self._spells(node, _SIZE)

    def _is_suffix(self, node: Node) -> bool:
        return self._spells(node, _SUFFIX)

    def _spells(self, node: Node, wanted: re.Pattern[str]) -> bool:
        if wanted.search(text_of(node)):
            return True
        named = [each for each in walk(node) if each.type == "identifier"]
        return any(
            wanted.search(text_of(source)) for each in named for source in self._names.bindings_before(each)
        )


def _branch(parent: Node, child: Node) -> tuple[Node | None, bool | None]:
    """The test of an `if`, and whether it holds where the child stands."""
    if parent.type == "conditional_expression":
        value, condition, other = parent.named_children[:3]
        return condition, True if child == value else False if child == other else None
    test = parent.child_by_field_name("condition")
    if child == parent.child_by_field_name("consequence"):
        return test, True
    return test, False if child.type in ("else_clause", "elif_clause") else None


def _words(node: Node) -> set[str]:
    return {text_of(each) for each in walk(node) if each.type == "identifier"} - {
        "os",
        "path",
        "self",
        "Path",
    } | ({"path"} if any(each.type == "identifier" and _is_variable(each) for each in walk(node)) else set())


def _is_variable(node: Node) -> bool:
    """Whether `path` is a variable and not the module in `os.path.getsize`."""
    if text_of(node) != "path":
        return False
    parent = node.parent
    return parent is None or parent.type != "attribute" or parent.child_by_field_name("attribute") != node
