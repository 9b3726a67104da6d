"""inline: the statements of a module that have to run anew for each trial."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.literals import called_text
from adapter.inline.landmarks.model import Landmarks, ParameterSet
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.study.names import (
    DEFINITIONS,
    IMPORTS,
    Texts,
    bound_by,
    definition_time,
    is_literal_assignment,
    is_mutable,
    read_by,
)

_CHANGING = frozenset({"model", "optimiser", "scheduler", "trainer", "search", "pipeline"})
_SAYING = re.compile(r"(^|\.)(print|pprint|echo|secho|info|debug|warning|log|write)$")


@dataclass(frozen=True, slots=True)
class Region:
    """The statements of one training, in order.

    `seeds` stand before them and are repeated by each trial; `shared` are names that the training binds
    and that functions of the module, or cells behind it, read.
    """

    statements: list[Node]
    seeds: list[Node]
    shared: list[str]


def find_region(
    script: Script,
    landmarks: Landmarks,
    statements: Sequence[Node],
    sets: Sequence[ParameterSet],
    objective: Node,
) -> Region:
    """The part of a program that one trial runs; `objective` is where the value comes from."""
    return _Finder(script, landmarks, statements, sets, objective).find()


class _Finder:
    def __init__(
        self,
        script: Script,
        landmarks: Landmarks,
        statements: Sequence[Node],
        sets: Sequence[ParameterSet],
        objective: Node,
    ) -> None:
        self._script, self._landmarks, self._statements = script, landmarks, list(statements)
        self._sets, self._objective = sets, objective
        self._texts = Texts(script)
        self._reach = reach_of(script)
        self._ready = self._last_ready()
        self._loose = [
            index
            for index, each in enumerate(self._statements)
            if not self._always_stays(each) and index > self._ready
        ]

    def find(self) -> Region:
        end = self._end()
        start = self._start(end)
        chosen = [index for index in self._loose if start <= index <= end]
        chosen = self._with_definitions(chosen, start, end)
        inside = [self._statements[index] for index in chosen]
        seeds = [
            each for index, each in enumerate(self._statements) if index not in chosen and self._seeds(each)
        ]
        return Region(inside, seeds, self._shared(inside))

    def _last_ready(self) -> int:
        """The index of the last statement by which parameters of the module get their values."""
        last = -1
        for each in self._sets:
            if each.scope is None and each.ready is not None and each.source is Source.ARGPARSE:
                last = max(last, self._index_of(each.ready))
        return last

    def _index_of(self, node: Node) -> int:
        for index, each in enumerate(self._statements):
            if each.start_byte <= node.start_byte < each.end_byte:
                return index
        return -1

    def _always_stays(self, statement: Node) -> bool:
        if statement.type in DEFINITIONS or statement.type in IMPORTS:
            return True
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is not None and inner.type in ("string", "concatenated_string"):
            return True
        if any(each.source is not Source.KEYWORD and each.ready == statement for each in self._sets):
            return True
        return is_literal_assignment(self._script, statement) or self._seeds(statement)

    def _seeds(self, statement: Node) -> bool:
        """Whether a statement does nothing but seed, and can be repeated while it stays where it is.

        In a notebook it could become the last of its cell, whose value is shown.
        """
        if self._script.source.cells is not None:
            return False
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "call":
            return False
        return any(seed.node.start_byte == inner.start_byte for seed in self._landmarks.seeds)

    def _end(self) -> int:
        """The last statement of the training: that of the program; in a notebook that of its last cell."""
        last = self._loose[-1] if self._loose else len(self._statements) - 1
        cells = self._script.source.cells
        if cells is None:
            return last
        at = max(self._index_of(self._objective), 0)
        place = self._statements[at].start_byte
        cell = next((each for each in cells if each.start <= place < each.end), cells[-1])
        within = [i for i in self._loose if cell.start <= self._statements[i].start_byte < cell.end]
        return max([at, *within])

    def _start(self, end: int) -> int:
        """The first statement of the training: what uses parameters, and what that cannot do without."""
        loose = [index for index in self._loose if index <= end]
        training = next((index for index in loose if self._reach.trains(self._statements[index])), end)
        start = next((index for index in loose if self._is_needed(self._statements[index])), training)
        while True:
            earlier = next((i for i in loose if i < start and self._is_drawn_in(i, start, end)), None)
            if earlier is None:
                return start
            start = earlier

    def _is_needed(self, statement: Node) -> bool:
        if self._only_says(statement):
            return False
        return self._needs(statement) or self._has_seed(statement)

    def _only_says(self, statement: Node) -> bool:
        """Whether a statement does nothing but print or log."""
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "call" or len(self._texts.reached(statement)) > 1:
            return False
        return _SAYING.search(called_text(inner)) is not None

    def _is_drawn_in(self, index: int, start: int, end: int) -> bool:
        """Whether an earlier statement must run anew too: for what it binds, or its random numbers."""
        statement = self._statements[index]
        later = [i for i in self._loose if start <= i <= end]
        bound = bound_by(statement)
        if any(bound & self._rebound(i) for i in later):
            return True
        changing = is_mutable(self._script, statement) or self._makes_state(statement)
        if changing and bound & self._read_in(later):
            return True
        seeded = any(self._has_seed(each) for each in self._statements[:index])
        return seeded and self._shares_randomness(index, later)

    def _rebound(self, index: int) -> set[str]:
        """Names that a statement, or a function that it leads to, binds anew after another one bound them."""
        names: set[str] = set()
        for node in self._texts.reached(self._statements[index]):
            if node.type == "function_definition":
                names |= self._declared_global(node)
        own = bound_by(self._statements[index])
        before = set().union(*(bound_by(each) for each in self._statements[:index]), set())
        return names | (own & before & self._read_first(index, own & before))

    def _read_first(self, index: int, names: set[str]) -> set[str]:
        return names & read_by(self._script, [self._statements[index]])

    def _declared_global(self, function: Node) -> set[str]:
        found = set()
        for node in self._script.walk(function):
            if node.type == "global_statement":
                found |= {self._script.text(child) for child in node.named_children}
        return found

    def _has_seed(self, statement: Node) -> bool:
        nodes = self._texts.reached(statement) if statement.type not in DEFINITIONS else []
        return any(
            node.start_byte <= seed.node.start_byte < node.end_byte
            for node in nodes
            for seed in self._landmarks.seeds
        )

    def _needs(self, statement: Node) -> bool:
        """Whether a statement, or what it leads to, uses a hyper-parameter."""
        reached = self._texts.reached(statement)
        for each in self._sets:
            if each.path is not None and not each.holder:
                continue
            for place in self._uses(each):
                if any(node.start_byte <= place.start_byte < node.end_byte for node in reached):
                    return True
        return False

    def _uses(self, each: ParameterSet) -> list[Node]:
        if each.source in (Source.KEYWORD, Source.FUNCTION):
            return [parameter.node for parameter in each.parameters]
        if each.scope is not None:
            return [each.made] if each.made is not None else []
        names = [each.holder.partition(".")[0]] if each.holder else [p.read for p in each.parameters]
        found = []
        for name in names:
            found += self._script.names.occurrences(name, self._script.root)
        wanted = {parameter.name.rpartition(".")[2] for parameter in each.parameters}
        return [node for node in found if not self._defines(each, node) and self._takes(node, wanted)]

    def _takes(self, node: Node, wanted: set[str]) -> bool:
        """Whether a mention of an object takes one of some members, or the object as a whole."""
        around = node.parent
        if around is None or around.type != "attribute" or around.child_by_field_name("object") != node:
            return True
        member = around.child_by_field_name("attribute")
        return member is not None and self._script.text(member) in wanted

    def _defines(self, each: ParameterSet, node: Node) -> bool:
        ready = each.ready
        if ready is not None and ready.start_byte <= node.start_byte < ready.end_byte:
            return True
        return any(parameter.node.start_byte == node.start_byte for parameter in each.parameters)

    def _read_in(self, indexes: Sequence[int]) -> set[str]:
        nodes = [node for i in indexes for node in self._texts.reached(self._statements[i])]
        return read_by(self._script, nodes)

    def _makes_state(self, statement: Node) -> bool:
        """Whether a statement makes something that training changes: a model, an optimiser, an own object."""
        for node in self._script.walk(statement):
            if node.type == "call":
                if any(role.kind in _CHANGING for role in self._script.roles(node)):
                    return True
                function = node.child_by_field_name("function")
                made = self._script.definition(function) if function is not None else None
                if made is not None and made.type == "class_definition":
                    return True
        return False

    def _shares_randomness(self, index: int, later: Sequence[int]) -> bool:
        """Whether a statement uses random numbers of a source that the training uses later on."""
        own = self._texts.randomness(self._statements[index])
        return any(own & self._texts.randomness(self._statements[i]) for i in later)

    def _with_definitions(self, chosen: list[int], start: int, end: int) -> list[int]:
        """The statements with those definitions that need their values when they are made."""
        bound = set().union(*(bound_by(self._statements[i]) for i in chosen), set())
        found = set(chosen)
        for index in range(start, end + 1):
            statement = self._statements[index]
            if statement.type in DEFINITIONS and any(
                definition_time(self._script, statement, name) for name in bound
            ):
                found.add(index)
        return sorted(found)

    def _shared(self, inside: Sequence[Node]) -> list[str]:
        names = dict.fromkeys(name for each in inside for name in sorted(bound_by(each)))
        return [
            name for name in names if any(self._is_outside(node, inside) for node in self._mentions(name))
        ]

    def _mentions(self, name: str) -> list[Node]:
        return self._script.names.occurrences(name, self._script.root)

    @staticmethod
    def _is_outside(node: Node, inside: Sequence[Node]) -> bool:
        return not any(each.start_byte <= node.start_byte < each.end_byte for each in inside)
