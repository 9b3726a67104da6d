"""inline: reported values as they are recorded: together by statement, with the step that counts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tree_sitter import Node

from adapter.inline.insert.desk import Desk, display
from adapter.inline.insert.run import in_run
from adapter.inline.insert.seen import Seen
from adapter.inline.landmarks.labels import metric_name
from adapter.inline.landmarks.loops import shown
from adapter.inline.landmarks.model import Handed, Loop, Reported


def reports(desk: Desk) -> Iterator[Seen]:
    """Each statement that reports values, with all that it reports."""
    axes_needed = needs_axes(desk)
    loops = [fit for fit in desk.work.landmarks.fits if fit.node.type in ("for_statement", "while_statement")]
    if loops and not desk.work.landmarks.reported:
        line = desk.work.script.line(loops[0].node)
        what = f"no reported value found in the training loop at line {line}"
        yield Seen(loops[0].node, {"count": "one"}, problem=what)
    outside = [item for item in wanted(desk) if not in_run(desk, item.statement)]
    for item in outside[:1]:
        line = desk.work.script.line(item.statement)
        what = f"{item.name} is reported at line {line}, outside of what runs the training"
        yield Seen(item.node, {"count": "one"}, problem=what)
    for _, group in groupby(wanted(desk), key=lambda item: item.statement.start_byte):
        yield _report(desk, list(group), axes_needed=axes_needed)


def axes(desk: Desk) -> Iterator[Seen]:
    """What the values are drawn over, where the library's own steps cannot be used."""
    if not needs_axes(desk):
        return
    counted = [item for item in wanted(desk) if item.at.axis]
    if not counted:
        return
    names: dict[str, list[str]] = {}
    for item in counted:
        names.setdefault(item.at.axis, []).append(item.name)
    common = max(names, key=lambda axis: len(names[axis]))
    yield _axis(desk, "*", common, counted[0].node)
    for axis, listed in names.items():
        if axis != common:
            for name in dict.fromkeys(listed):
                yield _axis(desk, name, axis, counted[0].node)


def _axis(desk: Desk, name: str, axis: str, node: Node) -> Seen:
    return Seen(node, {"name": desk.quoted(name), "axis": desk.quoted(axis)})


def wanted(desk: Desk) -> list[Reported]:
    """The reported values that are to be recorded: all, or those that were asked for; each once by place."""
    asked = desk.work.request.options.get("metric")
    names = {metric_name(str(name)) for name in asked} if isinstance(asked, tuple) else set()
    found: dict[tuple[int, str], Reported] = {}
    for item in desk.work.landmarks.reported:
        if not names or item.name in names or item.mapping:
            found.setdefault((item.statement.start_byte, item.name + item.named_by or item.text), item)
    return sorted(found.values(), key=lambda item: item.statement.start_byte)


def needs_axes(desk: Desk) -> bool:
    """Whether steps would go backwards in a library that throws such values away.

    They do when values are counted by different counters, when a counter starts anew, and when a value
    without a step comes before the counted ones.
    """
    if desk.work.writer.library.steps != "rising":
        return False
    items = wanted(desk)
    counted = [item for item in items if item.step]
    if not counted:
        return False
    if any(item.at.fold for item in counted) or len({item.at.axis for item in counted}) > 1:
        return True
    if len({_outermost(desk, item) for item in counted}) > 1:
        return True
    if any(fit.framework == "keras" for fit in desk.work.landmarks.fits):
        return True
    start = min(_outermost(desk, item) for item in counted)
    return any(not item.step and item.statement.start_byte < start for item in items)


def _outermost(desk: Desk, item: Reported) -> int:
    """Where the loop begins that counts a value, in this function or in the one that calls it."""
    script, node = desk.work.script, item.statement
    for handed in item.at.handed:
        if handed.calls:
            node = handed.calls[0][0]
    loop = script.loop_of(node)
    while loop is not None and (outer := script.loop_of(loop)) is not None:
        loop = outer
    if loop is None or (item.loop is not None and script.function_of(loop) is not None):
        callers = _calls_in_loops(desk, node)
        return callers if callers >= 0 else (loop.start_byte if loop is not None else node.start_byte)
    return loop.start_byte


def _calls_in_loops(desk: Desk, node: Node) -> int:
    from adapter.inline.landmarks.reach import reach_of

    script = desk.work.script
    function = script.function_of(node)
    for call in reach_of(script).callers(function) if function is not None else ():
        loop = script.loop_of(call)
        if loop is not None:
            return loop.start_byte
    return -1


def _report(desk: Desk, items: Sequence[Reported], *, axes_needed: bool) -> Seen:
    first = items[0]
    if first.at.problem:
        what = ", ".join(item.name for item in items)
        problem = f"no step found for {what}: {first.at.problem}"
        return Seen(first.node, {"count": "one"}, problem=problem)
    entries = {_key(desk, item): item.text for item in items if not item.mapping}
    mappings = [item.text for item in items if item.mapping]
    step = "" if axes_needed else first.step
    if axes_needed and first.at.axis:
        entries.setdefault(desk.quoted(first.at.axis), first.step)
    count = "one" if len(entries) == 1 and not mappings else "many"
    parts = tuple(Seen(first.node, {"name": k, "value": v, "step": step}) for k, v in entries.items())
    shown_as = [*(f"{key}: {value}" for key, value in entries.items()), *(f"**{text}" for text in mappings)]
    metrics = mappings[0] if len(mappings) == 1 and not entries else display(shown_as)
    fields = {**(parts[0].fields if parts else {}), "metrics": metrics, "step": step, "count": count}
    if mappings:
        parts = ()
    prepare = _Preparation(items)
    return Seen(first.node, fields, {"statement": first.statement}, prepare, parts)


def _key(desk: Desk, item: Reported) -> str:
    """The name of a metric as an expression: a literal, or a text that is put together at run time."""
    nested = desk.work.request.options.get("nested")
    holes = [f"fold_{{{item.at.fold}}}"] if item.at.fold and not nested else []
    if item.named_by:
        holes.append(f"{{{item.named_by}}}")
    if not holes:
        return desk.quoted(item.name)
    quoted = desk.quoted("_".join([*holes, item.name]))
    return f"f{quoted}"


class _Preparation:
    """What must be there before values can be recorded: names for them, counters, parameters."""

    def __init__(self, items: Sequence[Reported]) -> None:
        self._items = items

    def __call__(self, desk: Desk) -> None:
        for item in self._items:
            if item.bind:
                text = " ".join(desk.work.script.text(item.node).split())
                desk.editor.open(item.statement)
                desk.editor.before(item.statement, [f"{item.bind} = {text}"])
                desk.editor.replace(_in_brackets(item.node), item.bind)
        for loop, name in self._items[0].at.counters:
            if loop.node.start_byte not in desk.counted:
                desk.counted.add(loop.node.start_byte)
                _count(desk, loop, name)
        for handed in self._items[0].at.handed:
            if handed.function.start_byte not in desk.handed:
                desk.handed.add(handed.function.start_byte)
                _hand(desk, handed)


def _in_brackets(node: Node) -> Node:
    """An expression with the brackets around it."""
    while node.parent is not None and node.parent.type == "parenthesized_expression":
        node = node.parent
    return node


def _count(desk: Desk, loop: Loop, name: str) -> None:
    """Gives a loop a counter: the unused name of a range, else `enumerate`."""
    script = desk.work.script
    target, over = loop.node.child_by_field_name("left"), loop.node.child_by_field_name("right")
    assert target is not None
    assert over is not None
    if target.type == "identifier" and script.text(target) in ("_", "__"):
        plain = shown(script, over)
        function = plain.child_by_field_name("function") if plain.type == "call" else None
        if function is not None and script.text(function).rpartition(".")[2] in ("range", "trange", "count"):
            desk.editor.replace(target, name)
            return
    if over.type == "call" and script.text(over).startswith("enumerate(") and target.type == "pattern_list":
        desk.editor.replace(target.named_children[0], name)
        return
    text = script.text(target)
    inner = f"({text})" if target.type == "pattern_list" else text
    desk.editor.replace(target, f"{name}, {inner}")
    desk.editor.replace(over, f"enumerate({script.text(over)})")


def _hand(desk: Desk, handed: Handed) -> None:
    """Gives a function a counter as its last parameter, and passes it in each call."""
    parameters = handed.function.child_by_field_name("parameters")
    assert parameters is not None
    defaults = [p for p in parameters.named_children if p.type.endswith("default_parameter")]
    splats = [p for p in parameters.named_children if "splat" in p.type or p.type == "keyword_separator"]
    optional = handed.optional or bool(defaults)
    text = f"{handed.name}=None" if optional else handed.name
    if splats:
        desk.editor.insert(splats[0], f"{text}, ")
    else:
        desk.editor.append(parameters, text)
    for call, value in handed.calls:
        plain = _is_plain(call) and not optional
        desk.editor.argument(call, value if plain else f"{handed.name}={value}")


def _is_plain(call: Node) -> bool:
    """Whether a call passes nothing by keyword."""
    arguments = call.child_by_field_name("arguments")
    return arguments is not None and all(
        child.type not in ("keyword_argument", "dictionary_splat", "list_splat")
        for child in arguments.named_children
    )
