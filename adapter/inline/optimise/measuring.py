"""inline: a script's own evaluation, run once more on another model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.loaders import part_of
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import Part
from adapter.inline.optimise.saying import Frame, Sayer
from adapter.inline.optimise.scopes import assignments, targets
from adapter.inline.optimise.trained import Place, reads, takes_nothing
from adapter.inline.script import Script

_MEASURES = re.compile(r"eval|test|valid|accura|score|metric|measure|check", re.IGNORECASE)
_KEEPS = re.compile(r"\b(global|nonlocal)\b|\bsave_\w+\(|\.(save|dump|add_scalar|savefig|append)\(|\.step\(")
_SHOWS = re.compile(r"\bprint\(|\.(info|warning|debug)\(")


@dataclass(frozen=True, slots=True)
class Measurement:
    """How a model is evaluated again.

    `named` says whether the call's text names the model, `results` are the names that the script binds what
    it gives to, each with the format of `specs`; `evaluates` says that it sets the model's evaluation mode.
    """

    call: str
    named: bool
    results: tuple[str, ...]
    shows: bool
    specs: tuple[str, ...]
    node: Node
    evaluates: bool

    def lines(self, label: str, taken: str) -> list[str]:
        """The statements that evaluate and show the result; `label` says of which model."""
        if not self.results:
            if self.shows:
                return [self.call]
            return [f'print(f"{label} model: {{{_single(self.call)}}}")']
        names = [name for name in self.results if name]
        if len(self.results) == 1:
            said = _words(names[0])
            return [f'print(f"{label} {said}: {{{_single(self.call)}{self.specs[0]}}}")']
        left = ", ".join(f"{taken}_{name}" if name else "_" for name in self.results)
        shown = ", ".join(
            f"{_words(name)}: {{{taken}_{name}{spec}}}"
            for name, spec in zip(self.results, self.specs, strict=True)
            if name
        )
        return [f"{left} = {self.call}", f'print(f"{label} {shown}")']


def find_measurement(
    script: Script, sayer: Sayer, place: Place, result: str, aliases: frozenset[str]
) -> Measurement | None:
    """The evaluation of the script that can be run again on the model that `result` names, if there is one.

    The last one wins that does not train, keeps nothing and can be said at the place; one on test data
    comes before others. `aliases` are other expressions of the same model.
    """
    best: tuple[int, int, Measurement] | None = None
    for call in script.calls:
        found = _again(script, sayer, call, place, result, aliases)
        if found is None:
            continue
        text = script.text(call)
        part = max(
            (_RANK[part_of(word)] for word in re.findall(r"[\w.]+", text.partition("(")[2])), default=0
        )
        if best is None or (part, call.start_byte) >= best[:2]:
            best = (part, call.start_byte, found)
    return best[2] if best is not None else None


_RANK = {Part.TEST: 2, Part.VALIDATION: 1, Part.UNKNOWN: 0, Part.TRAIN: 0}


def _again(
    script: Script, sayer: Sayer, call: Node, place: Place, result: str, aliases: frozenset[str]
) -> Measurement | None:
    callee = call.child_by_field_name("function")
    if callee is None or callee.type not in ("identifier", "attribute"):
        return None
    function = reach_of(script).function_called(call)
    name = script.text(callee).rpartition(".")[2]
    if function is None:
        if callee.type == "attribute" or script.api(callee) or not _MEASURES.search(name):
            return None
    elif not _is_harmless(script, function, call, name):
        return None
    frame = next((f for f in sayer.frames(call) if place.frame in tuple(f.outwards())), None)
    if frame is None:
        return None
    said = _said(script, sayer, call, frame, place, result, aliases, function)
    if said is None:
        return None
    results = _results(script, call)
    if results is None:
        return None
    shows = function is not None and _SHOWS.search(script.text(function)) is not None
    if not results and not shows and call.parent is not None and call.parent.type == "expression_statement":
        return None
    specs = tuple(_spec(script, each) for each in results)
    evaluates = function is not None and ".eval()" in script.text(function)
    return Measurement(said[0], said[1], results, shows, specs, call, evaluates)


def _is_harmless(script: Script, function: Node, call: Node, name: str) -> bool:
    label = function.child_by_field_name("name")
    if label is None or script.text(label) == "__init__":
        return False
    text = script.text(function)
    if reach_of(script).function_trains(function):
        arguments = script.text(call).partition("(")[2]
        measured = any(
            part_of(word) in (Part.VALIDATION, Part.TEST) for word in re.findall(r"[\w.]+", arguments)
        )
        return measured and not re.search(r"\bopt", arguments) and "optimizer=None" in text.replace(" ", "")
    gauges = _MEASURES.search(name) is not None or "no_grad" in text or ".eval()" in text
    return gauges and not _KEEPS.search(_without_lists(text))


def _without_lists(text: str) -> str:
    """The text without appends to lists that the function makes itself."""
    own = set(re.findall(r"(\w+)\s*=\s*\[\]", text)) | set(
        re.findall(r"(\w+)\s*=\s*\[\]\s*$", text, re.MULTILINE)
    )
    own |= {name for pair in re.findall(r"(\w+), (\w+) = \[\], \[\]", text) for name in pair}
    for name in own:
        text = re.sub(rf"\b{name}\.append\(", f"{name}(", text)
    return text


def _said(
    script: Script,
    sayer: Sayer,
    call: Node,
    frame: Frame,
    place: Place,
    result: str,
    aliases: frozenset[str],
    function: Node | None,
) -> tuple[str, bool] | None:
    """The call at the place with the result in the model's stead, and whether it names the model."""
    callee, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if callee is None or arguments is None or arguments.type != "argument_list":
        return None
    said_callee = sayer.say(callee, frame, place.frame, inline=False)
    if said_callee is None:
        return None
    given, named = [], False
    for argument in arguments.named_children:
        if argument.type == "comment":
            continue
        value = argument.child_by_field_name("value") if argument.type == "keyword_argument" else argument
        said = sayer.say(value, frame, place.frame, inline=False) if value is not None else None
        if said is None or value is None or _is_gone(script, value, place, call):
            return None
        if said in aliases:
            said, named = result, True
        given.append(f"{script.text(argument.named_children[0])}={said}" if value is not argument else said)
    if not named and not _reads_model(script, function, said_callee, place):
        return None
    return f"{said_callee}({', '.join(given)})", named


def _is_gone(script: Script, value: Node, place: Place, call: Node) -> bool:
    """Whether an argument comes from a comprehension or a `with` that is over."""
    around = script.enclosing(
        call, frozenset({"list_comprehension", "generator_expression", "with_statement"})
    )
    if around is None:
        return False
    inside = around.named_children[0] if around.type == "with_statement" else around
    return any(reads(script, inside, script.text(n)) for n in targets(value))


def _reads_model(script: Script, function: Node | None, callee: str, place: Place) -> bool:
    """Whether an evaluation that is not given the model reaches it itself, by the same name."""
    if function is None:
        return False
    if "." in callee:
        receiver = callee.rpartition(".")[0]
        if not place.model.startswith(f"{receiver}."):
            return False
        return f"self.{place.model[len(receiver) + 1 :]}" in script.text(function)
    if place.frame.function is not None and not _encloses(place.frame.function, function):
        return False
    bound = assignments(script, function, place.model)
    return takes_nothing(function) or (not bound and reads(script, function, place.model))


def _encloses(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _results(script: Script, call: Node) -> tuple[str, ...] | None:
    """The names that the results are bound to, () without any, None for a part of something else."""
    parent = call.parent
    if parent is None:
        return None
    if parent.type == "assignment":
        left = parent.child_by_field_name("left")
        if left is None:
            return None
        if left.type == "identifier":
            return (script.text(left),)
        names = list(left.named_children)
        if any(child.type != "identifier" for child in names):
            return None
        return tuple("" if script.text(n).startswith("_") else script.text(n) for n in names)
    if parent.type in ("expression_statement", "interpolation", "argument_list"):
        return ()
    return None


def _spec(script: Script, name: str) -> str:
    """How the script formats a value of this name in an f-string, "" where it does not."""
    if not name:
        return ""
    spelled = re.escape(name)
    text = script.source.data.decode("utf-8", "replace")
    match = re.search(rf"\{{{spelled}(:[^{{}}]+)\}}", text)
    if match is not None:
        return match[1]
    # a value that `%.3f` or `{:.3f}` shows is a number that `:.3f` shows too
    places = re.search(rf"(?:%|\{{:)\d*(\.\d+f).*\b{spelled}\b", text)
    return f":{places[1]}" if places is not None else ""


def _single(text: str) -> str:
    """A call inside an f-string of double quotes."""
    return text.replace('"', "'")


def _words(name: str) -> str:
    return name.replace("_", " ")
