"""searches: Ray Tune's `Tuner(...).fit()` and `tune.run(...)` as a search."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.lift import Bound
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import is_in_loop
from adapter.translate.searches.search import Search
from adapter.translate.searches.syntax import (
    assignment_of,
    bound_once,
    literal,
    literal_text,
    pairs_of,
    text_of,
)

RUNS = frozenset({"tuning.run_prepared", "tuning.run_at_once"})
_DIRECTIONS = {"min": '"minimize"', "max": '"maximize"'}
_BESTS = re.compile(r"\.get_best_(result|config|trial)$")


@dataclass
class LiftRay:
    """Puts together what the calls of one search say."""

    desk: Desk
    run: Bound
    _given: dict[str, Node] = field(default_factory=dict)
    _done: list[Node] = field(default_factory=list)

    def lift(self) -> Search:
        """The search.

        Raises:
            NoPathError: a part of it is not understood.
        """
        desk, call = self.desk, self.run.use.node
        self._collect()
        if "objective" not in self._given or "space" not in self._given:
            raise desk.refusal("the search has no space that is seen here", GapReason.DYNAMIC)
        search = Search(call, self._objective(self._given["objective"]), self._meant("space"))
        search.gives = "ResultGrid" if self.run.concept == "tuning.run_prepared" else "Analysis"
        search.metric, search.direction = self._metric()
        search.sampler = self._sampler(self._given.get("sampler"))
        search.pruner, search.prunes = self._pruner()
        search.trials = desk.text(self._given["trials"]) if "trials" in self._given else "1"
        search.timeout = desk.text(self._given["timeout"]) if "timeout" in self._given else ""
        search.stop = self._stop()
        search.done = [*self._done, *self._workers()]
        return search

    def _collect(self) -> None:
        """The arguments of all calls that make up the search."""
        desk = self.desk
        given = desk.given(self.run)
        if self.run.concept == "tuning.run_at_once":
            self._given = dict(given)
            return
        tuner = given["search"]
        made = self._resolved(tuner, "tuning.prepared", "the tuner")
        if is_in_loop(self.run.use.node, made):
            raise desk.refusal("the tuner runs in a loop")
        self._given = dict(desk.given(desk.sites.bound[made.id]))
        for name, concept in (("how", "tuning.how"), ("where", "tuning.where")):
            node = self._given.pop(name, None)
            if node is not None:
                call = self._resolved(node, concept, name)
                self._given |= desk.given(desk.sites.bound[call.id])

    def _resolved(self, node: Node, concept: str, what: str) -> Node:
        """The call that an expression stands for; its assignment goes away."""
        desk = self.desk
        made = bound_once(desk.names, node) if node.type == "identifier" else node
        if made is None or desk.sites.concept(made) != concept:
            failure = desk.sites.failures.get(made.id) if made is not None else None
            if failure is not None:
                raise failure
            raise desk.refusal(
                f"{what} {text_of(node)[:40]} is not written out in this file", GapReason.DYNAMIC
            )
        if made != node:
            self._goes(made, node)
        return made

    def _goes(self, made: Node, node: Node) -> None:
        """The assignment of a name that only the search reads goes away."""
        desk = self.desk
        assignment = assignment_of(made)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if assignment is None or left is None or assignment.parent is None:
            raise desk.refusal(f"{text_of(node)} is not made by a plain assignment")
        if len(desk.names.occurrences(text_of(left), desk.names.scope_of(left))) != 2:
            raise desk.refusal(f"{text_of(node)} is used in several places")
        self._done.append(assignment.parent)

    def _meant(self, name: str) -> Node:
        return self._given[name]

    def _objective(self, node: Node) -> Node:
        """The function, with arguments that are the same in all trials as a partial."""
        desk = self.desk
        if node.type == "identifier":
            binding = bound_once(desk.names, node)
            if binding is not None and desk.sites.concept(binding) in (
                "tuning.with_resources",
                "tuning.with_arguments",
            ):
                self._goes(binding, node)
                node = binding
        concept = desk.sites.concept(node)
        if concept == "tuning.with_resources":
            return self._objective(desk.given(desk.sites.bound[node.id])["objective"])
        if concept == "tuning.with_arguments":
            bound = desk.sites.bound[node.id]
            self.desk.extras = [text_of(each) for each in bound.rest.get("more", ())]
            return self._objective(desk.given(bound)["objective"])
        return node

    def _metric(self) -> tuple[str, str]:
        """The value that counts, and the direction; what reads the best result may say them."""
        desk = self.desk
        metric, mode = self._given.get("metric"), self._given.get("mode")
        for use in desk.sites.uses:
            if not _BESTS.search(use.api) or use.call is None:
                continue
            arguments = use.call.child_by_field_name("arguments")
            given = (
                [child for child in arguments.named_children if child.type != "comment"] if arguments else []
            )
            plain = [child for child in given if child.type != "keyword_argument"]
            named = {
                text_of(name): child.child_by_field_name("value")
                for child in given
                if (name := child.child_by_field_name("name")) is not None
                and child.type == "keyword_argument"
            }
            metric = metric or named.get("metric") or (plain[0] if plain else None)
            mode = mode or named.get("mode") or (plain[1] if len(plain) > 1 else None)
        pruner = self._given.get("pruner")
        for key, node in self._of_pruner(pruner):
            metric = metric or (node if key == "metric" else None)
            mode = mode or (node if key == "mode" else None)
        known, direction = literal_text(metric), literal(mode)
        if known is None or direction not in _DIRECTIONS:
            raise desk.refusal("which reported value counts, and in which direction, is not written out")
        return known, _DIRECTIONS[str(direction)]

    def _of_pruner(self, node: Node | None) -> list[tuple[str, Node]]:
        meant = bound_once(self.desk.names, node) if node is not None and node.type == "identifier" else node
        bound = self.desk.sites.bound.get(meant.id) if meant is not None else None
        return list(bound.nodes.items()) if bound is not None else []

    def _sampler(self, node: Node | None) -> str:
        desk = self.desk
        if node is None or node.type == "none":
            return desk.lower("tuning.sampler_random", {})
        made = bound_once(desk.names, node) if node.type == "identifier" else node
        if made is not None and made != node:
            self._goes(made, node)
        concept = desk.sites.concept(made) if made is not None else ""
        if made is None or not concept.startswith("tuning.sampler"):
            raise desk.refusal(
                f"how values are chosen, {text_of(node)[:40]}, has no counterpart", GapReason.NO_EDGE
            )
        given = desk.given(desk.sites.bound[made.id])
        if concept == "tuning.sampler_limited":
            return self._sampler(given["sampler"])
        arguments = {name: text_of(value) for name, value in given.items()}
        if concept in desk.route.target.search.get("usual", []) and not arguments:
            return ""
        text = desk.lower(concept, arguments)
        desk.claim(made, text.partition("(")[0])
        return text

    def _pruner(self) -> tuple[str, bool]:
        """The pruner as code, and whether trials are given up at all."""
        desk, node = self.desk, self._given.get("pruner")
        if node is None:
            return "", False
        made = bound_once(desk.names, node) if node.type == "identifier" else node
        if made is not None and made != node:
            self._goes(made, node)
        concept = desk.sites.concept(made) if made is not None else ""
        if made is None or not concept.startswith("tuning.pruner"):
            raise desk.refusal(
                f"which trials are given up, {text_of(node)[:40]}, has no counterpart", GapReason.NO_EDGE
            )
        bound = desk.sites.bound[made.id]
        for name, reason in bound.entry.drops.items():
            if reason and name in bound.nodes:
                desk.notes.append(reason)
        given = {name: text_of(value) for name, value in desk.given(bound).items()}
        text = desk.lower(concept, given)
        desk.claim(made, text.partition("(")[0])
        return text, concept != "tuning.pruner_none"

    def _stop(self) -> dict[str, str]:
        """The values at which a trial ends."""
        desk, node = self.desk, self._given.get("stop")
        if node is None:
            return {}
        made = bound_once(desk.names, node) if node.type == "identifier" else node
        pairs = pairs_of(made) if made is not None else None
        if pairs is None or made is None:
            raise desk.refusal(f"when trials end, {text_of(node)[:40]}, is not written out here")
        if made != node:
            self._goes(made, node)
        found = {}
        for key, value in pairs:
            name = literal_text(key)
            if name is None:
                raise desk.refusal("when trials end is not written out here")
            text = text_of(value)
            found[name] = f"({text})" if value.type == "conditional_expression" else text
        return found

    def _workers(self) -> list[Node]:
        """`ray.init()` and `ray.shutdown()` that stand alone."""
        desk = self.desk
        found = []
        for bound in desk.sites.bound.values():
            statement = bound.use.node.parent
            if bound.concept == "tuning.workers" and statement is not None:
                if statement.type != "expression_statement":
                    raise desk.refusal("what ray.init() gives is used", GapReason.POSITION)
                found.append(statement)
        return found


def grid_starts(desk: Desk, grids: list[tuple[str, str]], study: str, repeats: str) -> list[str]:
    """The statements that put every combination of a grid in front."""
    names, values = [name for name, _ in grids], [value for _, value in grids]
    if len(grids) == 1:
        point = f"{{{names[0]}: value}}"
        head = f"for value in {values[0]}:"
    else:
        desk.imports.append("import itertools")
        point = f"dict(zip([{', '.join(names)}], values))"
        head = f"for values in itertools.product({', '.join(values)}):"
    start = desk.lower("tuning.start_with", {"study": study, "values": point})
    if repeats == "1":
        return [f"{head}\n    {start}"]
    return [f"for _ in range({repeats}):\n    {head}\n        {start}"]
