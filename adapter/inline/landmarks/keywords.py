"""inline: hyper-parameters that are given to estimators, optimisers and layers as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from adapter.inline.landmarks.literals import NotLiteralError, keywords_of, literal, word_of
from adapter.inline.landmarks.loops import positional
from adapter.inline.landmarks.model import Fit, Parameter, ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.vocabulary import packaged_vocabulary

_TAKING = frozenset({"optimiser", "scheduler", "loader", "layer", "trainer", "arguments", "preparing"})
_ESTIMATORS = frozenset({"sklearn", "xgboost", "lightgbm"})


def keyword_sets(script: Script, fits: Iterable[Fit]) -> Iterator[ParameterSet]:
    """The literal arguments of each call that makes or trains something."""
    training = {fit.node.start_byte for fit in fits}
    for call in script.calls:
        roles = script.roles(call)
        is_model = any(role.kind == "model" and role.framework in _ESTIMATORS for role in roles)
        taking = is_model or any(role.kind in _TAKING for role in roles) or call.start_byte in training
        if not taking and packaged_vocabulary().signature(script.called(call)) is None:
            continue
        found = tuple(_given(script, call, is_model=is_model))
        if found:
            mapping = "{" + ", ".join(f'"{each.name}": {_text(script, each)}' for each in found) + "}"
            function = script.function_of(call)
            yield ParameterSet(call, Source.KEYWORD, mapping, script.statement(call), found, "", function)


def _text(script: Script, parameter: Parameter) -> str:
    return script.text(parameter.default) if parameter.default is not None else repr(parameter.value)


def _given(script: Script, call: Node, *, is_model: bool) -> Iterator[Parameter]:
    """The literal arguments; of an estimator all, of others those that a hyper-parameter's name goes with."""
    known = packaged_vocabulary()
    signature = known.signature(script.called(call))
    names = dict(signature.names) if signature is not None else {}
    given = [(names.get(name, name), node, value) for name, node, value in keywords_of(call)]
    for (key, name), value in zip(names.items(), positional(call), strict=False):
        if known.knows(name) and not any(child.type.endswith("_splat") for child in positional(call)):
            given.append((names.get(key, name), value, value))
    for name, node, value in given:
        try:
            shown = literal(value)
        except NotLiteralError:
            continue
        if is_model or known.knows(name):
            yield Parameter(node, name, Source.KEYWORD, "", value, word_of(shown), (), shown)
