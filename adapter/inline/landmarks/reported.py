"""inline: the values that a script prints, logs, shows or collects, with their names and steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from adapter.inline.landmarks.labels import (
    Labelled,
    is_metric,
    labelled,
    metric_name,
    part_of,
    prefixed,
)
from adapter.inline.landmarks.messages import Piece, entries_held, message_of
from adapter.inline.landmarks.model import Loop, Reported, Step
from adapter.inline.landmarks.steps import Steps, uses_name
from adapter.inline.landmarks.told_apart import told_apart
from adapter.inline.landmarks.values import is_measured, is_pure, own_name, unwrapped
from adapter.inline.landmarks.words import LoopKind, Part
from adapter.inline.script import Script

_SAFE = re.compile(r"[\w\-. /]*")


def find_reported(script: Script, loops: Sequence[Loop]) -> list[Reported]:
    """The values that a script reports, in source order; what it only collects counts where it shows none."""
    finder = _Finder(script, loops)
    shown = list(finder.shown())
    collected = [] if any(item.step for item in shown) else list(finder.collected())
    return told_apart(script, sorted([*shown, *collected], key=lambda item: item.node.start_byte))


class _Finder:
    def __init__(self, script: Script, loops: Sequence[Loop]) -> None:
        self._script = script
        self._steps = Steps(script, loops)
        self._counters = frozenset(loop.counter for loop in loops if loop.counter)

    def shown(self) -> Iterator[Reported]:
        for call in self._script.calls:
            message = message_of(self._script, call)
            if message is None:
                continue
            statement = self._script.statement(call)
            step: Step | None = None
            for item in self._items(message):
                if item.piece.value is not None and self._is_mapping(item.piece.value):
                    step = step or self._steps.step_of(statement)
                    yield self._mapping(item.piece.value, statement, step)
                    continue
                if item.piece.value is None or not self._counts(item):
                    continue
                step = step or self._steps.step_of(statement)
                yield self._reported(call, statement, item, step, message_values(message))

    def _items(self, message: Sequence[Piece]) -> Iterator[Labelled]:
        """The values of a message; for a shown dict with more than measurements, its entries."""
        for item in labelled(message):
            value = item.piece.value
            if value is None or value.type != "identifier" or self._is_mapping(value):
                yield item
                continue
            held = labelled(entries_held(self._script, value))
            yield from held or [item]

    def _is_mapping(self, value: Node) -> bool:
        """Whether a value is a name that holds measurements by name: a dict, or what a metric gives."""
        if value.type != "identifier":
            return False
        bindings = self._script.names.bindings(value)
        if len(bindings) != 1:
            return False
        if self._script.api(bindings[0]).startswith("evaluate.load().compute"):
            return True
        pairs = [pair for pair in bindings[0].named_children if pair.type == "pair"]
        if bindings[0].type != "dictionary" or not pairs:
            return False
        entries = [(pair.child_by_field_name("key"), pair.child_by_field_name("value")) for pair in pairs]
        return all(
            key is not None
            and held is not None
            and is_measured(self._script, held, "", self._script.text(key).strip("\"'"), self._counters)
            for key, held in entries
        )

    def _mapping(self, value: Node, statement: Node, step: Step) -> Reported:
        chain = self._steps.around(statement)
        loop = chain[0] if chain else None
        text = self._script.text(value)
        return Reported(value, "", value, text, step.text, statement, loop, at=step, mapping=True)

    def _counts(self, item: Labelled) -> bool:
        value = item.piece.value
        assert value is not None
        inner = unwrapped(self._script, value)
        spec = item.piece.spec or (".4f" if self._script.text(value).startswith("round(") else "")
        value = inner
        if item.progress and not re.search(r"[eEfFgG]$", item.piece.spec):
            return False
        return is_measured(self._script, value, spec, item.label, self._counters)

    def _reported(
        self, call: Node, statement: Node, item: Labelled, step: Step, values: Sequence[Node]
    ) -> Reported:
        assert item.piece.value is not None
        value = unwrapped(self._script, item.piece.value)
        label = item.label if is_metric(item.label) or not self._is_named(value) else ""
        name = metric_name(item.label if item.label and (label or not self._is_named(value)) else "")
        if not name:
            name = metric_name(item.label) if item.label else _own(self._script, value)
        part = part_of(name)
        if part is Part.UNKNOWN and part_of(item.heading) is not Part.UNKNOWN:
            part = part_of(item.heading)
            name = prefixed(part, name)
        chain = self._steps.around(statement)
        text, bind = self._text(value, statement, name)
        if item.piece.read:
            text, bind = item.piece.read, ""
        named_by = self._named_by(item, values)
        if named_by and chain and chain[0].kind is LoopKind.OTHER and chain[0].counter == "":
            step = Step()
        return Reported(
            node=value,
            name=name,
            value=item.piece.value,
            text=text,
            step=step.text,
            statement=statement,
            loop=chain[0] if chain else None,
            part=part,
            at=step,
            bind=bind,
            named_by=named_by,
        )

    def _is_named(self, value: Node) -> bool:
        return is_metric(own_name(self._script, value))

    def _text(self, value: Node, statement: Node, name: str) -> tuple[str, str]:
        text = " ".join(self._script.text(value).split())
        if is_pure(self._script, value):
            return text, ""
        wanted = "elapsed" if name == "time" else name if name.isidentifier() else "value"
        candidates = [wanted, f"{wanted}_value", f"reported_{wanted}"]
        bound = next(
            (each for each in candidates if not uses_name(self._script, statement, each)), f"{wanted}_number"
        )
        return bound, bound

    def _named_by(self, item: Labelled, values: Sequence[Node]) -> str:
        """The expression of a text that tells this value from others of its name: `{phase} loss: {loss}`."""
        assert item.piece.value is not None
        for node in values:
            if node.start_byte >= item.piece.value.start_byte:
                break
            if self._is_safe_text(node):
                return self._script.text(node)
        return ""

    def _is_safe_text(self, node: Node) -> bool:
        """Whether a value is one of several plain texts: the variable of a loop over literals."""
        text = self._script.text(node)
        if re.search(r"__name__$", text):
            return True
        if node.type != "identifier":
            return False
        loop = self._script.loop_of(node)
        while loop is not None:
            target, over = loop.child_by_field_name("left"), loop.child_by_field_name("right")
            if (
                target is not None
                and over is not None
                and re.search(rf"\b{text}\b", self._script.text(target))
            ):
                return _plain_texts(self._script, over)
            loop = self._script.loop_of(loop)
        return False

    def collected(self) -> Iterator[Reported]:
        """Values that are put into lists with the name of a measurement: `losses.append(loss.item())`."""
        for call in self._script.calls:
            function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
            if function is None or arguments is None or function.type != "attribute":
                continue
            given = [child for child in arguments.named_children if child.type != "comment"]
            if self._script.text(function.named_children[-1]) != "append" or len(given) != 1:
                continue
            name = _singular(own_name(self._script, function.named_children[0]))
            statement = self._script.statement(call)
            chain = self._steps.around(statement)
            if not chain or not is_metric(name) or not is_pure(self._script, given[0]):
                continue
            if not is_measured(self._script, given[0], "", name, self._counters):
                continue
            step = self._steps.step_of(statement)
            text = self._script.text(given[0])
            yield Reported(
                given[0],
                metric_name(name),
                given[0],
                text,
                step.text,
                statement,
                chain[0],
                part_of(name),
                step,
            )


def message_values(message: Sequence[object]) -> list[Node]:
    """The value nodes of a message, in order."""
    return [value for piece in message if (value := getattr(piece, "value", None)) is not None]


def _own(script: Script, value: Node) -> str:
    return metric_name(own_name(script, value)) or "value"


def _singular(name: str) -> str:
    words = {"losses": "loss", "accuracies": "accuracy", "accs": "acc", "scores": "score", "errors": "error"}
    for plural, single in words.items():
        if name.lower().endswith(plural):
            return name[: -len(plural)] + single
    return re.sub(r"_?(history|list|hist|log|curve)$", "", name)


def _plain_texts(script: Script, over: Node) -> bool:
    """Whether a loop goes over literal texts that are fit for names, or over a dict with such keys."""
    if over.type == "call":
        function = over.child_by_field_name("function")
        if function is not None and function.type == "attribute":
            over = function.named_children[0]
        else:
            arguments = over.child_by_field_name("arguments")
            given = arguments.named_children if arguments is not None else []
            return any(_plain_texts(script, child) for child in given)
    if over.type == "identifier":
        bindings = script.names.bindings(over)
        return len(bindings) == 1 and bindings[0].type != "identifier" and _plain_texts(script, bindings[0])
    if over.type == "dictionary":
        keys = [pair.child_by_field_name("key") for pair in over.named_children if pair.type == "pair"]
        return bool(keys) and all(key is not None and _is_plain(script, key) for key in keys)
    if over.type in ("list", "tuple"):
        items = [child for child in over.named_children if child.type != "comment"]
        firsts = [
            item.named_children[0] if item.type == "tuple" and item.named_children else item for item in items
        ]
        return bool(items) and all(_is_plain(script, first) for first in firsts)
    return False


def _is_plain(script: Script, node: Node) -> bool:
    return node.type == "string" and _SAFE.fullmatch(script.text(node).strip("\"'")) is not None
