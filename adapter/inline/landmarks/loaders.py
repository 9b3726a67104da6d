"""inline: where batches and arrays of data are made, and which part of the data they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.model import Loader
from adapter.inline.landmarks.words import DataForm, Part
from adapter.inline.script import Script

_PARTS = (
    (Part.TRAIN, frozenset({"train", "training", "trn", "tr", "trainloader", "trainset", "learn", "fit"})),
    (
        Part.VALIDATION,
        frozenset({"val", "valid", "validation", "dev", "valloader", "validloader", "devloader"}),
    ),
    (
        Part.TEST,
        frozenset({"test", "tst", "te", "testing", "eval", "evaluation", "testloader", "testset", "holdout"}),
    ),
)
_TARGETS = re.compile(r"^(y|ys|t|labels?|targets?|classes)(_|$)|_(y|labels?|targets?)$|_y_", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_KINDS = {"loader": DataForm.BATCHES, "dataset": DataForm.ARRAY, "split": DataForm.ARRAY}


def find_loaders(script: Script) -> list[Loader]:
    """Every name that is given a data loader or an array of a known data set, in source order.

    A loader that the file gets from elsewhere stands at the first loop over it.
    """
    found: dict[tuple[str, int], Loader] = {}
    for target, statement, value in _assigned(script):
        form = _form(script, target, value)
        if form is None:
            continue
        name = script.text(target)
        if form is DataForm.ARRAY and _TARGETS.search(name):
            form = DataForm.TARGETS
        place = (name, _place(script, target))
        found.setdefault(place, Loader(target, name, _part(script, target, value), statement, form))
    for loop in script.loops:
        over = loop.child_by_field_name("right")
        for node in script.walk(over) if over is not None else ():
            if node.type not in ("identifier", "attribute") or kind_of(script, node) != "loader":
                continue
            name = script.text(node)
            if not any(known == name for known, _ in found):
                found[name, _place(script, node)] = Loader(node, name, part_of(name), loop, DataForm.BATCHES)
            break
    return sorted(found.values(), key=lambda loader: loader.node.start_byte)


def part_of(name: str) -> Part:
    """The part of the data that a name speaks of: `train_loader`, `X_val`, `self.testset`.

    The last name of a dotted one decides; `train_val` and the like count as what is said first.
    """
    words = [word.lower() for word in _WORDS.findall(name.rpartition(".")[2])]
    for word in words:
        for part, spellings in _PARTS:
            if word in spellings:
                return part
    return Part.UNKNOWN


def kind_of(script: Script, node: Node) -> str:
    """The role of what an expression was made by ("loader", "dataset", "split"), "" for anything else."""
    api = script.api(node)
    if not api.endswith("()"):
        return ""
    kinds = {role.kind for role in script.frameworks.roles(api.removesuffix("()"))}
    return next((kind for kind in _KINDS if kind in kinds), "")


def _assigned(script: Script) -> Iterator[tuple[Node, Node, Node]]:
    """Names that are assigned, each with its statement and the value; displays are taken apart."""
    for node in script.walk(script.root):
        if node.type != "assignment":
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None:
            for target in _targets(left):
                yield target, script.statement(node), right


def _targets(left: Node) -> Iterator[Node]:
    if left.type in ("identifier", "attribute"):
        yield left
    elif left.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        for child in left.named_children:
            yield from _targets(child)


def _form(script: Script, target: Node, value: Node) -> DataForm | None:
    kind = kind_of(script, target)
    if not kind and value.type == "call":
        kinds = {role.kind for role in script.roles(value)} & {"split", "dataset"}
        kind = min(kinds, default="")
    return _KINDS.get(kind)


def _part(script: Script, target: Node, value: Node) -> Part:
    """The part by the target's own name, else by what is said where it is made (`train=True`)."""
    named = part_of(script.text(target))
    if named is not Part.UNKNOWN:
        return named
    text = script.text(value)
    if re.search(r"train\s*=\s*True|split\s*=\s*['\"]train", text):
        return Part.TRAIN
    if re.search(r"train\s*=\s*False|split\s*=\s*['\"]test", text):
        return Part.TEST
    arguments = value.child_by_field_name("arguments") if value.type == "call" else None
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    return part_of(script.text(first)) if first is not None and first.type == "identifier" else Part.UNKNOWN


def _place(script: Script, node: Node) -> int:
    """Where the function that holds a node begins, -1 at module level."""
    function = script.function_of(node)
    return function.start_byte if function is not None else -1
