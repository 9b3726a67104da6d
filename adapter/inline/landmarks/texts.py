"""inline: which expressions give a text, and what it reads."""

from __future__ import annotations

from tree_sitter import Node

from adapter.inline.script import Script

_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\n"}


def is_text(script: Script, node: Node, depth: int = 0) -> bool:
    """Whether an expression surely gives a text; names are looked up three deep."""
    if node.type in ("string", "concatenated_string"):
        return True
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return is_text(script, node.named_children[0], depth)
    if node.type == "binary_operator":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None or script.text(operator) not in "+%":
            return False
        return is_text(script, left, depth) or (
            script.text(operator) == "+" and is_text(script, right, depth)
        )
    if node.type == "call":
        function = node.child_by_field_name("function")
        name = script.text(function) if function is not None else ""
        return name in ("str", "format", "repr") or name.endswith((".format", ".join", ".ljust", ".rjust"))
    return node.type == "identifier" and depth < 3 and text_held(script, node) is not None


def text_held(script: Script, node: Node) -> Node | None:
    """The text that a name holds, when one statement of the same function alone gives it one."""
    bindings = script.names.bindings(node)
    if len(bindings) > 1:
        before = [b for b in bindings if b.end_byte <= node.start_byte]
        same = [b for b in before if script.statement(b).parent == script.statement(node).parent]
        bindings = same[-1:]
    if len(bindings) != 1 or bindings[0].end_byte > node.start_byte:
        return None
    binding = bindings[0]
    formatted = binding.type == "call" and is_text(script, binding)
    if binding.type in ("string", "concatenated_string", "binary_operator") or formatted:
        return binding if is_text(script, binding, 2) else None
    return None


def unescaped(text: str) -> str:
    """A literal's text as it is shown: doubled braces and escapes resolved."""
    text = text.replace("{{", "{").replace("}}", "}")
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text


def literal(script: Script, node: Node) -> str:
    """The text of a string without anything to fill in, "" for anything else."""
    if node.type == "concatenated_string":
        return "".join(literal(script, child) for child in node.named_children)
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return literal(script, node.named_children[0])
    if node.type != "string":
        held = text_held(script, node) if node.type == "identifier" else None
        return literal(script, held) if held is not None and held.type != "identifier" else ""
    return "".join(
        script.text(child)
        for child in node.named_children
        if child.type in ("string_content", "interpolation")
    )
