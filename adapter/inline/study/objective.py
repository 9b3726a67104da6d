"""inline: which reported value a search makes best, and in which direction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from tree_sitter import Node

from adapter.graph.yamlfile import read_document
from adapter.inline.landmarks.literals import called_text, keywords_of
from adapter.inline.landmarks.model import Landmarks, Reported
from adapter.inline.landmarks.words import LoopKind, Part
from adapter.inline.script import Script
from adapter.inline.vocabulary import normal

_ORDER = {Part.VALIDATION: 0, Part.TEST: 1, Part.UNKNOWN: 2, Part.TRAIN: 3}


class ObjectiveError(Exception):
    """No value can be the objective; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Objective:
    """The value that a search makes best.

    `reported` is what a trial gives back, `repeated` what is reported once per epoch, None where nothing
    is. `direction` is minimize or maximize. `note` is what a user should know.
    """

    reported: Reported
    repeated: Reported | None
    direction: str
    note: str = ""


@cache
def _words() -> dict[str, frozenset[str]]:
    document = read_document("metrics.yaml", (files("rules") / "metrics.yaml").read_text("utf-8"))
    return {key: frozenset(words) for key, words in document.data.items()}


def direction_of(name: str) -> str:
    """Whether a value of this name is to be small or large; "" where the name does not tell."""
    parts = normal(name).split("_")
    for direction in ("minimize", "maximize"):
        if _words()[direction].intersection(parts):
            return direction
    return ""


def measure(name: str) -> str:
    """The name without words such as "best" and "final"."""
    parts = [part for part in normal(name).split("_") if part not in _words()["summaries"]]
    return "_".join(parts)


def choose(
    script: Script, landmarks: Landmarks, metric: str, direction: str, without: Collection[str] = ()
) -> Objective:
    """The value to make best: the metric that was asked for, else the one that the script goes by.

    `without` are measures that cannot be used.

    Raises:
        ObjectiveError: there is none, or nothing tells its direction.
    """
    shown = [each for each in landmarks.reported if not each.mapping and not _is_spread(each.name)]
    candidates = [each for each in shown if measure(each.name) not in without]
    if metric or not any(_speaks(each.name) for each in candidates):
        candidates += [each for each in _recorded(landmarks) if measure(each.name) not in without]
    mapping = next((each for each in reversed(landmarks.reported) if each.mapping), None)
    if mapping is not None and metric and not _matching(candidates, metric):
        candidates.append(replace(mapping, name=metric, text=f'{mapping.text}["{metric}"]'))
    if not candidates and mapping is not None:
        line = script.line(mapping.statement)
        raise ObjectiveError(
            f"line {line} reports several values in one dict; name one of them with --metric"
        )
    if not candidates:
        raise ObjectiveError("no reported value found, such as a printed validation loss")
    if metric:
        candidates = _named(candidates, metric)
    elif not direction:
        candidates = [each for each in candidates if _speaks(each.name)] or candidates
    candidates = _settled(script, candidates)
    if direction:
        fitting = [each for each in candidates if direction_of(each.name) in ("", direction)]
        candidates = fitting or candidates
    kept = candidates if metric else _of_best_part(candidates)
    first = _preferred(script, landmarks, kept)
    same = [each for each in kept if measure(each.name) == measure(first.name)]
    repeated = next((each for each in reversed(same) if _kind(each) is LoopKind.EPOCH), None)
    single = [each for each in same if _kind(each) is None]
    reported = single[-1] if single else repeated or same[-1]
    found = direction or ("minimize" if _is_loss(script, first) else direction_of(first.name))
    if not found:
        raise ObjectiveError(
            f"nothing tells whether {first.name!r} is to be small or large; say it with --direction"
        )
    return Objective(reported, repeated, found, _note(first))


def _speaks(name: str) -> bool:
    """Whether a name tells whether its value is to be small or large."""
    return bool(direction_of(name))


def _recorded(landmarks: Landmarks) -> list[Reported]:
    """What a framework's `fit` gives back epoch by epoch: Keras' losses, those of validation first."""
    found = []
    for fit in landmarks.fits:
        if fit.framework != "keras" or not called_text(fit.node).endswith((".fit", ".fit_generator")):
            continue
        if fit.statement.type != "expression_statement":
            continue
        given = {name for name, _, _ in keywords_of(fit.node)}
        validates = bool(given & {"validation_data", "validation_split"})
        kept = fit.result or "history"
        for name, part in (("val_loss", Part.VALIDATION), ("loss", Part.TRAIN)):
            if validates or part is Part.TRAIN:
                text, bind = f'{kept}.history["{name}"][-1]', "" if fit.result else kept
                value = Reported(fit.node, name, fit.node, text, "", fit.statement, part=part, bind=bind)
                found.append(value)
    return found


def _is_loss(script: Script, reported: Reported) -> bool:
    """Whether a value is the first that Keras' `evaluate` gives: the loss, whatever it is called."""
    value = reported.value
    index = value.child_by_field_name("subscript") if value.type == "subscript" else None
    if index is not None:
        holder = value.child_by_field_name("value")
        return script.text(index) == "0" and holder is not None and _is_evaluated(script, holder)
    return value.type == "identifier" and _is_evaluated(script, value)


def _is_evaluated(script: Script, name: Node) -> bool:
    """Whether a name is bound to what `evaluate` gives, or to the first part of that."""
    for node in script.walk(script.function_of(name) or script.root):
        if node.type != "assignment" or node.start_byte > name.start_byte:
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or right.type != "call":
            continue
        first = left.named_children[0] if left.type in ("pattern_list", "tuple_pattern") else left
        if script.text(first) == script.text(name) and called_text(right).endswith(".evaluate"):
            return True
    return False


def _note(reported: Reported) -> str:
    if reported.part is Part.TRAIN:
        return f"only training values are reported; the trials are judged by {reported.name}"
    return ""


def _is_spread(name: str) -> bool:
    return bool(_words()["spread"].intersection(normal(name).split("_")))


def _matching(candidates: Sequence[Reported], metric: str) -> list[Reported]:
    """The values that a name may mean, [] where it means none."""
    wanted = normal(metric)
    ways: tuple[Callable[[str], bool], ...] = (
        lambda name: normal(name) == wanted,
        lambda name: measure(name) == measure(wanted),
        lambda name: normal(name).endswith(f"_{wanted}"),
        lambda name: set(wanted.split("_")) <= set(normal(name).split("_")),
    )
    for fits in ways:
        found = [each for each in candidates if fits(each.name)]
        if found:
            keys = {measure(each.name) for each in found}
            return [each for each in candidates if measure(each.name) in keys]
    return []


def _named(candidates: Sequence[Reported], metric: str) -> list[Reported]:
    found = _matching(candidates, metric)
    if found:
        return found
    names = sorted({each.name for each in candidates})
    near = get_close_matches(metric, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it reports: {', '.join(names)}"
    raise ObjectiveError(f"the script reports no value called {metric!r}; {hint}")


def _settled(script: Script, candidates: Sequence[Reported]) -> list[Reported]:
    """Without values of single batches and folds, where there are others; of two trainings the last."""
    calm = [each for each in candidates if not _is_fleeting(script, each)] or list(candidates)
    best = min(_ORDER[each.part] for each in calm)
    loops = [each.loop for each in calm if _ORDER[each.part] == best and each.loop is not None]
    outer = [loop for loop in loops if loop.kind is LoopKind.EPOCH]
    if not outer:
        return calm
    last = max(loop.node.start_byte for loop in outer)
    return [each for each in calm if each.loop is None or each.loop.node.start_byte == last] or calm


def _is_fleeting(script: Script, reported: Reported) -> bool:
    loop = reported.loop
    if loop is not None:
        return loop.kind in (LoopKind.BATCH, LoopKind.FOLD) or reported.at.axis in ("step", "fold")
    around = script.loop_of(reported.statement)
    return around is not None and around.type == "for_statement" and not reported.step


def _of_best_part(candidates: Sequence[Reported]) -> list[Reported]:
    best = min(_ORDER[each.part] for each in candidates)
    if best == _ORDER[Part.TEST]:
        return [each for each in candidates if each.part in (Part.TEST, Part.UNKNOWN)]
    return [each for each in candidates if _ORDER[each.part] == best]


def _preferred(script: Script, landmarks: Landmarks, candidates: Sequence[Reported]) -> Reported:
    """The value by which the script keeps its best model, else the one that it reports first."""
    best = min(_ORDER[each.part] for each in candidates)
    first = [each for each in candidates if _ORDER[each.part] == best]
    for kept in landmarks.bests:
        texts = {_plain(kept.value), _plain(kept.name)}
        if kept.measured is not None and kept.measured.type == "identifier":
            texts |= {_plain(script.text(bound)) for bound in script.names.bindings(kept.measured)}
        for each in first:
            if _plain(each.text) in texts or _plain(script.text(each.value)) in texts:
                return each
    return first[0]


def _plain(text: str) -> str:
    return "".join(text.split())


def _kind(reported: Reported) -> LoopKind | None:
    """The kind of loop in which a value is reported; a function that one calls counts to it."""
    if reported.loop is not None:
        return reported.loop.kind
    return LoopKind.EPOCH if reported.step else None
