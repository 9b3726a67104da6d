"""inline: the engine that puts a search for the best hyper-parameters around existing training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tree_sitter import Node

from adapter.inline.landmarks.model import Parameter, ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.outcome import Outcome, Work, landmark_gap
from adapter.inline.study.build import Search, build
from adapter.inline.study.calls import Edge, way_to
from adapter.inline.study.objective import Objective, ObjectiveError, choose, measure
from adapter.inline.study.shape import ShapeError, functions_on, is_known, shape_of
from adapter.inline.study.slice import Slice
from adapter.inline.study.space import (
    Range,
    SpaceError,
    Tuned,
    UnknownNameError,
    chosen,
    derived,
    is_learning_rate,
    names_of,
    read_space,
)
from adapter.inline.study.tree import MissingError
from adapter.inline.study.values import can_be_handed, is_handed
from adapter.inline.study.writing import Writing
from adapter.inline.writing import NoPathError
from adapter.translate.pipeline import UsageError

# what the arguments are called that give the width of a layer
_WIDTHS = frozenset({"units", "filters"})
_EXPLICIT = (
    Source.ARGPARSE,
    Source.CLICK,
    Source.TYPER,
    Source.DATACLASS,
    Source.DICT,
    Source.CONSTANT,
    Source.FUNCTION,
)


def apply(work: Work) -> Outcome:
    """Puts a study around the training of a script, or says which landmark is missing for that.

    Raises:
        UsageError: the file of ranges is wrong.
    """
    place = work.landmarks.fits[0].node
    try:
        return _with_some_value(work)
    except ObjectiveError as error:
        return Outcome(gaps=[landmark_gap(work.script, place, "reported value", str(error))])
    except ShapeError as error:
        return Outcome(gaps=[landmark_gap(work.script, error.node, "training", str(error))])
    except UnknownNameError as error:
        return Outcome(gaps=[landmark_gap(work.script, place, "hyper-parameter", str(error))])
    except SpaceError as error:
        raise UsageError(str(error)) from error
    except NoPathError as error:
        return Outcome(gaps=[landmark_gap(work.script, place, "training", error.detail)])
    except MissingError:
        detail = "the statements there share their lines, so nothing can be put between them"
        return Outcome(gaps=[landmark_gap(work.script, place, "training", detail)])


def _with_some_value(work: Work) -> Outcome:
    """The study for the first value that can be brought to its objective; the best candidate comes first."""
    first: ShapeError | None = None
    without: dict[str, str] = {}
    while True:
        try:
            study = _Study(work, without)
        except ObjectiveError:
            if first is None:
                raise
            raise first from None
        except ShapeError as error:
            raise first or error from None
        try:
            return study.outcome()
        except ShapeError as error:
            first = first or error
            if work.request.text("metric"):
                raise
            without[study.measure] = str(error)


class _Study:
    def __init__(self, work: Work, without: Mapping[str, str]) -> None:
        self._work, self._script, self._landmarks = work, work.script, work.landmarks
        self._writing = Writing(work)
        self._objective = self._chosen_objective(without)
        self.measure = measure(self._objective.reported.name)
        self._way = self._whole_way()
        self._tuned = self._parameters()
        self._shape = shape_of(
            self._script,
            self._landmarks,
            self._way,
            self._objective.reported.statement,
            [each for each, _ in self._tuned],
        )
        self._tuned = self._reachable(self._tuned)

    def _chosen_objective(self, without: Mapping[str, str]) -> Objective:
        request = self._work.request
        metric = request.options.get("metric")
        name = metric[0] if isinstance(metric, tuple) and metric else request.text("metric")
        found = choose(self._script, self._landmarks, name, request.text("direction"), without)
        if not without:
            return found
        reasons = "; ".join(without.values())
        return replace(found, note=f"the trials are judged by {found.reported.name} ({reasons})")

    def _whole_way(self) -> list[Edge]:
        """The calls down to the value; further down to where it is reported each epoch, if that is deeper."""
        objective = self._objective
        way = way_to(self._script, self._landmarks, objective.reported.statement)
        if objective.repeated is None or objective.repeated is objective.reported:
            return way
        deeper = way_to(self._script, self._landmarks, objective.repeated.statement)
        calls = [edge.call.id for edge in way]
        return deeper if [edge.call.id for edge in deeper[: len(way)]] == calls else way

    # Which parameters.

    def _parameters(self) -> list[tuple[ParameterSet, list[Tuned]]]:
        """The parameters to search over, set by set; literals in calls only where nothing else is set."""
        functions = functions_on(self._script, self._way, self._objective.reported.statement)
        usable = [each for each in self._landmarks.parameter_sets if self._is_usable(each, functions)]
        self._slice = Slice(self._script, self._objective.reported)
        explicit = [self._used(each) for each in usable if each.source in _EXPLICIT]
        literals = [each for each in usable if each.source not in _EXPLICIT]
        literals = [self._without_output(each) for each in literals if self._is_judged(each)]
        space = self._work.request.text("space")
        if space:
            return self._by_file(Path(space), [*explicit, *literals])
        found = self._named([*explicit, *self._optimisers(explicit, literals)], bold=False)
        found = found or self._named(literals, bold=True)
        if not found:
            looked = "options, configurations, constants and arguments whose value and name tell a range"
            node = self._landmarks.fits[0].node
            raise ShapeError(node, f"no hyper-parameter found that can be searched ({looked})")
        return found

    def _is_judged(self, each: ParameterSet) -> bool:
        """Whether the value that is judged may come from the call that a set belongs to."""
        return self._slice.holds(each.node)

    def _used(self, each: ParameterSet) -> ParameterSet:
        """A set of constants without those that the value that is judged does not come from."""
        if each.source is not Source.CONSTANT or each.scope is not None or each.path is not None:
            return each
        names, root = self._script.names, self._script.root
        kept = [
            parameter
            for parameter in each.parameters
            if any(
                self._slice.holds(node)
                for node in names.occurrences(parameter.read, root)
                if node.start_byte != parameter.node.start_byte
            )
        ]
        return replace(each, parameters=tuple(kept))

    def _without_output(self, each: ParameterSet) -> ParameterSet:
        """A set without the width of a network's last layer, which the data gives."""
        if not any(role.kind == "layer" for role in self._script.roles(each.node)):
            return each
        layers = [
            other
            for other in self._landmarks.parameter_sets
            if other.scope == each.scope and any(parameter.name in _WIDTHS for parameter in other.parameters)
        ]
        activations = {parameter.value for parameter in each.parameters if parameter.name == "activation"}
        is_last = bool(layers) and layers[-1].node == each.node
        if not is_last and not activations & {"softmax", "sigmoid", "linear"}:
            return each
        return replace(each, parameters=tuple(p for p in each.parameters if p.name not in _WIDTHS))

    def _optimisers(
        self, explicit: Sequence[ParameterSet], literals: Sequence[ParameterSet]
    ) -> list[ParameterSet]:
        """Literals of optimisers, where nothing else sets a learning rate."""
        if any(is_learning_rate(parameter.name) for each in explicit for parameter in each.parameters):
            return []
        made = {each.node.start_byte for each in self._landmarks.optimisers}
        return [each for each in literals if each.node.start_byte in made] if explicit else []

    def _is_usable(self, each: ParameterSet, functions: Sequence[Node]) -> bool:
        """Whether the training on this way can get values of a set."""
        if each.source is Source.KEYWORD or is_handed(each):
            return each.path is None
        scope = (
            each.scope if each.ready is not None or each.made is None else self._script.function_of(each.made)
        )
        if each.source in (Source.CLICK, Source.TYPER):
            scope = each.scope
        elif each.ready is None and each.made is None:
            return False
        if "." in each.holder and each.path is None:
            return False
        return scope is None or any(scope.id == function.id for function in functions)

    def _named(self, sets: Sequence[ParameterSet], *, bold: bool) -> list[tuple[ParameterSet, list[Tuned]]]:
        ranges = [(each, derived(each.parameters, bold=bold)) for each in sets]
        listed = [parameter for _, found in ranges for parameter, _ in found]
        names = dict(zip(map(id, listed), names_of(listed), strict=True))
        return [
            (_only(each, found), [Tuned(parameter, names[id(parameter)], span) for parameter, span in found])
            for each, found in ranges
            if found
        ]

    def _by_file(self, path: Path, sets: Sequence[ParameterSet]) -> list[tuple[ParameterSet, list[Tuned]]]:
        parameters = [parameter for each in sets for parameter in each.parameters]
        ranges = chosen(read_space(path), parameters, self._writing.quote)
        names = dict(zip((id(p) for p, _ in ranges), names_of([p for p, _ in ranges]), strict=True))
        found = []
        for each in sets:
            own = {id(parameter) for parameter in each.parameters}
            tuned = [Tuned(p, names[id(p)], span) for p, span in ranges if id(p) in own]
            if tuned:
                found.append((_only(each, [(item.parameter, item.range) for item in tuned]), tuned))
        return found

    def _reachable(
        self, tuned: Sequence[tuple[ParameterSet, list[Tuned]]]
    ) -> list[tuple[ParameterSet, list[Tuned]]]:
        """Without values of places to which the training cannot hand them."""
        found = []
        for each, items in tuned:
            if is_handed(each):
                kept = [item for item in items if can_be_handed(self._script, self._shape, each, item)]
            else:
                kept = items if is_known(self._shape, each) else []
            if kept:
                found.append((each, kept))
        if not found:
            node = tuned[0][0].node
            raise ShapeError(node, "the hyper-parameters stand where the training cannot be given others")
        return found

    def outcome(self) -> Outcome:
        """The script with the study in it."""
        plan = Search(self._work, self._objective, self._shape, self._tuned, self._writing)
        return build(plan)


def _only(each: ParameterSet, found: Sequence[tuple[Parameter, Range]]) -> ParameterSet:
    """A set with those of its parameters that are searched."""
    return replace(each, parameters=tuple(parameter for parameter, _ in found))
