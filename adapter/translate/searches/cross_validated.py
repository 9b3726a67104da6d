"""searches: scikit-learn's searches as Optuna studies that cross-validate the model themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.context import context_of, shares_its_line
from adapter.translate.lift import Bound
from adapter.translate.render import reindent
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import is_in_loop
from adapter.translate.searches.layout import define
from adapter.translate.searches.results import Results
from adapter.translate.searches.spaces import DIMENSIONS, SpaceWriter
from adapter.translate.searches.syntax import (
    assignment_of,
    bound_once,
    called,
    is_inside,
    is_primitive,
    items_of,
    literal,
    literal_text,
    pairs_of,
    text_of,
)

GRID = "tuning.cross_validated"
SAMPLE = "tuning.cross_validated_sample"
TARGET = "optuna.create_study, Study.optimize"
_OF_THE_MODEL = frozenset(
    "predict predict_proba predict_log_proba decision_function transform inverse_transform score_samples"
    " classes_ n_features_in_ feature_names_in_".split()
)
_LISTS = ("range", "list", "np.arange", "np.linspace", "np.logspace", "np.geomspace", "np.array")
_TIES = "of combinations that are equally good another one may be the best"


@dataclass
class CrossValidated:
    """Rewrites one search of scikit-learn; everything goes through its desk."""

    desk: Desk
    run: Bound
    _notes: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Rewrites the search.

        Raises:
            NoPathError: a part of it is not understood; nothing is to be changed then.
        """
        desk, given = self.desk, self.desk.given(self.run)
        fit, places = self._fit()
        statement = context_of(fit).statement
        if shares_its_line(desk.source, statement) or context_of(fit).obstacle is not None:
            raise desk.refusal("the search is fitted within another statement", GapReason.POSITION)
        self._refuse_unknown(given)
        study = desk.fresh_name("study", statement)
        model = desk.fresh_name("best_estimator", statement)
        if self.run.concept == GRID:
            lines, before, sampler, trials = self._grid(given["space"], statement)
        else:
            lines, before, sampler, trials = self._sample(given, statement)
        data, extra = self._data(fit)
        lines.append(f"return {self._score(given, data, extra)}")
        name = desk.fresh_name("objective", statement)
        define(desk, statement, name, "trial", lines)
        create = desk.lower("tuning.create_study", {"direction": '"maximize"', "sampler": sampler})
        running = desk.lower("tuning.optimise", {"study": study, "objective": name, "trials": trials})
        keeps_model = literal(given.get("refit")) is not False
        after = (
            [f"{model} = {self._model(given['model'], f'{study}.best_params')}.fit({data})"]
            if keeps_model
            else []
        )
        for place in places:
            self._read(place, study, model if keeps_model else "", given)
        indent = desk.source.line_indent(statement.start_byte)
        text = f"\n{indent}".join([*before, f"{study} = {create}", running, *after])
        desk.replace(statement, text)
        desk.claim(self.run.use.node, TARGET, "; ".join(dict.fromkeys([*self._notes, *desk.notes])))
        desk.settle(TARGET)

    # Where the search is made and fitted.

    def _fit(self) -> tuple[Node, list[Node]]:
        """The call that fits the search, and the places that read it afterwards; the rest is taken away."""
        desk, call = self.desk, self.run.use.node
        chained = _method_call(call, "fit")
        if chained is not None:
            return chained, self._named_by(chained)
        assignment = assignment_of(call)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if assignment is None or left is None or assignment.parent is None:
            raise desk.refusal("the search is handed on to where it is not followed", GapReason.POSITION)
        places = [
            place
            for place in desk.names.occurrences(text_of(left), desk.names.scope_of(left))
            if place.id != left.id
        ]
        fits = [fitted for place in places if (fitted := _method_call(place, "fit")) is not None]
        if len(fits) != 1 or any(bound_once(desk.names, place) != call for place in places):
            raise desk.refusal("the search is not fitted in one place of its scope")
        if is_in_loop(fits[0], assignment):
            raise desk.refusal("the search is fitted in a loop")
        desk.remove(assignment.parent)
        others = [place for place in places if not is_inside(place, fits[0])]
        return fits[0], [*others, *self._named_by(fits[0])]

    def _named_by(self, fit: Node) -> list[Node]:
        """The places that read the name that the fitted search is given."""
        desk = self.desk
        assignment = assignment_of(fit)
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if left is None:
            if fit.parent is None or fit.parent.type != "expression_statement":
                raise desk.refusal("the fitted search is read where it is fitted", GapReason.POSITION)
            return []
        scope = desk.names.scope_of(left)
        return [place for place in desk.names.occurrences(text_of(left), scope) if place.id != left.id]

    def _data(self, fit: Node) -> tuple[str, str]:
        """What the search is fitted to, and what cross-validation gets beside it."""
        arguments = fit.child_by_field_name("arguments")
        given = [child for child in arguments.named_children if child.type != "comment"] if arguments else []
        plain = [text_of(child) for child in given if child.type != "keyword_argument"]
        extra = ""
        for child in given:
            if child.type != "keyword_argument":
                continue
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            assert name is not None
            assert value is not None
            if text_of(name) in ("X", "y"):
                plain.append(text_of(value))
            elif text_of(name) == "groups":
                extra = f", groups={text_of(value)}"
            else:
                raise self.desk.refusal(f"{text_of(child)} is handed to every fit")
        return ", ".join(plain), extra

    def _refuse_unknown(self, given: dict[str, Node]) -> None:
        desk = self.desk
        metric, refit = given.get("metric"), given.get("refit")
        if metric is not None and metric.type in ("dictionary", "list", "tuple", "set"):
            raise desk.refusal("several scores at once")
        if refit is not None and literal(refit) not in (True, False):
            raise desk.refusal("which score the model is fitted again for")

    # What is tried.

    def _grid(self, space: Node, statement: Node) -> tuple[list[str], list[str], str, str]:
        """The lines that draw, those before the study, the sampler, the number of trials."""
        desk = self.desk
        self._check_grid(space)
        name, before = text_of(space), []
        if space.type != "identifier":
            name = desk.fresh_name("param_grid", statement)
            text = reindent(
                text_of(space),
                desk.source.line_indent(space.start_byte),
                desk.source.line_indent(statement.start_byte),
            )
            before.append(f"{name} = {text}")
        drawn = desk.lower(
            "tuning.suggest_categorical", {"trial": "trial", "name": "name", "choices": "values"}
        )
        self._notes.append(_TIES)
        sampler = desk.lower("tuning.sampler_grid", {"space": name})
        return [f"params = {{name: {drawn} for name, values in {name}.items()}}"], before, sampler, ""

    def _check_grid(self, space: Node) -> None:
        desk = self.desk
        binding = bound_once(desk.names, space) if space.type == "identifier" else space
        if binding is not None and called(binding) == "dict":
            arguments = binding.child_by_field_name("arguments")
            values = [
                value
                for child in (arguments.named_children if arguments is not None else ())
                if (value := child.child_by_field_name("value")) is not None
            ]
        else:
            pairs = pairs_of(binding) if binding is not None else None
            if pairs is None:
                raise desk.refusal(f"the grid {text_of(space)[:60]} is not one dict that is written out here")
            values = [value for _, value in pairs]
        for value in values:
            items = items_of(value)
            is_known = (
                value.type in ("identifier", "attribute", "list_comprehension") or called(value) in _LISTS
            )
            if items is None and not is_known:
                raise desk.refusal(f"the values {text_of(value)[:60]} of the grid are not understood")
            if any(not self._is_value(item) for item in items or ()):
                raise desk.refusal(f"{text_of(value)[:60]} holds objects, not values")

    def _is_value(self, item: Node) -> bool:
        parts = items_of(item)
        return is_primitive(item) or (parts is not None and all(is_primitive(part) for part in parts))

    def _sample(self, given: dict[str, Node], statement: Node) -> tuple[list[str], list[str], str, str]:
        desk, space = self.desk, given["space"]
        binding = bound_once(desk.names, space) if space.type == "identifier" else space
        pairs = pairs_of(binding) if binding is not None else None
        if pairs is None or binding is None:
            raise desk.refusal(f"the distributions {text_of(space)[:60]} are not written out here")
        writer = SpaceWriter(desk, "trial", frozenset(), lambda name, _: text_of(name), statement)
        drawn = []
        for key, value in pairs:
            name = literal_text(key)
            if name is None:
                raise desk.refusal(f"{text_of(key)} is no plain name")
            drawn.append(f'    "{name}": {self._drawn(writer, name, value)},')
        self._drop_space(space, binding)
        seed = text_of(given["seed"]) if "seed" in given else ""
        sampler = desk.lower("tuning.sampler_random", {"seed": seed})
        trials = text_of(given["trials"]) if "trials" in given else "10"
        return ["params = {\n" + "\n".join(drawn) + "\n}"], [], sampler, trials

    def _drawn(self, writer: SpaceWriter, name: str, value: Node) -> str:
        desk = self.desk
        meant = bound_once(desk.names, value) if value.type == "identifier" else value
        if meant is not None and desk.sites.concept(meant) in DIMENSIONS:
            return writer.write(meant, key=name).text
        items = items_of(value)
        if items is not None and not all(self._is_value(item) for item in items):
            raise desk.refusal(f"{text_of(value)[:60]} holds objects, not values")
        if items is None and called(value) not in _LISTS:
            raise desk.refusal(f"the distribution {text_of(value)[:60]} is not understood")
        is_table = called(value).startswith("np.")
        choices = f"{text_of(value)}.tolist()" if is_table else text_of(value)
        given = {"trial": "trial", "name": f'"{name}"', "choices": choices}
        return desk.lower("tuning.suggest_categorical", given)

    def _drop_space(self, space: Node, binding: Node) -> None:
        """The dict of distributions goes where only the search reads it."""
        desk = self.desk
        assignment = assignment_of(binding) if space.type == "identifier" else None
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if assignment is None or left is None or assignment.parent is None:
            desk.touched.append(binding)
            return
        desk.remove(assignment.parent)
        desk.touched.append(space)
        desk.require_gone(left, "the dict of distributions")

    # The model and its score.

    def _model(self, model: Node, params: str) -> str:
        text = text_of(model)
        if model.type != "call":
            self.desk.imports.append("from sklearn.base import clone")
            text = f"clone({text})"
        return f"{text}.set_params(**{params})"

    def _score(self, given: dict[str, Node], data: str, extra: str) -> str:
        names = {"metric": "scoring", "folds": "cv", "jobs": "n_jobs", "error": "error_score"}
        options = "".join(
            f", {spelled}={text_of(given[name])}" for name, spelled in names.items() if name in given
        )
        self.desk.imports.append("from sklearn.model_selection import cross_val_score")
        return f"cross_val_score({self._model(given['model'], 'params')}, {data}{extra}{options}).mean()"

    def _read(self, place: Node, study: str, model: str, given: dict[str, Node]) -> None:
        """One place that reads the fitted search."""
        desk, parent = self.desk, place.parent
        member = (
            parent.child_by_field_name("attribute")
            if parent is not None and parent.type == "attribute"
            else None
        )
        name = text_of(member) if member is not None else ""
        if parent is not None and name == "best_estimator_" and model:
            desk.replace(parent, model)
        elif name in _OF_THE_MODEL and model:
            desk.replace(place, model)
        elif name == "score" and parent is not None and model:
            metric = given.get("metric")
            if metric is None:
                desk.replace(place, model)
                return
            call = parent.parent
            arguments = call.child_by_field_name("arguments") if call is not None else None
            if call is None or arguments is None:
                raise desk.refusal(f"line {desk.line_of(place)} hands the search's score on")
            desk.imports.append("from sklearn.metrics import get_scorer")
            desk.replace(call, f"get_scorer({text_of(metric)})({model}, {text_of(arguments)[1:-1]})")
        else:
            Results(desk).follow(place, "Results", study, changed=True)


def _method_call(node: Node, name: str) -> Node | None:
    """The call `node.name(...)`."""
    attribute = node.parent
    if attribute is None or attribute.type != "attribute" or attribute.child_by_field_name("object") != node:
        return None
    member, call = attribute.child_by_field_name("attribute"), attribute.parent
    if member is None or text_of(member) != name or call is None or call.type != "call":
        return None
    return call if call.child_by_field_name("function") == attribute else None
