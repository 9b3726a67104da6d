"""inline: a function that takes a model's inputs out of a batch, made of the training loop's statements."""

from __future__ import annotations

from tree_sitter import Node

from adapter.inline.optimise.saying import Frame, Sayer
from adapter.inline.optimise.scopes import free_names, targets
from adapter.inline.script import Script


def function_of_batch(
    script: Script, sayer: Sayer, call: Node, element: Node, loop: Node, frame: Frame, to: Frame
) -> tuple[str, list[str]] | None:
    """The parameter and the statements of a function that gives what the loop gives to its model.

    `element` is the part of the loop's target that a batch is bound to. None where the model is not called
    in the loop's own body, or with more than plain arguments, or something cannot be said at `to`.
    """
    body = loop.child_by_field_name("body")
    arguments = call.child_by_field_name("arguments")
    given = [a for a in arguments.named_children if a.type != "comment"] if arguments is not None else []
    if body is None or any(a.type in ("keyword_argument", "list_splat", "dictionary_splat") for a in given):
        return None
    before = [n for n in body.named_children if n.end_byte <= call.start_byte and n.type != "comment"]
    needed = {script.text(name) for argument in given for name in free_names(argument)}
    kept: list[Node] = []
    for statement in reversed(before):
        if _made(script, statement) & needed:
            kept.insert(0, statement)
            needed |= {script.text(name) for name in free_names(statement)}
    own = {script.text(t) for t in targets(element)}
    known = {name: name for name in own.union(*(_made(script, s) for s in kept))}
    said = [sayer.say(node, frame, to, known) for node in (*kept, *given)]
    if None in said:
        return None
    texts = [text for text in said if text is not None]
    indent = script.source.line_indent(kept[0].start_byte) if kept else ""
    lines = [line.removeprefix(indent) for text in texts[: len(kept)] for line in text.split("\n")]
    lines.append(f"return {', '.join(texts[len(kept) :])}")
    if element.type == "identifier":
        return script.text(element), lines
    return "batch", [f"{script.text(element).strip('()')} = batch", *lines]


def _made(script: Script, statement: Node) -> set[str]:
    found: set[str] = set()
    for node in script.walk(statement):
        left = node.child_by_field_name("left")
        if node.type in ("assignment", "augmented_assignment") and left is not None:
            found |= {script.text(t) for t in targets(left)}
    return found
