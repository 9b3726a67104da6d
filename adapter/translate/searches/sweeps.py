"""searches: W&B sweeps as Optuna studies; the runs go on being tracked as they were."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.uses import Use
from adapter.plan import GapReason
from adapter.translate.arguments import BindError, bind
from adapter.translate.context import context_of, shares_its_line
from adapter.translate.lift import NoPathError
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.functions import parameter_place, returns_of
from adapter.translate.searches.layout import define
from adapter.translate.searches.syntax import (
    assignment_of,
    body_of,
    bound_once,
    is_inside,
    items_of,
    literal,
    literal_text,
    loop_around,
    pairs_of,
    parameters_of,
    text_of,
    walk_own,
)

TARGET = "optuna.create_study, Study.optimize"
_DIRECTIONS = {"minimize": '"minimize"', "maximize": '"maximize"'}
_RANGES = {
    "uniform": ("tuning.suggest_float", {}),
    "q_uniform": ("tuning.suggest_float", {}),
    "log_uniform_values": ("tuning.suggest_float", {"log": "True"}),
    "int_uniform": ("tuning.suggest_int", {}),
    "q_log_uniform_values": ("tuning.suggest_rounded", {"log": "True"}),
}


@dataclass
class Sweep:
    """Rewrites one sweep that an agent of this file runs; everything goes through its desk."""

    desk: Desk
    run: Use
    _given: dict[str, Node] = field(default_factory=dict)

    def write(self) -> None:
        """Rewrites the sweep.

        Raises:
            NoPathError: a part of it is not understood; nothing is to be changed then.
        """
        desk, call = self.desk, self.run.node
        context = context_of(call)
        if not context.alone or shares_its_line(desk.source, context.statement):
            raise desk.refusal("the agent runs within another statement", GapReason.POSITION)
        given = self._bound(self.run)
        if "function" not in given:
            raise desk.refusal("the agent runs a program, not a function of this file", GapReason.DYNAMIC)
        made = self._made(given["sweep_id"])
        settings = self._settings(made)
        function = self._function(given["function"])
        metric, direction = self._metric(settings)
        name = desk.fresh_name("suggest_parameters", context.statement)
        lines = self._space(settings["parameters"])
        sampler = self._sampler(settings, lines)
        study = desk.fresh_name("study", context.statement)
        self._tell(function, metric, name, self._bound(self._use(made)).get("project"))
        define(desk, context.statement, name, "trial", lines)
        create = desk.lower("tuning.create_study", {"direction": direction, "sampler": sampler})
        trials = desk.text(given["count"]) if "count" in given else ""
        running = desk.lower(
            "tuning.optimise", {"study": study, "objective": text_of(given["function"]), "trials": trials}
        )
        indent = desk.source.line_indent(context.statement.start_byte)
        desk.replace(context.statement, f"{study} = {create}\n{indent}{running}")
        desk.claim(call, TARGET, "; ".join(dict.fromkeys(desk.notes)))
        desk.settle(TARGET)

    # What the calls say.

    def _bound(self, use: Use) -> dict[str, Node]:
        from adapter.graph.signature import parse_signature

        signature = parse_signature(self.desk.route.source.search["calls"][use.api])
        assert use.call is not None
        try:
            return bind(signature, use.call).nodes
        except BindError as error:
            raise self.desk.refusal(str(error), GapReason.ARGUMENTS) from error

    def _use(self, node: Node) -> Use:
        return self.desk.sites.by_node[node.id]

    def _made(self, node: Node) -> Node:
        """The call that makes the sweep; its statement goes away."""
        desk = self.desk
        made = bound_once(desk.names, node) if node.type == "identifier" else None
        use = desk.sites.by_node.get(made.id) if made is not None else None
        assignment = assignment_of(made) if made is not None else None
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if made is None or use is None or use.api != "wandb.sweep" or assignment is None or left is None:
            raise desk.refusal("the sweep is not made in this file", GapReason.DYNAMIC)
        if assignment.parent is not None:
            desk.remove(assignment.parent)
        desk.claim(made, TARGET)
        for place in desk.names.occurrences(text_of(left), desk.names.scope_of(left)):
            if place.id != left.id and not is_inside(place, self.run.node):
                raise desk.refusal(f"the sweep is also used in line {desk.line_of(place)}")
        return made

    def _settings(self, made: Node) -> dict[str, Node]:
        """The entries of the sweep's dict."""
        desk = self.desk
        node = self._bound(self._use(made))["sweep"]
        found = self._entries(node, "the settings of the sweep", gone=True)
        for name in ("method", "parameters"):
            if name not in found:
                raise desk.refusal(f"the settings of the sweep have no {name}")
        if "early_terminate" in found:
            raise desk.refusal("runs that are ended early", GapReason.NO_EDGE)
        return found

    def _entries(self, node: Node, what: str, *, gone: bool = False) -> dict[str, Node]:
        """The entries of a dict literal, or of the name that stands for one, with what is put in later."""
        desk = self.desk
        meant = bound_once(desk.names, node) if node.type == "identifier" else node
        pairs = pairs_of(meant) if meant is not None else None
        if pairs is None or meant is None:
            raise desk.refusal(f"{what} are not one dict that is written out here", GapReason.DYNAMIC)
        found = {}
        for key, value in pairs:
            name = literal_text(key)
            if name is None:
                raise desk.refusal(f"{text_of(key)} is no plain name")
            found[name] = value
        assignment = assignment_of(meant) if meant != node else None
        left = assignment.child_by_field_name("left") if assignment is not None else None
        if gone and assignment is not None and left is not None and assignment.parent is not None:
            found |= self._put_in(left, node, what)
            desk.remove(assignment.parent)
        return found

    def _put_in(self, left: Node, read: Node, what: str) -> dict[str, Node]:
        """`settings["metric"] = metric` and `settings.update({...})`, which go away with the dict."""
        desk, found = self.desk, {}
        for place in desk.names.occurrences(text_of(left), desk.names.scope_of(left)):
            if place.id in (left.id, read.id):
                continue
            holder = place.parent
            written = holder.parent if holder is not None else None
            if holder is None or written is None or written.parent is None:
                raise desk.refusal(f"{what} are also used in line {desk.line_of(place)}")
            value = written.child_by_field_name("right")
            is_write = holder.type == "subscript" and written.type == "assignment" and value is not None
            name = literal_text(holder.child_by_field_name("subscript")) if is_write else None
            if name is not None and value is not None and written.child_by_field_name("left") == holder:
                found[name] = value
                desk.remove(written.parent)
            elif (more := self._updated(holder, written)) is not None:
                found |= more
                desk.remove(written.parent)
            else:
                raise desk.refusal(f"{what} are also used in line {desk.line_of(place)}")
        return found

    def _updated(self, attribute: Node, call: Node) -> dict[str, Node] | None:
        name = attribute.child_by_field_name("attribute") if attribute.type == "attribute" else None
        arguments = call.child_by_field_name("arguments") if call.type == "call" else None
        if name is None or text_of(name) != "update" or arguments is None or arguments.named_child_count != 1:
            return None
        pairs = pairs_of(arguments.named_children[0])
        if pairs is None or call.parent is None or call.parent.type != "expression_statement":
            return None
        return {key_text: value for key, value in pairs if (key_text := literal_text(key)) is not None}

    def _metric(self, settings: dict[str, Node]) -> tuple[str, str]:
        desk = self.desk
        if "metric" not in settings:
            raise desk.refusal("the sweep has no metric")
        found = self._entries(settings["metric"], "the metric", gone=True)
        name = literal_text(found.get("name"))
        goal = literal(found.get("goal")) if "goal" in found else "minimize"
        if name is None or goal not in _DIRECTIONS:
            raise desk.refusal("the metric of the sweep is not written out here")
        return name, _DIRECTIONS[str(goal)]

    def _sampler(self, settings: dict[str, Node], lines: list[str]) -> str:
        desk = self.desk
        method = literal(settings["method"])
        if method == "random":
            return desk.lower("tuning.sampler_random", {})
        if method == "bayes":
            desk.notes.append("Optuna's own sampler takes the place of a Gaussian process")
            return ""
        if method != "grid":
            raise desk.refusal(
                f"the method {text_of(settings['method'])} has no counterpart", GapReason.NO_EDGE
            )
        values = [f'"{name}": {text}' for name, text in self._choices.items()]
        if any("suggest_float" in line or "suggest_int" in line for line in lines):
            raise desk.refusal("a grid over a range")
        return desk.lower("tuning.sampler_grid", {"space": "{" + ", ".join(values) + "}"})

    # The parameters.

    def _space(self, node: Node) -> list[str]:
        """The lines of the function that draws the parameters."""
        self._choices: dict[str, str] = {}
        entries = self._entries(node, "the parameters of the sweep", gone=True)
        lines = [f'    "{name}": {self._parameter(name, value)},' for name, value in entries.items()]
        return ["return {\n" + "\n".join(lines) + "\n}"]

    def _parameter(self, name: str, node: Node) -> str:
        desk = self.desk
        found = self._entries(node, f"the values of {name}")
        label = f'"{name}"'
        if "value" in found:
            return text_of(found["value"])
        if "values" in found:
            if "probabilities" in found:
                desk.notes.append("the values have equal probabilities at first")
            if (items := items_of(found["values"])) is not None and any(items_of(item) for item in items):
                raise desk.refusal(f"the values of {name} are no plain ones")
            self._choices[name] = text_of(found["values"])
            given = {"trial": "trial", "name": label, "choices": text_of(found["values"])}
            return desk.lower("tuning.suggest_categorical", given)
        low, high = found.get("min"), found.get("max")
        if low is None or high is None:
            raise desk.refusal(f"how {name} is drawn is not understood")
        is_whole = isinstance(literal(low), int) and isinstance(literal(high), int)
        usual = "int_uniform" if is_whole else "uniform"
        kind = literal(found["distribution"]) if "distribution" in found else usual
        if kind not in _RANGES:
            raise desk.refusal(f"the distribution {kind} of {name} has no counterpart", GapReason.NO_EDGE)
        concept, more = _RANGES[str(kind)]
        arguments = {"trial": "trial", "name": label, "low": text_of(low), "high": text_of(high), **more}
        if str(kind).startswith("q_"):
            arguments["step"] = text_of(found["q"]) if "q" in found else "1"
        return desk.lower(concept, arguments)

    # The function that is run.

    def _function(self, node: Node) -> Node:
        desk = self.desk
        definition = bound_once(desk.names, node) if node.type == "identifier" else None
        if definition is None or definition.type != "function_definition":
            raise desk.refusal(f"the function {text_of(node)} is not defined in this file", GapReason.DYNAMIC)
        name = definition.child_by_field_name("name")
        assert name is not None
        home = desk.names.scope_of(definition.parent or definition)
        others = [
            place
            for place in desk.names.occurrences(text_of(name), home)
            if place != name and not is_inside(place, self.run.node)
        ]
        if others:
            raise desk.refusal(f"the function is also called in line {desk.line_of(others[0])}")
        if any(statement.named_children for statement in returns_of(definition)):
            raise desk.refusal("the function that the agent runs returns a value")
        return definition

    def _tell(self, function: Node, metric: str, draw: str, project: Node | None) -> None:
        """The function takes a trial, starts its run with the drawn values, and returns the metric."""
        desk = self.desk
        uses = [
            use for use in desk.names.uses() if use.call is not None and use.node in list(walk_own(function))
        ]
        starts = [use for use in uses if use.api == "wandb.init"]
        if len(starts) != 1 or starts[0].call is None:
            raise desk.refusal("the function does not start one run of its own")
        trial = desk.local_name("trial", body_of(function)[0])
        self._take(function, trial, starts[0].call)
        parameters = {text_of(parameter_place(each)) for each in parameters_of(function)}
        self._start(starts[0].call, f"{draw}({trial})", project, parameters)
        name, loop = self._logged(function, uses, metric)
        statements = body_of(function)
        last = statements[-1]
        scope: Node = last if last.type == "with_statement" else function
        ends = [use for use in uses if use.api in ("wandb.finish", "wandb.Run.finish")]
        is_entered = any(parent.type == "with_item" for parent in _around(starts[0].call))
        indent = desk.source.line_indent(last.start_byte)
        lines = [] if ends or is_entered else ["wandb.finish()"]
        if is_entered and loop is None and scope is last and not is_inside(starts[0].call, last):
            raise desk.refusal("where the metric is logged is not seen")
        lines.append(f"return {name}")
        desk.insert(last.end_byte, "".join(f"\n{indent}{line}" for line in lines))

    def _take(self, function: Node, trial: str, start: Node) -> None:
        """The trial as the only parameter; a `config` that agents leave at None goes away."""
        desk = self.desk
        parameters = function.child_by_field_name("parameters")
        given = parameters_of(function)
        if parameters is None or len(given) > 1:
            raise desk.refusal("the function that the agent runs takes arguments")
        if not given:
            desk.insert(parameters.start_byte + 1, trial)
            return
        place = parameter_place(given[0])
        body = function.child_by_field_name("body")
        scope = desk.names.scope_of(body if body is not None else function)
        for use in desk.names.occurrences(text_of(place), scope):
            is_written = use.parent is not None and use.parent.type in ("assignment", "as_pattern_target")
            is_later = any(use.start_byte > bound.start_byte for bound in self._rebound(place, scope))
            if use.id != place.id and not is_inside(use, start) and not is_written and not is_later:
                raise desk.refusal(f"{text_of(place)} is also read in line {desk.line_of(use)}")
        desk.replace(given[0], trial)

    def _rebound(self, place: Node, scope: Node) -> list[Node]:
        return [
            use
            for use in self.desk.names.occurrences(text_of(place), scope)
            if use.parent is not None
            and use.parent.type == "assignment"
            and use.parent.child_by_field_name("left") == use
        ]

    def _start(self, call: Node, drawn: str, project: Node | None, parameters: set[str]) -> None:
        """`wandb.init` gets the drawn values as the parameters of its run."""
        desk = self.desk
        arguments = call.child_by_field_name("arguments")
        assert arguments is not None
        named = {
            text_of(name): (child, child.child_by_field_name("value"))
            for child in arguments.named_children
            if child.type == "keyword_argument" and (name := child.child_by_field_name("name")) is not None
        }
        if any(child.type == "dictionary_splat" for child in arguments.named_children):
            raise desk.refusal("what wandb.init is given is known only when the program runs")
        more = [f"project={text_of(project)}"] if project is not None and "project" not in named else []
        if "config" in named:
            value = named["config"][1]
            assert value is not None
            is_default = value.type == "none" or text_of(value) in parameters
            desk.replace(value, drawn if is_default else f"{{**{text_of(value)}, **{drawn}}}")
        else:
            more.append(f"config={drawn}")
        if more:
            has_any = any(child.type != "comment" for child in arguments.named_children)
            inside = text_of(arguments)[:-1].rstrip()
            comma = "" if not has_any or inside.endswith(",") else ", "
            comma = " " if has_any and inside.endswith(",") else comma
            desk.insert(arguments.end_byte - 1, comma + ", ".join(more))

    def _logged(self, function: Node, uses: list[Use], metric: str) -> tuple[str, Node | None]:
        """The variable that holds the metric when the function ends, and the loop that logs it."""
        desk = self.desk
        found: list[tuple[Use, Node]] = []
        for use in uses:
            if use.api not in ("wandb.log", "wandb.Run.log") or use.call is None:
                continue
            arguments = use.call.child_by_field_name("arguments")
            first = (
                arguments.named_children[0] if arguments is not None and arguments.named_children else None
            )
            for key, value in (pairs_of(first) or []) if first is not None else []:
                if literal_text(key) == metric:
                    found.append((use, value))
        if len(found) != 1:
            raise desk.refusal(f"{metric} is not logged in one place of the function")
        use, value = found[0]
        loop = loop_around(use.node)
        if value.type == "identifier":
            return text_of(value), loop
        statement = context_of(use.node).statement
        if shares_its_line(desk.source, statement):
            raise self._shared_line()
        name = desk.local_name("score", statement)
        indent = desk.source.line_indent(statement.start_byte)
        desk.insert(statement.start_byte, f"{name} = {desk.text(value)}\n{indent}")
        desk.replace(value, name)
        return name, loop

    def _shared_line(self) -> NoPathError:
        return self.desk.refusal("the metric is logged in a line with other statements", GapReason.POSITION)


def _around(node: Node) -> list[Node]:
    found = []
    parent = node.parent
    while parent is not None and parent.type != "block":
        found.append(parent)
        parent = parent.parent
    return found
