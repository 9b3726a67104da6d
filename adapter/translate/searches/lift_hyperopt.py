"""searches: `hyperopt.fmin` as a search."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.translate.lift import Bound
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import is_in_loop
from adapter.translate.searches.search import Search
from adapter.translate.searches.seeds import seed_of
from adapter.translate.searches.syntax import (
    assignment_of,
    bound_once,
    called,
    items_of,
    literal,
    reads_of,
    text_of,
)

_PARTIAL = re.compile(r"^(functools\.)?partial$")
_SETTINGS = {"n_startup_jobs": "startup", "n_EI_candidates": "candidates", "gamma": "", "verbose": ""}


def lift_hyperopt(desk: Desk, run: Bound) -> Search:
    """The search that a call of `fmin` runs.

    Raises:
        NoPathError: an argument is not understood.
    """
    given = desk.given(run)
    search = Search(run.use.node, given["objective"], given["space"])
    search.made = _results_made(desk, run, given.get("results"))
    search.sampler = _sampler(desk, given, search)
    search.trials = desk.text(given["trials"]) if "trials" in given else ""
    search.timeout = desk.text(given["timeout"]) if "timeout" in given else ""
    if "stop_when" in given:
        search.callbacks.append(_stop(desk, given["stop_when"]))
    if "stop_below" in given:
        limit = desk.text(given["stop_below"])
        stop = f"lambda study, trial: study.stop() if study.best_value <= {limit} else None"
        search.callbacks.append(stop)
    if "catch" in given and literal(given["catch"]) is not False:
        if literal(given["catch"]) is not True:
            raise desk.refusal("whether errors are caught is known only when the program runs")
        search.catch = "(Exception,)"
    if "start_with" in given:
        items = items_of(given["start_with"])
        if items is None:
            raise desk.refusal("the points to start with are not written out here")
        search.starts = [desk.text(item) for item in items]
    return search


def _results_made(desk: Desk, run: Bound, node: Node | None) -> tuple[Node, Node] | None:
    """The name and the statement of the object that collects the trials, where it is not made in the call."""
    if node is None or desk.sites.concept(node) == "tuning.results":
        return None
    binding = bound_once(desk.names, node) if node.type == "identifier" else None
    if binding is None or desk.sites.concept(binding) != "tuning.results":
        raise desk.refusal(f"what {text_of(node)} holds before the search is not known")
    assignment = assignment_of(binding)
    left = assignment.child_by_field_name("left") if assignment is not None else None
    if assignment is None or left is None or assignment.parent is None:
        raise desk.refusal(f"{text_of(node)} is not made by a plain assignment")
    others = [
        other
        for bound in desk.sites.bound.values()
        if bound.concept == run.concept and bound is not run
        if (other := desk.given(bound).get("results")) is not None and other.type == "identifier"
    ]
    if any(bound_once(desk.names, other) == binding for other in others) or is_in_loop(
        run.use.node, assignment
    ):
        raise desk.refusal(f"several searches go on with the trials of {text_of(node)}")
    return left, assignment.parent


def _sampler(desk: Desk, given: dict[str, Node], search: Search) -> str:
    node = given.get("sampler")
    arguments = {"seed": seed_of(desk, given["seed"]) if "seed" in given else ""}
    _drop_generator(desk, given.get("seed"), search)
    if node is not None and node.type == "identifier" and desk.sites.concept(node) == "":
        binding = bound_once(desk.names, node)
        assignment = assignment_of(binding) if binding is not None else None
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if (
            binding is not None
            and assignment is not None
            and assignment.parent is not None
            and left is not None
        ):
            for place in reads_of(desk.names, left, binding):
                if not desk.is_in_search(place):
                    raise desk.refusal(f"the sampler {text_of(left)} is used in several places")
            node = binding
            search.done.append(assignment.parent)
    if node is not None and _PARTIAL.match(called(node)):
        node, more = _partial(desk, node)
        arguments |= more
    concept = desk.sites.concept(node) if node is not None else "tuning.sampler_tpe"
    if node is not None and not concept.startswith("tuning.sampler"):
        raise desk.refusal(f"how values are chosen, {text_of(node)}, is not known")
    if node is not None and desk.sites.bound[node.id].entry.note:
        desk.notes.append(desk.sites.bound[node.id].entry.note)
    if concept in desk.route.target.search.get("usual", []) and not any(arguments.values()):
        return ""
    text = desk.lower(concept, arguments)
    if node is not None:
        desk.claim(node, text.partition("(")[0])
    return text


def _drop_generator(desk: Desk, node: Node | None, search: Search) -> None:
    """The generator of random numbers that only the search reads goes away."""
    made = bound_once(desk.names, node) if node is not None and node.type == "identifier" else None
    assignment = assignment_of(made) if made is not None else None
    left = assignment.child_by_field_name("left") if assignment is not None else None
    if made is None or assignment is None or left is None or assignment.parent is None or made.type != "call":
        return
    if len(reads_of(desk.names, left, made)) == 1:
        search.done.append(assignment.parent)


def _partial(desk: Desk, node: Node) -> tuple[Node, dict[str, str]]:
    """`partial(tpe.suggest, n_startup_jobs=20)`: the sampler and its settings."""
    arguments = node.child_by_field_name("arguments")
    given = [child for child in arguments.named_children if child.type != "comment"] if arguments else []
    if not given:
        raise desk.refusal(f"how values are chosen, {text_of(node)}, is not known")
    found: dict[str, str] = {}
    for child in given[1:]:
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name is None or value is None or text_of(name) not in _SETTINGS:
            raise desk.refusal(f"{text_of(child)} of the sampler has no counterpart")
        if _SETTINGS[text_of(name)]:
            found[_SETTINGS[text_of(name)]] = text_of(value)
        elif text_of(name) == "gamma":
            desk.notes.append("the share of trials that count as good (gamma) is Optuna's own")
    return given[0], found


def _stop(desk: Desk, node: Node) -> str:
    bound = desk.sites.bound.get(node.id)
    if bound is None or bound.concept != "tuning.stop_without_progress":
        raise desk.refusal(f"when to stop, {text_of(node)}, has no counterpart")
    trials = desk.given(bound).get("trials")
    text = desk.lower("tuning.stop_without_progress", {"trials": text_of(trials) if trials else "20"})
    desk.claim(node, "Study.stop")
    return re.sub(r"\((\d+)\)", r"\1", text)
