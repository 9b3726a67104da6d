"""inline: names in syntax trees: what an expression reads, what a function binds and is given."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.script import Script

_PARAMETERS = frozenset(
    {"identifier", "default_parameter", "typed_parameter", "typed_default_parameter"}
    | {"list_splat_pattern", "dictionary_splat_pattern"}
)


_BINDING = frozenset({"as_pattern", "import_from_statement", "import_statement", "named_expression"})


def parameters(function: Node) -> Iterator[Node]:
    """The parameters of a function, in order."""
    listed = function.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        if child.type in _PARAMETERS:
            yield child


def parameter_name(script: Script, parameter: Node) -> str:
    """The name of a parameter, without stars and annotation."""
    if parameter.type in ("default_parameter", "typed_default_parameter"):
        name = parameter.child_by_field_name("name")
    elif parameter.type == "identifier":
        name = parameter
    else:
        name = next((child for child in parameter.named_children if child.type == "identifier"), None)
    return script.text(name) if name is not None else ""


def free_names(node: Node) -> Iterator[Node]:
    """The names that an expression reads from around it, in source order."""
    bound = {target.text for target in _bound_inside(node)}
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "identifier":
            if current.text not in bound:
                yield current
            continue
        children = current.named_children
        if current.type == "attribute":
            children = children[:1]
        elif current.type in ("keyword_argument", "named_expression"):
            children = children[1:]
        stack.extend(reversed(children))


def _bound_inside(node: Node) -> Iterator[Node]:
    """Names that comprehensions and lambdas in an expression bind."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "for_in_clause":
            left = current.child_by_field_name("left")
            yield from names_in(left) if left is not None else ()
        elif current.type == "lambda_parameters":
            yield from names_in(current)
        stack.extend(current.named_children)


def names_in(node: Node) -> Iterator[Node]:
    """Every identifier below a node, in source order."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "identifier":
            yield current
        stack.extend(reversed(current.named_children))


def targets(node: Node) -> Iterator[Node]:
    """The identifiers that an assignment's left side or a loop's target binds."""
    if node.type == "identifier":
        yield node
    elif node.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"):
        for child in node.named_children:
            yield from targets(child)


def assignments(script: Script, function: Node | None, name: str) -> list[Node]:
    """What binds a name in a function itself: assignments, loops, `with` and imports, in source order."""
    found = []
    body = function.child_by_field_name("body") if function is not None else script.root
    stack = [body] if body is not None else []
    while stack:
        current = stack.pop()
        if current.type in ("function_definition", "class_definition", "lambda"):
            label = current.child_by_field_name("name")
            if label is not None and script.text(label) == name:
                found.append(current)
            # a function without parameters shares the names of the one around it
            if current.type != "function_definition" or list(parameters(current)):
                continue
        left = current.child_by_field_name("left")
        if current.type in ("assignment", "augmented_assignment", "for_statement") and left is not None:
            if any(script.text(target) == name for target in targets(left)):
                found.append(current)
        elif current.type in _BINDING and _binds(current, script, name):
            found.append(current)
        stack.extend(reversed(current.named_children))
    return found


def _binds(node: Node, script: Script, name: str) -> bool:
    if node.type == "as_pattern":
        alias = node.child_by_field_name("alias")
        return alias is not None and script.text(alias) == name
    if node.type == "named_expression":
        target = node.child_by_field_name("name")
        return target is not None and script.text(target) == name
    return any(script.text(each) == name for each in names_in(node))
