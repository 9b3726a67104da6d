"""inline: files that a script writes: models, states of models, figures, data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from importlib.resources import files

from tree_sitter import Node

from adapter.graph.yamlfile import read_document
from adapter.inline.landmarks.kinds import arguments_of, full_name, has_role
from adapter.inline.landmarks.model import Saved
from adapter.inline.script import Script

_MODEL_NAME = re.compile(r"model|clf|classifier|regress|net$|pipe", re.IGNORECASE)
_COMPANION = re.compile(r"token|processor|extractor|scaler|encoder$|vocab", re.IGNORECASE)
# A function that writes whatever it is given: joblib.dump, pickle.dump, numpy.save, torch.save.
_DATA_SAVER = re.compile(r"\b(dump|np|numpy|torch)\b")
_KEYS = frozenset({"call", "arguments", "path", "object", "what"})


@dataclass(frozen=True, slots=True)
class _Saving:
    """A call that writes a file, as `rules/landmarks/saves.yaml` describes it."""

    search: re.Pattern[str]
    arguments: tuple[str, ...]
    path: str
    object: str
    what: str


def find_saved(script: Script) -> list[Saved]:
    """Every file that is written, in source order."""
    found = []
    for call in script.calls:
        function = call.child_by_field_name("function")
        saving = _saving(script, function) if function is not None else None
        if function is not None and saving is not None:
            saved = _saved(script, call, function, saving)
            if saved is not None:
                found.append(saved)
    return found


@cache
def _savings() -> tuple[_Saving, ...]:
    """How files are written.

    Raises:
        MapError: the file of rules does not hold together.
    """
    document = read_document("saves.yaml", (files("rules") / "landmarks" / "saves.yaml").read_text("utf-8"))
    found = []
    for number, item in enumerate(document.data.get("saves", ())):
        if set(item) - _KEYS or not {"call", "path", "object"} <= set(item):
            raise document.error(
                ("saves", number), "expected call, path and object, perhaps arguments and what"
            )
        search = re.compile(translate(str(item["call"]).replace("?", "[?]")))
        what = str(item.get("what", ""))
        found.append(_Saving(search, tuple(item.get("arguments", ())), item["path"], item["object"], what))
    return tuple(found)


def _saving(script: Script, function: Node) -> _Saving | None:
    member = function.child_by_field_name("attribute") if function.type == "attribute" else None
    names = [full_name(script, function), script.names.value(function).name]
    if member is not None:
        names.append(f"?.{script.text(member)}")
    for name in names:
        for saving in _savings():
            if name and saving.search.match(name):
                return saving
    return None


def _saved(script: Script, call: Node, function: Node, saving: _Saving) -> Saved | None:
    given = arguments_of(script, call, saving.arguments)
    path = given.get(saving.path)
    if path is None:
        return None
    receiver = function.child_by_field_name("object")
    thing = receiver if saving.object == "receiver" else given.get(saving.object)
    what = saving.what or _what(script, function, thing)
    if what == "model" and thing is not None and _COMPANION.search(script.text(thing)):
        what = "data"
    if not what:
        return None
    text = script.text(thing) if thing is not None else ""
    name = full_name(script, thing) if thing is not None else ""
    framework = script.frameworks.framework_of(name) if name else ""
    return Saved(call, _written_by(script, call, path), what, _path(script, path), text, framework)


def _written_by(script: Script, call: Node, path: Node) -> Node:
    """The statement behind which the file is whole: the `with` that holds it open, where there is one."""
    innermost = script.statement(call)
    node: Node | None = innermost
    handle = script.text(path)
    while node is not None and node.type not in ("function_definition", "lambda", "module"):
        if node.type == "with_statement" and handle in _handles(script, node):
            return node
        node = node.parent
    return innermost


def _handles(script: Script, statement: Node) -> set[str]:
    """The names that a `with` gives to what it opens."""
    clause = next(child for child in statement.children if child.type == "with_clause")
    values = [item.child_by_field_name("value") for item in clause.named_children]
    bound = [value.child_by_field_name("alias") for value in values if value and value.type == "as_pattern"]
    return {script.text(alias) for alias in bound if alias is not None}


def _what(script: Script, function: Node, thing: Node | None) -> str:
    """What an object that a function saves is; "" for what is nothing of a training."""
    if thing is None:
        return ""
    if any("state_dict" in script.text(node) for node in _with_bindings(script, thing)):
        return "state_dict"
    name = full_name(script, thing)
    if name and (has_role(script, name, "model") or has_role(script, name, "module")):
        return "model"
    if name and has_role(script, name, "preparing"):
        return "data"
    if thing.type == "identifier" and _MODEL_NAME.search(script.text(thing)):
        return "model"
    return "data" if _DATA_SAVER.search(f"{full_name(script, function)} {script.text(function)}") else ""


def _with_bindings(script: Script, node: Node) -> Iterator[Node]:
    """An expression and what its name is given."""
    yield node
    if node.type == "identifier":
        for binding in script.names.bindings(node):
            if binding.type in ("dictionary", "call") and binding.start_byte < node.start_byte:
                yield binding


def _path(script: Script, path: Node) -> str:
    """The expression of a path; for an open file the path that it was opened with."""
    candidates = [path]
    if path.type == "identifier":
        candidates += [binding for binding in script.names.bindings(path) if binding.type == "call"]
    for node in candidates:
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is None:
            continue
        arguments = arguments_of(script, node, ("file", "mode"))
        if script.text(function) == "open" and "file" in arguments:
            return script.text(arguments["file"])
        opened = function.child_by_field_name("object") if function.type == "attribute" else None
        member = function.child_by_field_name("attribute")
        if opened is not None and member is not None and script.text(member) == "open":
            return script.text(opened)
    return script.text(path)
