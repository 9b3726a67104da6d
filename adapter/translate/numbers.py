"""Numbers in code: arithmetic that is done while rewriting, so that bounds read as people write them."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable

_LOG = re.compile(r"^(?:np|numpy|math|jnp)\.log\((.*)\)$", re.DOTALL)
_EXP = re.compile(r"^(?:np|numpy|math|jnp)\.exp\((.*)\)$", re.DOTALL)
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Pow: lambda left, right: left**right,
}


def exponential(text: str) -> str:
    """The exponential of an expression: `np.log(0.1)` is 0.1 again, a number stays readable.

    `math.exp(-5)` is kept as it is, since its digits would tell nobody anything.
    """
    undone = _argument(_LOG, text)
    if undone is not None:
        return undone
    return "1.0" if number(text) == 0 else f"math.exp({text})"


def logarithm(text: str) -> str:
    """The natural logarithm of an expression; `math.exp(-5)` is -5 again."""
    undone = _argument(_EXP, text)
    if undone is not None:
        return undone
    return "0" if number(text) == 1 else f"math.log({text})"


def _argument(pattern: re.Pattern[str], text: str) -> str | None:
    """The argument of a call that is the whole text."""
    match = pattern.match(text)
    if match is None:
        return None
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
    return match[1] if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords else None


def number(text: str) -> float | int | None:
    """The value of an expression of plain numbers; None for any other."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    return _value(node)


def _value(node: ast.expr) -> float | int | None:
    if isinstance(node, ast.Constant):
        is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return node.value if is_number else None  # type: ignore[return-value]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = _value(node.left), _value(node.right)
        if left is None or right is None:
            return None
        try:
            return _BINARY[type(node.op)](left, right)
        except (ArithmeticError, ValueError):
            return None
    return None


def folded(text: str) -> str:
    """The expression with its plain numbers reckoned up, where the result is short."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return text
    if not text.isascii() or "\n" in text:
        return text
    text = text.strip()
    done = len(text)
    for node in sorted(ast.walk(tree), key=lambda each: -getattr(each, "end_col_offset", -1)):
        if not isinstance(node, ast.BinOp) or (node.end_col_offset or 0) > done:
            continue
        value = _value(node)
        shown = repr(value) if isinstance(value, int | None) else repr(round(value, 12))
        length = (node.end_col_offset or 0) - node.col_offset
        if value is not None and math.isfinite(value) and len(shown) <= max(length, 6):
            text = text[: node.col_offset] + shown + text[node.end_col_offset :]
            done = node.col_offset
    return text


def whole(text: str) -> str:
    """A number without a fraction as a whole number: `1.0` is `1`; anything else as `int(...)`."""
    value = number(text)
    if value is None:
        return f"int({text})" if not re.fullmatch(r"int\(.*\)|len\(.*\)", text) else text
    if isinstance(value, int):
        return folded(text)
    return str(int(value)) if value == int(value) else f"int({text})"
