"""Addresses: names of artifacts and models, in the form in which another library finds them."""

from __future__ import annotations

import ast
import re

from adapter.translate.render import RenderError

_LATEST = frozenset({"", "latest"})
_BRACED = re.compile(r"\{[^{}]*\}")


def bundle_name(text: str) -> str:
    """The bare name in `"team/project/name:latest"`; text that is known only at run time is cut there.

    Raises:
        RenderError: the address names a version, which the target does not keep.
    """
    content = _content(text)
    if content is None:
        return f'{_atom(text)}.rpartition("/")[2].partition(":")[0]'
    name, _, alias = content.rpartition("/")[2].partition(":")
    if alias not in _LATEST:
        raise RenderError(f"the version {alias} of an artifact cannot be found; only the latest can")
    return _quoted(name)


def model_name(text: str) -> str:
    """`"runs:/1234/model"` and `"models:/name/Production"` as `"model:latest"` and `"name:Production"`."""
    content = _content(text)
    if content is None:
        return text
    scheme, separator, rest = content.partition(":/")
    if not separator or scheme not in ("runs", "models"):
        return text
    parts = _split(rest.strip("/"))
    if scheme == "runs":
        return _quoted(f"{parts[-1]}:latest") if len(parts) > 1 else text
    name, _, alias = parts[0].partition("@")
    version = alias or (parts[1] if len(parts) > 1 else "")
    return _quoted(f"{name}:{version}" if version.isidentifier() else f"{name}:latest")


def latest(text: str) -> str:
    """A name with the alias of its newest version."""
    content = _content(text)
    return _quoted(f"{{{text}}}:latest" if content is None else f"{content.strip('/')}:latest")


def _content(text: str) -> str | None:
    """What is between the quotes of a string, an f-string, or strings joined by `+`; None for all else."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    return _joined(node)


def _joined(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [_part(value) for value in node.values]
        return None if None in parts else "".join(part for part in parts if part is not None)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (_joined(side) for side in (node.left, node.right))
        if left is None and right is None:
            return None
        spelled = [
            side if side is not None else f"{{{ast.unparse(of)}}}"
            for side, of in ((left, node.left), (right, node.right))
        ]
        return "".join(spelled)
    return None


def _part(value: ast.expr) -> str | None:
    if isinstance(value, ast.Constant):
        return str(value.value)
    plain = isinstance(value, ast.FormattedValue) and value.conversion == -1 and value.format_spec is None
    return f"{{{ast.unparse(value.value)}}}" if plain and isinstance(value, ast.FormattedValue) else None


def _split(content: str) -> list[str]:
    """Parts between slashes, those inside of braces left whole."""
    held = _BRACED.findall(content)
    parts = _BRACED.sub("\0", content).split("/")
    rest = iter(held)
    return [re.sub("\0", lambda _: next(rest), part) for part in parts]


def _quoted(content: str) -> str:
    """A string, an f-string where something is filled in, or the one thing that is filled in."""
    if "{" not in content:
        return f'"{content}"'
    if _BRACED.fullmatch(content):
        return content[1:-1]
    return 'f"' + content.replace('"', "'") + '"'


def _atom(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+", text) else f"({text})"
