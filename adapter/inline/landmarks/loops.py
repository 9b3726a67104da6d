"""inline: training loops, with what they count."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tree_sitter import Node

from adapter.inline.landmarks.model import Loop
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import LoopKind
from adapter.inline.script import Script
from adapter.names.imports import unaliased

_EPOCH = re.compile(r"epoch|\bep\b|n_?iters?\b|iterations?\b", re.IGNORECASE)
_EPOCH_COUNTER = re.compile(
    r"^_*(i?_?epochs?(_?(i|idx|num|nr|id|index))?|ep|cur(rent)?_epoch)$", re.IGNORECASE
)
_BATCH = re.compile(r"loader|batch|\bdl\b|_dl\b|data_?iter|dataset", re.IGNORECASE)
_FOLD = re.compile(r"fold|\bcv\b", re.IGNORECASE)
_SHOWING = re.compile(r"^(\w+\.)*(tqdm|trange|track|prange|progress_bar|master_bar|alive_it|Progbar)$")
_COUNTERLESS = frozenset({"_", "__"})


def find_loops(script: Script) -> list[Loop]:
    """The loops that train, go over training data or folds, or count epochs, in source order."""
    return _Finder(script).find()


class _Finder:
    def __init__(self, script: Script) -> None:
        self._script, self._reach = script, reach_of(script)
        self._found: dict[int, Loop] = {}

    def find(self) -> list[Loop]:
        for node in self._script.loops:
            kind = self._kind(node)
            if kind is not None:
                counter, first = _counting(self._script, node)
                self._found[node.start_byte] = Loop(
                    node, kind, counter, first, self._parent(node), self._script.function_of(node)
                )
        self._settle_by_callers()
        return list(self._found.values())

    def _settle_by_callers(self) -> None:
        """A loop of no clear kind in a function that an epoch loop calls goes over batches."""
        for key, loop in list(self._found.items()):
            if loop.kind not in (LoopKind.OTHER, LoopKind.EPOCH) or loop.parent is not None:
                continue
            named = _counts_epochs(self._script.text(loop.node).partition(":")[0])
            if loop.function is None or named:
                continue
            around = [self._parent(call) for call in self._reach.callers(loop.function)]
            if any(outer is not None and outer.kind is LoopKind.EPOCH for outer in around):
                self._found[key] = replace(loop, kind=LoopKind.BATCH)

    def _is_loader(self, node: Node) -> bool:
        maker = self._script.api(node).removesuffix("()")
        return any(role.kind == "loader" for role in self._script.frameworks.roles(maker))

    def _parent(self, node: Node) -> Loop | None:
        around = self._script.loop_of(node)
        while around is not None and around.start_byte not in self._found:
            around = self._script.loop_of(around)
        return self._found[around.start_byte] if around is not None else None

    def _kind(self, node: Node) -> LoopKind | None:
        if node.type == "while_statement":
            return self._kind_of_while(node)
        over, target = node.child_by_field_name("right"), node.child_by_field_name("left")
        if over is None or target is None:
            return None
        text, names = self._script.text(over), self._script.text(target)
        trains = self._reach.trains(node)
        if self._splits(over) or _FOLD.search(names):
            return LoopKind.FOLD if trains else None
        counted = ranged(self._script, over) is not None
        if _counts_epochs(names) or (counted and _EPOCH.search(text)):
            return LoopKind.EPOCH if self._worth(node, trains=trains) else None
        if self._is_data(over):
            return LoopKind.BATCH
        if not trains:
            return None
        return self._kind_by_place(node, counted=counted)

    def _worth(self, node: Node, *, trains: bool) -> bool:
        """Whether a loop that counts epochs by its names holds more than drawing or plain counting."""
        return trains or any(self._calls_unknown(call) for call in self._reach.calls_in(node))

    def _calls_unknown(self, call: Node) -> bool:
        function = call.child_by_field_name("function")
        return function is not None and re.search(r"train|step|fit", self._script.text(function)) is not None

    def _kind_by_place(self, node: Node, *, counted: bool) -> LoopKind:
        parent = self._parent(node)
        if goes_over_texts(node):
            return LoopKind.OTHER
        if parent is not None and parent.kind is LoopKind.EPOCH:
            return LoopKind.BATCH
        own = self._steps_itself(node)
        inner = any(other.parent is not None and self._within(other, node) for other in self._script.loops)
        if counted and (own or inner):
            return LoopKind.EPOCH
        return LoopKind.OTHER

    def _steps_itself(self, node: Node) -> bool:
        for call in self._reach.calls_in(node):
            function = call.child_by_field_name("function")
            if function is not None and self._script.text(function).endswith(
                (".backward", "apply_gradients")
            ):
                return True
            local = self._reach.function_called(call) or self._reach.handed_over(call)
            if local is not None and "backward" in self._script.text(local):
                return True
        return False

    def _within(self, inner: Node, outer: Node) -> bool:
        return (
            outer.start_byte < inner.start_byte
            and inner.end_byte <= outer.end_byte
            and self._reach.trains(inner)
        )

    def _kind_of_while(self, node: Node) -> LoopKind | None:
        if not self._reach.trains(node):
            return None
        condition = node.child_by_field_name("condition")
        text = self._script.text(condition) if condition is not None else ""
        counter, _ = _counting(self._script, node)
        if _EPOCH.search(text) or _EPOCH.search(counter):
            return LoopKind.EPOCH
        return self._kind_by_place(node, counted=bool(counter))

    def _splits(self, over: Node) -> bool:
        """Whether a loop goes over the folds of a cross-validation: `kf.split(X)`."""
        for call in self._reach.calls_in(over):
            function = call.child_by_field_name("function")
            if function is None or function.type != "attribute":
                continue
            if re.match(r"sklearn\..*\.split$", self._script.api(function)) or re.search(
                r"(kf|fold|cv|splitter|skf|tscv)\w*\.split$", self._script.text(function), re.IGNORECASE
            ):
                return True
        return False

    def _is_data(self, over: Node) -> bool:
        for node in self._script.walk(over):
            if node.type in ("identifier", "attribute", "call") and self._is_loader(node):
                return True
        counted = ranged(self._script, over)
        return counted is None and _BATCH.search(self._script.text(over)) is not None


def goes_over_texts(node: Node) -> bool:
    """Whether a loop goes over plain texts: `for phase in ["train", "val"]`."""
    over = node.child_by_field_name("right")
    if over is None or over.type not in ("list", "tuple"):
        return False
    return all(child.type in ("string", "comment") for child in over.named_children)


def _counts_epochs(names: str) -> bool:
    return any(_EPOCH_COUNTER.match(name) for name in re.findall(r"\w+", names))


def _counting(script: Script, node: Node) -> tuple[str, int | None]:
    """The name that counts the turns of a loop, and the number at which it starts when that shows."""
    if node.type == "while_statement":
        return _incremented(script, node), None
    over, target = node.child_by_field_name("right"), node.child_by_field_name("left")
    if over is None or target is None:
        return "", None
    over = shown(script, over)
    span = ranged(script, over)
    if span is not None and target.type == "identifier":
        name = script.text(target)
        return ("", None) if name in _COUNTERLESS else (name, span.first)
    if over.type == "call" and _called_name(script, over) == "enumerate":
        children = target.named_children
        inner = positional(over)[:1]
        numbers = ranged(script, inner[0]) if inner else None
        if numbers is not None and len(children) == 2 and _counts_epochs(script.text(children[1])):
            return script.text(children[1]), numbers.first
        if target.type in ("pattern_list", "tuple_pattern") and children[0].type == "identifier":
            name = script.text(children[0])
            return ("", None) if name in _COUNTERLESS else (name, _start(script, over))
    return "", None


def shown(script: Script, over: Node) -> Node:
    """What a loop goes over, without what shows its progress: `tqdm(loader)` gives `loader`."""
    for _ in range(3):
        if over.type == "identifier":
            bindings = [
                b for b in script.names.bindings(over) if b.type == "call" and b.end_byte < over.start_byte
            ]
            if len(bindings) != 1 or not _SHOWING.match(_called_name(script, bindings[0])):
                return over
            over = bindings[0]
        if over.type != "call" or not _SHOWING.match(_called_name(script, over)):
            return over
        if _called_name(script, over).endswith("trange"):
            return over
        arguments = positional(over)
        if not arguments:
            return over
        over = arguments[0]
    return over


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that `range` or `itertools.count` gives; `first` is None when it does not show."""

    first: int | None


def ranged(script: Script, over: Node) -> Numbers | None:
    """The numbers that a loop goes over, None when it goes over anything else."""
    over = shown(script, over)
    if over.type != "call":
        return None
    name = _called_name(script, over).rpartition(".")[2]
    arguments = positional(over)
    if name in ("range", "trange", "xrange", "arange"):
        return Numbers(_number(script, arguments[0]) if len(arguments) > 1 else 0)
    if name == "count":
        return Numbers(_number(script, arguments[0]) if arguments else 0)
    return None


def positional(call: Node) -> list[Node]:
    """The positional arguments of a call."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return []
    if arguments.type == "generator_expression":
        return [arguments]
    return [child for child in arguments.named_children if child.type not in ("keyword_argument", "comment")]


def _start(script: Script, call: Node) -> int | None:
    arguments = call.child_by_field_name("arguments")
    given = positional(call)[1:2]
    for child in arguments.named_children if arguments is not None else ():
        name = child.child_by_field_name("name") if child.type == "keyword_argument" else None
        value = child.child_by_field_name("value") if name is not None else None
        if name is not None and value is not None and script.text(name) == "start":
            given = [value]
    return _number(script, given[0]) if given else 0


def _number(script: Script, node: Node) -> int | None:
    text = script.text(node)
    return int(text) if text.isdigit() else None


def _called_name(script: Script, call: Node) -> str:
    """What a call calls, by the name that it was imported by rather than by an alias."""
    function = call.child_by_field_name("function")
    return unaliased(script.names.imports, script.text(function)) if function is not None else ""


def _incremented(script: Script, node: Node) -> str:
    """The name that a `while` loop adds one to, each turn; the one that its condition asks about first."""
    body, condition = node.child_by_field_name("body"), node.child_by_field_name("condition")
    found = []
    for statement in body.named_children if body is not None else ():
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "augmented_assignment":
            continue
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if left is not None and right is not None and script.text(right) == "1":
            found.append(script.text(left))
    asked = script.text(condition) if condition is not None else ""
    return next((name for name in found if re.search(rf"\b{re.escape(name)}\b", asked)), (found or [""])[0])
