"""inline: the file beside a script's own in which a changed model is kept."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.loops import positional
from adapter.inline.optimise.saying import Sayer
from adapter.inline.optimise.scopes import assignments, free_names
from adapter.inline.optimise.trained import Place
from adapter.inline.script import Script

_WRITES = re.compile(r"(^|\.)(save|save_model|export|save_file)$")
_EXTENSION = re.compile(r"^(.*?)((?:\.pth|\.pt)?\.[A-Za-z0-9_]{1,12})?$", re.DOTALL)
_EXPORTED = frozenset({".onnx", ".ts", ".pt2", ".xml", ".tflite"})


def path_beside(script: Script, sayer: Sayer, place: Place, suffix: str) -> tuple[str, str]:
    """An expression of the path for the changed model, and the import that it needs ("" without one).

    It is the path of the file that the script saves its model to, with `suffix` behind its name; without
    such a file, one named after the script.
    """
    for call in reversed(script.calls):
        path = _path_of(script, call)
        if path is None:
            continue
        for frame in sayer.frames(call):
            if place.frame not in tuple(frame.outwards()) or _is_over(script, path, frame.function):
                continue
            said = sayer.say(path, frame, place.frame)
            if said is not None:
                return _suffixed(script, place, said, suffix)
    stem = re.sub(r"\W+", "_", script.source.path.stem)
    return f'"{stem}_{suffix}.pt"', ""


def _path_of(script: Script, call: Node) -> Node | None:
    """The path that a call writes a model to."""
    callee = call.child_by_field_name("function")
    if callee is None or not _WRITES.search(script.text(callee)):
        return None
    given = positional(call)
    api = script.called(call)
    if api == "torch.save":
        return given[1] if len(given) > 1 else _keyword(script, call, "f")
    if api == "torch.onnx.export":
        return given[2] if len(given) > 2 else _keyword(script, call, "f")
    if callee.type == "attribute" and script.text(callee).endswith(".save") and len(given) == 1:
        traced = re.search(r"jit\.(trace|script)\(", script.text(callee))
        return given[0] if traced is not None or api.startswith("torch.jit") else None
    return None


def _keyword(script: Script, call: Node, name: str) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    for argument in arguments.named_children if arguments is not None else ():
        key = argument.child_by_field_name("name")
        if argument.type == "keyword_argument" and key is not None and script.text(key) == name:
            return argument.child_by_field_name("value")
    return None


def _is_over(script: Script, path: Node, function: Node | None) -> bool:
    """Whether a path leads into a folder that a `with` statement removes again."""
    for name in free_names(path):
        bound = assignments(script, function, script.text(name))
        if any(each.type == "as_pattern" for each in bound):
            return True
    return False


def _suffixed(script: Script, place: Place, said: str, suffix: str) -> tuple[str, str]:
    literal = _constant(script, place, said)
    text = literal if literal is not None else said
    found = [m for m in re.finditer(r"(['\"])((?:(?!\1)[^\\\n])*)\1", text) if m[2]]
    if found and re.search(r"^(\s*\)|\.format\(.*\)|\s*%.*)*$", text[found[-1].end() :]):
        last = found[-1]
        return f"{text[: last.start(2)]}{_named(last[2], suffix)}{text[last.end(2) :]}", ""
    return f'os.path.splitext({said})[0] + "_{suffix}.pt"', "import os"


def _named(name: str, suffix: str) -> str:
    match = _EXTENSION.match(name)
    assert match is not None
    extension = match[2] or ""
    if extension in _EXPORTED or (not extension and not name.endswith("}")):
        # what is written is a checkpoint of torch, whatever the script exports
        extension = ".pt"
    return f"{match[1]}_{suffix}{extension}"


def _constant(script: Script, place: Place, said: str) -> str | None:
    """The text literal that a constant of the module is, where a path is just its name."""
    if not said.isidentifier():
        return None
    for function in (place.frame.function, None):
        bound = assignments(script, function, said)
        value = bound[0].child_by_field_name("right") if len(bound) == 1 else None
        if value is not None:
            return script.text(value) if value.type == "string" and "{" not in script.text(value) else None
    return None
