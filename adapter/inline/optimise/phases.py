"""inline: loops over phases: which turn of `for phase in ["train", "val"]` is the training."""

from __future__ import annotations

from tree_sitter import Node

from adapter.inline.landmarks.labels import part_of
from adapter.inline.landmarks.words import Part
from adapter.inline.optimise.saying import Frame
from adapter.inline.optimise.scopes import assignments, free_names
from adapter.inline.script import Script


def training_phases(script: Script, node: Node, frame: Frame) -> dict[str, str]:
    """The names in an expression that a loop over literal texts binds, with the text that means training."""
    found = {}
    for name in free_names(node):
        text = script.text(name)
        bound = assignments(script, frame.function, text)
        if len(bound) != 1 or bound[0].type != "for_statement":
            continue
        left, over = bound[0].child_by_field_name("left"), bound[0].child_by_field_name("right")
        if left is None or over is None or left.type != "identifier" or over.type not in ("list", "tuple"):
            continue
        phases = [child for child in over.named_children if child.type == "string"]
        training = [each for each in phases if part_of(script.text(each).strip("\"'")) is Part.TRAIN]
        if len(training) == 1:
            found[text] = script.text(training[0])
    return found
