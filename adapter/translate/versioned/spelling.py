"""translate: how paths, commands of git and what is left of a call are spelled in rewritten code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from adapter.translate.versioned.calls import GitCall, Operand
from adapter.translate.versioned.handles import Handle
from adapter.translate.versioned.nodes import child, text_of

_LITERAL = re.compile(r"([fF]?)([\"'])([^\"'\\\n]*)\2")
_ATOM = re.compile(r"[\w.]+(?:\([\w., \"']*\))?|f?\"[^\"]*\"|f?'[^']*'")


def plain_text(text: str) -> str:
    """A literal with double quotes, everything else as it is."""
    plain = _LITERAL.fullmatch(text)
    return text if plain is None or '"' in plain[3] else f'{plain[1].lower()}"{plain[3]}"'


def whole_folder(operand: Operand) -> Operand:
    """`"data/*"` as the folder: the pattern would find the pointer files that come to lie beside the data."""
    plain = _LITERAL.fullmatch(operand.text)
    if plain is None or plain[1] or not plain[3].endswith(("/*", "/**")):
        return operand
    return replace(operand, text=f'"{plain[3].rstrip("*").rstrip("/")}"')


def seen_from_here(operand: Operand, handle: Handle) -> str:
    """A path, or a list of paths, for calls that take it from the folder in which the script works.

    Git takes paths from the root of its working tree.
    """
    text = plain_text(operand.text)
    if handle.at_root or _leads_there(text, handle):
        return text
    if operand.many:
        return f"[os.path.join({handle.root}, path) for path in {text}]"
    inner = text.removeprefix("str(").removesuffix(")") if _is_str(text) else text
    return f"os.path.join({handle.root}, {inner})"


def _is_str(text: str) -> bool:
    return re.fullmatch(r"str\([\w.]+\)", text) is not None


def _leads_there(text: str, handle: Handle) -> bool:
    """Whether a path is built on the root of the working tree already."""
    return handle.root in text or handle.root.replace("working_dir", "working_tree_dir") in text


def joined_paths(operands: Sequence[Operand], handle: Handle) -> str:
    """One path as it is, several as a list."""
    if len(operands) == 1:
        return seen_from_here(operands[0], handle)
    parts = [("*" if each.many else "") + seen_from_here(each, handle) for each in operands]
    return f"[{', '.join(parts)}]"


def as_words(operands: Sequence[Operand]) -> str:
    """Paths as the words of a command of git."""
    return ", ".join(("*" if each.many else "") + plain_text(each.text) for each in operands)


def pointer(text: str, suffix: str = ".dvc") -> str:
    """The path of the pointer file that stands for a data file."""
    plain = _LITERAL.fullmatch(text)
    if plain is not None and '"' not in plain[3]:
        return f'{plain[1].lower()}"{plain[3].rstrip("/")}{suffix}"'
    if plain is None and '"' not in text and "{" not in text and "\n" not in text:
        return f'f"{{{text}}}{suffix}"'
    return f'str({text}) + "{suffix}"'


def ignore_file(text: str) -> str:
    """The path of the `.gitignore` beside a data file."""
    plain = _LITERAL.fullmatch(text)
    if plain is not None and "{" not in plain[3]:
        folder = plain[3].rstrip("/").rpartition("/")[0]
        return f'"{folder}/.gitignore"' if folder else '".gitignore"'
    return f'os.path.join(os.path.dirname({text}), ".gitignore")'


def git_command(handle: Handle, call: GitCall, verb: str, words: Sequence[str]) -> str:
    """A further command of git, in the manner of the call."""
    if handle.git:
        return f"{handle.git}.{verb}({', '.join(words)})"
    folder = f", cwd={text_of(call.folder)}" if call.folder is not None else ""
    listed = ", ".join(['"git"', f'"{verb}"', *words])
    return f"subprocess.run([{listed}], check=True{folder})"


def without(call: GitCall, gone: Sequence[Operand]) -> str | None:
    """The text of a call without some of its operands; None where they cannot be cut out."""
    nodes = [each.node for each in gone]
    text, start = text_of(call.node), call.node.start_byte
    data = text.encode()
    for node in sorted((each for each in nodes if each is not None), key=lambda each: -each.start_byte):
        holder = node
        while holder.parent is not None and holder.parent.type == "list_splat":
            holder = holder.parent
        begin, end = holder.start_byte - start, holder.end_byte - start
        rest = data[end:]
        after = re.match(rb"\s*,\s*", rest)
        before = re.search(rb"\s*,\s*$", data[:begin])
        if after is not None:
            end += after.end()
        elif before is not None:
            begin = before.start()
        data = data[:begin] + data[end:]
    return data.decode() if all(each is not None for each in nodes) else None


def replaced(call: GitCall, changed: Sequence[tuple[Operand, str]]) -> str | None:
    """The text of a call with other texts for some of its operands."""
    text, start = text_of(call.node), call.node.start_byte
    data = text.encode()
    for operand, new in sorted(changed, key=lambda each: -(each[0].node.start_byte if each[0].node else 0)):
        if operand.node is None:
            return None
        data = data[: operand.node.start_byte - start] + new.encode() + data[operand.node.end_byte - start :]
    return data.decode()


def needs_brackets(node: Node) -> bool:
    """Whether `a or b` in the place of a node has to stand in brackets."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("not_operator", "comparison_operator", "binary_operator", "attribute", "await"):
        return True
    sign = child(parent, "operator")
    return parent.type == "boolean_operator" and sign is not None and sign.type == "and"


def is_tested(node: Node) -> bool:
    """Whether only the truth of an expression matters where it stands."""
    inner, parent = node, node.parent
    while parent is not None and parent.type in (
        "not_operator",
        "boolean_operator",
        "parenthesized_expression",
    ):
        inner, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type in ("if_statement", "elif_clause", "while_statement", "assert_statement"):
        return child(parent, "condition") == inner or parent.type == "assert_statement"
    if parent.type == "conditional_expression":
        return parent.named_children[1] == inner
    if parent.type == "argument_list" and parent.parent is not None:
        return text_of(child(parent.parent, "function") or parent) in ("bool", "any")
    return False
