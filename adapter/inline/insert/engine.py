"""inline: the engine "insert": concept calls put before, after, around or into landmarks, step by step.

A step of a recipe says which landmarks it is about, which of them it takes, and what is put where:

    - landmark: fits                  # a kind of landmark, see `adapter/inline/insert/seen.py`
      when: {framework: [sklearn]}    # fields that must have one of these values; also `option.name`,
      unless: {result: absent}        #   and the words `given` and `absent`; `unless` must not hold
      take: last                      # every (default), first or last
      place: after                    # before, after, around, within, inside or argument
      of: statement                   # which node of the landmark; its own statement by default
      concept: registry.log_model
      arguments: {model: "{model}", name: "{option.name|script!text}"}
      needed: no fitted model found   # a gap that says so, when no landmark is left to take

An argument is an expression in which `{field}` stands for a field of the landmark or of the request
(`option.name`, `script`, `library.steps`, `uses.FRAMEWORK`, `any.LANDMARKS`, `new.NAME` for a name that the
script does not use); `{a|b}` is the first of them that is there, `!text` makes a string of it, `{{` is a
brace. An argument of which a field is missing is not given.

- `around` starts something before the landmark and ends it behind: `concept` gives the lines, of which the
  one that gives the value becomes a `with` where the code that runs is short, and `ends` is the concept
  that ends it where it is not. `inside` puts lines right behind that start. `within` puts the statements of
  the landmark into a `with` of the concept's value.
- `argument` gives a call the keyword `keyword` with the value of the concept, or with the expression `value`;
  with `list: true` that is one item of a list, and an item is added where the call passes a list already.
- `before` and `after` put the lines of the concept, or `lines` as they are. `bind` names the variable that
  takes the value of the concept, `loops` are the headers of loops that go around its lines.
- `singly` names the concept that takes the parts of a landmark one by one; it serves where the library would
  need a loop to take them all at once.

Everything is put in, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tree_sitter import Node

from adapter.inline.editing import Editor, PlaceError
from adapter.inline.insert.desk import Desk
from adapter.inline.insert.seen import Seen, seen_landmarks
from adapter.inline.outcome import Outcome, Work, landmark_edit, landmark_gap
from adapter.inline.writing import NoPathError
from adapter.translate.lower import Lowered

Step = Mapping[str, Any]


def apply(work: Work) -> Outcome:
    """Carries out the steps of the recipe on one script."""
    desk = Desk(work, Editor(work.script.source))
    for step in work.request.recipe.steps:
        _carry_out(desk, step)
    if desk.records_nothing and not desk.outcome.gaps:
        _gap(
            desk,
            desk.anchor(),
            "reports",
            _nothing_given(desk),
        )
    if not desk.outcome.gaps:
        try:
            desk.finish()
            desk.outcome.changes = desk.editor.changes()
        except PlaceError as error:
            _gap(desk, work.script.root, work.request.recipe.name, str(error))
    return desk.outcome


def _nothing_given(desk: Desk) -> str:
    """Why a run would hold no result of the training."""
    fits = desk.work.landmarks.fits
    what = "no reported value and no saved file found to record"
    if len(fits) > 1:
        lines = ", ".join(str(desk.work.script.line(fit.node)) for fit in fits[:3])
        what += f", and no single trained model (trained at lines {lines}{', ...' if len(fits) > 3 else ''})"
    return what


def _carry_out(desk: Desk, step: Step) -> None:
    kind = str(step["landmark"])
    found = [seen for seen in seen_landmarks(desk, kind) if _holds(desk, step, seen)]
    taken = {"first": found[:1], "last": found[-1:]}.get(str(step.get("take", "every")), found)
    if not taken and "needed" in step and _is_asked(desk, step):
        _gap(desk, desk.anchor(), kind, desk.filled(str(step["needed"]), {}))
    for seen in taken:
        try:
            _put(desk, step, seen)
        except (NoPathError, PlaceError) as error:
            _gap(desk, seen.node, kind, str(error))


def _is_asked(desk: Desk, step: Step) -> bool:
    """Whether the conditions on options, at least, hold."""
    options = {key: value for key, value in step.get("when", {}).items() if key.startswith("option.")}
    return all(_fits(desk.field(key, {}), value) for key, value in options.items())


def _holds(desk: Desk, step: Step, seen: Seen) -> bool:
    wanted, unwanted = step.get("when", {}), step.get("unless", {})
    return all(_fits(desk.field(key, seen.fields), value) for key, value in wanted.items()) and not any(
        _fits(desk.field(key, seen.fields), value) for key, value in unwanted.items()
    )


def _fits(value: str, wanted: object) -> bool:
    allowed = wanted if isinstance(wanted, list) else [wanted]
    return any(
        bool(value) if word == "given" else not value if word == "absent" else value == str(word)
        for word in allowed
    )


def _put(desk: Desk, step: Step, seen: Seen) -> None:
    if seen.problem:
        _gap(desk, seen.node, str(step["landmark"]), seen.problem)
        return
    place = str(step["place"])
    node = seen.nodes.get(str(step.get("of", "statement")), seen.node)
    seen.prepare(desk)
    if place == "around":
        _around(desk, step, seen)
    elif place == "inside":
        desk.inside += [line for lowered in _lowered(desk, step, seen, "") for line in _lines(desk, lowered)]
    elif place == "within":
        _within(desk, step, seen)
    elif place == "argument":
        _argument(desk, step, seen, node)
    else:
        _beside(desk, step, seen, node, before=place == "before")


def _beside(desk: Desk, step: Step, seen: Seen, node: Node, *, before: bool) -> None:
    desk.editor.open(node)
    loops = [desk.filled(str(header), seen.fields) for header in step.get("loops", ())]
    indent = desk.editor.indent_of(node) + desk.editor.unit() * len(loops)
    written = _lowered(desk, step, seen, indent) if "concept" in step else []
    lines = [desk.filled(str(line), seen.fields) for line in step.get("lines", ())]
    lines += [line for lowered in written for line in _lines(desk, lowered)]
    if "bind" in step and lines:
        lines[-1] = f"{desk.filled(str(step['bind']), seen.fields)} = {lines[-1]}"
    if loops and lines:
        lines = _nested(desk, loops, lines)
    if before:
        desk.editor.before(node, lines)
    else:
        desk.editor.after(node, lines)
    for lowered in written:
        _note(desk, step, seen, lowered)


def _nested(desk: Desk, loops: list[str], lines: list[str]) -> list[str]:
    """Lines below the headers of loops, each of which is below the one before."""
    unit = desk.editor.unit()
    headers = [f"{unit * depth}{header}" for depth, header in enumerate(loops)]
    return [*headers, *(f"{unit * len(loops)}{line}" for line in lines)]


def _around(desk: Desk, step: Step, seen: Seen) -> None:
    indent = desk.work.script.source.line_indent(seen.nodes["first"].start_byte)
    starts = desk.work.writer.write(str(step["concept"]), _arguments(desk, step, seen), indent)
    ends = (
        desk.work.writer.write(str(step["ends"]), desk.holder_argument(), indent) if "ends" in step else None
    )
    desk.needs(starts)
    if ends is not None:
        desk.needs(ends)
    desk.start(seen, starts, ends)
    _note(desk, step, seen, starts)


def _within(desk: Desk, step: Step, seen: Seen) -> None:
    lowered = desk.work.writer.write(str(step["concept"]), _arguments(desk, step, seen))
    value = next(line.text for line in lowered.lines if line.is_value)
    desk.needs(lowered)
    desk.editor.wrap(seen.nodes["first"], seen.nodes["last"], f"with {value}:")
    _note(desk, step, seen, lowered)


def _argument(desk: Desk, step: Step, seen: Seen, call: Node) -> None:
    value = desk.filled(str(step["value"]), seen.fields) if "value" in step else ""
    if "concept" in step:
        lowered = desk.work.writer.write(str(step["concept"]), _arguments(desk, step, seen))
        value = _on_one_line(next((line.text for line in lowered.lines if line.is_value), ""))
        desk.needs(lowered)
        _note(desk, step, seen, lowered)
    if not value:
        return
    keyword = str(step["keyword"])
    given = _keyword(desk, call, keyword)
    if given is None:
        desk.editor.argument(call, f"{keyword}=[{value}]" if step.get("list") else f"{keyword}={value}")
    elif not step.get("list") or given.type in ("none", "true", "false"):
        desk.editor.replace(given, value if not step.get("list") else f"[{value}]")
    elif given.type == "list":
        desk.editor.element(given, value)
    else:
        desk.editor.replace(given, f"[*{desk.work.script.text(given)}, {value}]")


def _on_one_line(text: str) -> str:
    """An expression without line breaks: it goes into a call that has its own layout."""
    joined = " ".join(text.split()) if "\n" in text else text
    return joined.replace("( ", "(").replace(", )", ")") if joined != text else text


def _keyword(desk: Desk, call: Node, name: str) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    for child in arguments.named_children if arguments is not None else ():
        key = child.child_by_field_name("name") if child.type == "keyword_argument" else None
        if key is not None and desk.work.script.text(key) == name:
            return child.child_by_field_name("value")
    return None


def _lowered(desk: Desk, step: Step, seen: Seen, indent: str) -> list[Lowered]:
    """The concept call in the library's words; part by part where the library would need a loop for all."""
    writer = desk.work.writer
    whole = writer.write(str(step["concept"]), _arguments(desk, step, seen), indent)
    if "singly" in step and seen.parts and any(line.text.startswith("for ") for line in whole.lines):
        return [
            writer.write(str(step["singly"]), {**part.fields, **desk.holder_argument()}, indent)
            for part in seen.parts
        ]
    return [whole]


def _arguments(desk: Desk, step: Step, seen: Seen) -> dict[str, str]:
    given = {name: desk.filled(str(text), seen.fields) for name, text in step.get("arguments", {}).items()}
    return {**given, **desk.holder_argument()}


def _lines(desk: Desk, lowered: Lowered) -> Iterable[str]:
    desk.needs(lowered)
    return [line.text for line in lowered.lines if not line.bare]


def _note(desk: Desk, step: Step, seen: Seen, lowered: Lowered) -> None:
    if not lowered.lines:
        return
    landmark = str(step["landmark"]).replace("_", " ")
    desk.outcome.edits.append(
        landmark_edit(
            desk.work,
            seen.node,
            landmark,
            lowered.target,
            note="; ".join(lowered.notes),
            fidelity=lowered.fidelity,
        )
    )


def _gap(desk: Desk, node: Node, landmark: str, detail: str) -> None:
    desk.outcome.gaps.append(landmark_gap(desk.work.script, node, landmark.replace("_", " "), detail))
