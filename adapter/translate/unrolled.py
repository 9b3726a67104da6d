"""What can be written out because it is literal: loops over a dict literal, joined texts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping

from adapter.graph.template import BODY, Line, Template, parse_template
from adapter.translate.arguments import Arg

_LOOP = re.compile(rf"for (\w+), (\w+) in \{{(\w+)\}}\.items\(\):{BODY}(.*)", re.DOTALL)
_MOST = 8  # pairs; a longer dict stays a loop


def pairs_of_loop(line: Line, arguments: Mapping[str, Arg]) -> list[tuple[Template, dict[str, Arg]]] | None:
    """The body of `for name, value in {metrics}.items(): ...` for each pair, with what its names stand for.

    None where the line is no such loop, or what it runs over is no dict literal of a few plain pairs.
    """
    if not line.text.startswith("for "):
        return None
    match = _LOOP.fullmatch(_source_of(line))
    argument = arguments.get(match[3]) if match is not None else None
    pairs = _pairs(argument) if argument is not None else None
    if match is None or pairs is None:
        return None
    body = _with_holes(match[4], match[1], match[2])
    return [(parse_template(body), {match[1]: key, match[2]: value}) for key, value in pairs]


def _source_of(line: Line) -> str:
    """The line as the map spells it."""
    text = line.text
    for hole in reversed(line.placeholders):
        converter = f"!{hole.converter}" if hole.converter else ""
        text = f"{text[: hole.start]}{{{hole.name}{converter}}}{text[hole.end :]}"
    return text


def _with_holes(body: str, *variables: str) -> str:
    for variable in variables:
        body = re.sub(rf"(?<![\w.{{\"']){variable}(?![\w}}\"'=])", f"{{{variable}}}", body)
    return body


def _pairs(argument: Arg) -> list[tuple[Arg, Arg]] | None:
    try:
        tree = ast.parse(argument.text.strip(), mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(tree, ast.Dict) or not 0 < len(tree.keys) <= _MOST or "#" in argument.text:
        return None
    found = []
    for key, value in zip(tree.keys, tree.values, strict=True):
        if key is None:
            return None
        texts = [ast.get_source_segment(argument.text.strip(), node) for node in (key, value)]
        if texts[0] is None or texts[1] is None or "\n" in texts[0] + texts[1]:
            return None
        found.append((Arg(texts[0]), Arg(texts[1])))
    return found


def spelled_out(text: str) -> str:
    """Added texts as one where they are literal: `"loss" + "/"` is "loss/"."""
    if "+" not in text:
        return text
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return text
    return (_folded(node) or text) if isinstance(node, ast.BinOp) else text


def _folded(node: ast.expr) -> str | None:
    """Added texts as one literal; an f-string where some are names. None where something else is added."""
    found, has_names = "", False
    for part in _parts(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found += part.value.replace("{", "{{").replace("}", "}}")
        elif isinstance(part, ast.JoinedStr):
            inner = ast.unparse(part)
            if inner[:2] not in ("f'", 'f"') or '"' in inner[2:-1]:
                return None
            found, has_names = found + inner[2:-1], True
        elif isinstance(part, (ast.Name, ast.Attribute)):
            found, has_names = found + f"{{{ast.unparse(part)}}}", True
        else:
            return None
    if not has_names:
        return json.dumps(found.replace("{{", "{").replace("}}", "}"), ensure_ascii=False)
    return None if set('"\\\n') & set(found) else f'f"{found}"'


def _parts(node: ast.expr) -> list[ast.expr]:
    """What a chain of additions adds up."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_parts(node.left), *_parts(node.right)]
    return [node]
