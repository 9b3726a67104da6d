"""inline: the parameters that a run is given, out of all that a script has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from adapter.inline.insert.desk import Desk, display
from adapter.inline.landmarks.fits import bound_name
from adapter.inline.landmarks.kinds import full_name, has_role
from adapter.inline.landmarks.model import Fit, Parameter, ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.translate.context import statements_in
from adapter.translate.render import expression_node
from adapter.translate.shapes import used_as_namespace

_NAME = re.compile(r"(^\s*|[{,]\s*)\"(\w+)\":")
_OPTIONS = frozenset({"args", "opt", "opts", "options", "arguments", "hparams", "flags"})
_PARSING = re.compile(r"parse|args|arguments|options|flags|opts\b", re.IGNORECASE)
_SECONDARY = frozenset({Source.KEYWORD, Source.FUNCTION})


def ready_parameters(desk: Desk, statement: Node) -> str:
    """One mapping of all parameters that have their values before a statement, "" without any."""
    ready = [each for each in chosen_sets(desk) if ready_before(desk, each, statement)]
    return in_quotes(desk, merged(ready, plain=desk.work.writer.library.parameters == "plain"))


def chosen_sets(desk: Desk) -> list[ParameterSet]:
    """The sets that say how the program is configured; keyword arguments only where there are no others.

    What a search tries out is left to `found_parameters`, and what a framework records by itself to it.
    """
    # Every call of a script asks, and the answer is the same.
    if desk.chosen is None:
        desk.chosen = _chosen(desk)
    return list(desk.chosen)


def _chosen(desk: Desk) -> list[ParameterSet]:
    script = desk.work.script
    found = [each for each in desk.work.landmarks.parameter_sets if each.mapping]
    if searches(desk):
        found = [
            each for each in found if each.source not in (Source.DICT, Source.KEYWORD) or not _tries(each)
        ]
        found = [each for each in found if not _estimator(script, each)]
    primary = [each for each in found if each.source not in _SECONDARY and not each.holder.endswith("kwargs")]
    if primary:
        return primary
    options = options_from_elsewhere(script)
    if options is not None:
        return [options]
    found = [each for each in found if not _is_recorded(script, each)]
    estimators = [each for each in found if _estimator(script, each)]
    if len(estimators) == 1:
        name = _estimator(script, estimators[0])
        whole = replace(estimators[0], mapping=f"{name}.get_params()")
        return [
            whole if each is estimators[0] else each
            for each in found
            if each.ready != whole.ready or each is estimators[0]
        ]
    return found


def options_from_elsewhere(script: Script) -> ParameterSet | None:
    """Options that a function of another module gives: `opt = TrainOptions().parse()`."""
    for call in script.calls:
        name = bound_name(script, call)
        function = call.child_by_field_name("function")
        if name.rpartition("_")[2] not in _OPTIONS or function is None or script.called(call):
            continue
        if not _PARSING.search(script.text(function)):
            continue
        left = call.parent.child_by_field_name("left") if call.parent is not None else None
        if left is None or not used_as_namespace(left, script.names):
            continue
        statement = script.statement(call)
        scope = script.function_of(call)
        return ParameterSet(call, Source.ARGPARSE, f"vars({name})", statement, (), name, scope)
    return None


def searches(desk: Desk) -> list[Fit]:
    """The fits that search for parameters."""
    script = desk.work.script
    return [fit for fit in desk.work.landmarks.fits if has_role(script, _made_by(script, fit), "search")]


def _made_by(script: Script, fit: Fit) -> str:
    return full_name(script, fit.node.child_by_field_name("function") or fit.node)


def _tries(parameters: ParameterSet) -> bool:
    """Whether a dict gives several values for one parameter, as a search wants them."""
    return any(isinstance(each.value, tuple) for each in parameters.parameters)


def _is_recorded(script: Script, parameters: ParameterSet) -> bool:
    """Whether the framework's own integration records the arguments of a call."""
    return any(role.kind == "arguments" for role in script.roles(parameters.node))


def _estimator(script: Script, parameters: ParameterSet) -> str:
    """The name of the estimator whose keyword arguments a set is, "" for anything else."""
    if parameters.source is not Source.KEYWORD or parameters.node.type != "call":
        return ""
    if not any(role.kind == "estimator" for role in script.roles(parameters.node)):
        return ""
    return bound_name(script, parameters.node)


def merged(sets: Sequence[ParameterSet], known: set[str] | None = None, *, plain: bool = False) -> str:
    """One mapping of all parameters of several sets; a name that came before is left out.

    With `plain`, values that may be lists or objects are given as texts.
    """
    known = set(known or ())
    texts: list[str] = []
    for each in sets:
        names = {parameter.name for parameter in each.parameters}
        text = each.mapping
        if plain:
            text = _with_plain_values(each, text)
        if text.startswith("{") and not text.startswith("{name:") and names & known:
            left = [p for p in each.parameters if p.name not in known and p.read]
            text = "{" + ", ".join(f'"{p.name}": {p.read}' for p in left) + "}" if left else ""
        elif names and names <= known:
            text = ""
        known |= names
        if text:
            texts.append(text)
    if len(texts) == 1 and (not texts[0].startswith("{") or texts[0].startswith("{name:")):
        return texts[0]
    items = [
        item
        for text in texts
        for item in (
            _items(text) if text.startswith("{") and not text.startswith("{name:") else [f"**{text}"]
        )
    ]
    return display(items) if items else ""


def _with_plain_values(parameters: ParameterSet, text: str) -> str:
    """A mapping in which values that may be lists or objects are texts."""
    doubtful = {each.name for each in parameters.parameters if not _is_plain(each)}
    if text.startswith("{"):
        items = [item.partition(": ") for item in _items(text)]
        return display(
            [
                f"{key}: str({value})" if key.strip("\"'") in doubtful else f"{key}: {value}"
                for key, _, value in items
            ]
        )
    if doubtful or not parameters.parameters or _of_estimator(text):
        return f"{{name: str(value) for name, value in {text}.items()}}"
    return text


def in_quotes(desk: Desk, mapping: str) -> str:
    """A mapping with its names in the quotes that the file uses."""
    return _NAME.sub(lambda match: f"{match[1]}{desk.quoted(match[2])}:", mapping)


def _is_plain(parameter: Parameter) -> bool:
    """Whether a parameter is surely a number, a text, a truth value or nothing."""
    if isinstance(parameter.value, bool | int | float | str):
        return True
    return parameter.type in ("int", "float", "str", "bool")


def _items(text: str) -> list[str]:
    """The entries of a dict display."""
    node = expression_node(text)
    assert node is not None
    data = text.encode()
    return [data[child.start_byte : child.end_byte].decode() for child in node.named_children]


def ready_before(desk: Desk, parameters: ParameterSet, first: Node) -> bool:
    """Whether parameters have their values where the run starts, and can be read there."""
    script = desk.work.script
    function = script.function_of(first)
    if parameters.ready is None:
        return parameters.scope is not None and parameters.scope == function
    literal = parameters.source is Source.KEYWORD and all(not each.read for each in parameters.parameters)
    if literal and parameters.mapping.startswith("{") and not _of_estimator(parameters.mapping):
        return parameters.scope == function and script.loop_of(parameters.ready) is None
    if parameters.scope is not None and parameters.scope != function:
        return False
    return parameters.ready.end_byte <= first.start_byte and script.loop_of(parameters.ready) is None


def _of_estimator(mapping: str) -> bool:
    return mapping.endswith(".get_params()")


def first_statement(function: Node | None) -> Node | None:
    """The first statement of a function behind its docstring, None without one."""
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return None
    statements = statements_in(body)
    if len(statements) > 1 and statements[0].type == "expression_statement":
        inner = statements[0].named_children[0]
        if inner.type in ("string", "concatenated_string"):
            return statements[1]
    return statements[0] if statements else None
