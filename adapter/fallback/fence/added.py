"""fence: added: the answer brings nothing in that moving to another library does not need."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from tree_sitter import Node

from adapter.fallback.fence.candidate import Candidate
from adapter.fallback.fence.nodes import bound_names, is_read, normal, statements, text, walk

_WORD = re.compile(r"[A-Za-z]+|\d+")


@cache
def _lists() -> dict[str, frozenset[str]]:
    import yaml

    data: dict[str, Any] = yaml.safe_load((files("adapter.fallback.fence") / "words.yaml").read_text("utf-8"))
    return {name: frozenset(str(words).split()) for name, words in data.items()}


def imports(candidate: Candidate) -> str:
    """Only the target is imported."""
    target = candidate.ground.target_library
    known = {text(n) for n in candidate.ground.region.statements if n.type.startswith("import")}
    inside = [
        text(node)
        for node in walk(candidate.nodes)
        if node.type in ("import_statement", "import_from_statement") and text(node) not in known
    ]
    for line in (*candidate.imports, *inside):
        root = line.split()[1].partition(".")[0]
        if root != target.name and line != target.import_line:
            return f"'{line}' may not be added, only {target.name} may be imported"
    return ""


def names_defined(candidate: Candidate) -> str:
    """Every name that is read means something at its place."""
    names = candidate.source_names
    before = {text(node) for node in walk(candidate.ground.region.statements) if is_read(node)}
    for node in walk(candidate.nodes):
        if not is_read(node) or text(node) in before:
            continue
        if not names.is_bound(text(node), node):
            return f"the name {text(node)} is not defined"
        places = names.bindings_before(node)
        if places and min(place.start_byte for place in places) > node.start_byte:
            return f"the name {text(node)} gets its value only later"
    return ""


def no_shadowing(candidate: Candidate) -> str:
    """No name that means something already gets another meaning."""
    ground = candidate.ground
    own = bound_names(ground.region.statements)
    for name in bound_names(candidate.nodes):
        if name not in own and ground.names.is_bound(name, ground.region.statements[0]):
            return f"the name {name} is in use already"
    return ""


def no_new_statements(candidate: Candidate) -> str:
    """Beside the region's own statements there are only those that use the target, and new local values."""
    region = candidate.ground.region
    used = [use.node for use in region.uses]
    target = [use.node for use in candidate.target_uses]
    before = list(statements(region.statements, used))
    known = {element for element, _, _ in before}
    assigned = {_left(node) for _, node, special in before if special}
    for element, node, special in statements(candidate.nodes, target):
        if special or element in known:
            continue
        left = _left(node)
        if left is None or not (left in assigned or left.isidentifier()):
            return f"'{element[1]}' may not be added"
    return ""


def _left(node: Node) -> str | None:
    """What a plain assignment assigns to."""
    inner = node.named_children[0] if node.type == "expression_statement" else None
    left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
    return normal(left) if left is not None else None


def no_new_calls(candidate: Candidate) -> str:
    """Beside the target only what the region called, and functions that only make values, are called."""
    target = {use.call.id for use in candidate.target_uses if use.call is not None}
    known = {
        normal(function)
        for node in walk(candidate.ground.region.statements)
        if node.type == "call" and (function := node.child_by_field_name("function")) is not None
    }
    lists = _lists()
    for node in walk(candidate.nodes):
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is None or node.id in target or normal(function) in known:
            continue
        attribute = function.child_by_field_name("attribute") if function.type == "attribute" else None
        is_plain = (
            text(attribute) in lists["plain_methods"]
            if attribute is not None
            else text(function) in lists["plain_functions"]
        )
        if not is_plain:
            return f"{text(function)} may not be called, the region did not call it"
    return ""


def no_danger(candidate: Candidate) -> str:
    """Nothing that runs code, starts programs, opens connections, deletes files or reads secrets."""
    before = {text(node) for node in walk(candidate.ground.region.statements) if node.type == "identifier"}
    dangerous = _lists()["dangerous"]
    for node in walk(candidate.nodes):
        name = text(node) if node.type == "identifier" else ""
        is_hidden = name.startswith("__") and name.endswith("__")
        if name and name not in before and (name in dangerous or is_hidden):
            return f"{name} may not be used"
    return ""


def no_invention(candidate: Candidate) -> str:
    """Numbers are those of the region; texts are made of its words."""
    region = candidate.ground.region
    numbers = {text(n) for n in walk(region.statements) if n.type in ("integer", "float")}
    known = {word.lower() for word in _WORD.findall(region.text)} | _lists()["plain_words"]
    for node in walk(candidate.nodes):
        if node.type in ("integer", "float") and text(node) not in numbers:
            return f"the number {text(node)} is not in the region"
        if node.type == "string_content":
            new = [word for word in _WORD.findall(text(node)) if word.lower() not in known]
            if new:
                return f"the word '{new[0]}' in a text is not in the region"
    return ""
