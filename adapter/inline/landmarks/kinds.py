"""inline: what kind of object an expression is, also through classes of the file, loops and collections."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.reach import reach_of
from adapter.inline.script import Script

_DEEPEST = 4


def full_name(script: Script, node: Node, depth: int = 0) -> str:
    """The full name of what an expression stands for, "" when no framework's name leads there.

    Goes further than `Script.api`: an object of a class of the file has the name of the framework's
    class below it; what a loop takes from a collection has the name of the first thing in there; a
    parameter has the name of what the first caller gives.
    """
    known = script.api(node)
    if known or depth > _DEEPEST:
        return known
    if node.type == "attribute":
        holder, member = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if holder is None or member is None:
            return ""
        outer = full_name(script, holder, depth + 1)
        return f"{outer}.{script.text(member)}" if outer else _of_class(script, node, depth)
    if node.type == "call":
        function = node.child_by_field_name("function")
        outer = full_name(script, function, depth + 1) if function is not None else ""
        return f"{outer}()" if outer else ""
    if node.type in ("identifier", "subscript"):
        return _of_class(script, node, depth) or _of_parts(script, node, depth)
    return ""


def base_name(script: Script, definition: Node, depth: int = 0) -> str:
    """The framework's class that a class of the file is derived from, "" without one."""
    bases = definition.child_by_field_name("superclasses")
    for base in bases.named_children if bases is not None else ():
        if base.type == "keyword_argument":
            continue
        known = script.api(base)
        if known:
            return known
        other = script.definition(base)
        if other is not None and other != definition and depth < _DEEPEST:
            known = base_name(script, other, depth + 1)
            if known:
                return known
    return ""


def has_role(script: Script, name: str, kind: str) -> bool:
    """Whether a full name, or what makes the object that it stands for, has a role."""
    return any(role.kind == kind for role in script.frameworks.roles(name.partition("()")[0]))


def argument_for(script: Script, function: Node, name: str, call: Node) -> Node | None:
    """What a call gives for a parameter of a function of the file, None when it gives nothing."""
    parameters = function.child_by_field_name("parameters")
    arguments = call.child_by_field_name("arguments")
    if parameters is None or arguments is None or arguments.type != "argument_list":
        return None
    names = [_parameter_name(script, child) for child in parameters.named_children if child.type != "comment"]
    if names and names[0] in ("self", "cls"):
        names = names[1:]
    place = names.index(name) if name in names else -1
    number = 0
    for given in arguments.named_children:
        if given.type == "keyword_argument":
            key = given.child_by_field_name("name")
            if key is not None and script.text(key) == name:
                return given.child_by_field_name("value")
        elif given.type in ("list_splat", "dictionary_splat"):
            return None
        elif given.type != "comment":
            if number == place:
                return given
            number += 1
    return None


def arguments_of(script: Script, call: Node, names: tuple[str, ...]) -> dict[str, Node]:
    """The arguments of a call by the names of its parameters."""
    arguments = call.child_by_field_name("arguments")
    found: dict[str, Node] = {}
    places = iter(names)
    for given in arguments.named_children if arguments is not None else ():
        key, value = given.child_by_field_name("name"), given.child_by_field_name("value")
        if given.type == "keyword_argument" and key is not None and value is not None:
            found[script.text(key)] = value
        elif given.type not in ("comment", "list_splat", "dictionary_splat", "keyword_argument"):
            name = next(places, "")
            if name:
                found[name] = given
    return found


def _parameter_name(script: Script, node: Node) -> str:
    named = node.child_by_field_name("name")
    if named is None and node.type == "typed_parameter":
        named = node.named_children[0]
    return script.text(named if named is not None else node)


def _of_class(script: Script, node: Node, depth: int) -> str:
    """The name of an object of a class of the file, or of the class itself."""
    definition = script.definition(node)
    if definition is None or definition.type != "class_definition":
        return ""
    name = base_name(script, definition)
    if not name or (node.type == "identifier" and _is_class(script, node, definition)):
        return name
    return f"{name}()"


def _is_class(script: Script, node: Node, definition: Node) -> bool:
    named = definition.child_by_field_name("name")
    return named is not None and script.text(named) == script.text(node)


def _of_parts(script: Script, node: Node, depth: int) -> str:
    """The name of the first model in the collection that an element comes from, or of a caller's argument."""
    for part in _parts(script, node, depth):
        name = full_name(script, part, depth + 1)
        if name and has_role(script, name, "model"):
            return name
    return ""


def _parts(script: Script, node: Node, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if node.type == "subscript":
        value = node.child_by_field_name("value")
        if value is not None:
            yield from _inside(script, value, depth + 1)
        return
    function = script.function_of(node)
    for binding in script.names.bindings(node):
        if binding.type in ("parameters", "identifier", "typed_parameter") or binding.parent is None:
            yield from _given(script, function, node)
        elif binding.type != "class_definition" and binding.start_byte != node.start_byte:
            yield from _inside(script, binding, depth + 1)


def _given(script: Script, function: Node | None, node: Node) -> Iterator[Node]:
    if function is None or function.type != "function_definition":
        return
    for call in reach_of(script).callers(function):
        given = argument_for(script, function, script.text(node), call)
        if given is not None:
            yield given


def _inside(script: Script, node: Node, depth: int) -> Iterator[Node]:
    """The calls and names within an expression, and within what its names hold."""
    if depth > _DEEPEST or node.type in ("function_definition", "class_definition"):
        return
    for inner in script.walk(node):
        if inner.type == "call":
            yield inner
            function = reach_of(script).function_called(inner)
            if function is not None and function != script.function_of(node):
                yield from _returned(script, function)
        elif inner.type == "identifier":
            for binding in script.names.bindings(inner):
                if binding.start_byte != inner.start_byte and binding.type not in (
                    "identifier",
                    "parameters",
                ):
                    yield from _inside(script, binding, depth + 1)


def _returned(script: Script, function: Node) -> Iterator[Node]:
    for inner in script.walk(function):
        if inner.type == "return_statement":
            yield from (part for part in script.walk(inner) if part.type == "call")
