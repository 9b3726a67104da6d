"""Addresses: names of artifacts and models, in the form in which another library finds them."""

from __future__ import annotations

import ast
import re

from adapter.translate.render import RenderError

_LATEST = frozenset({"", "latest"})
_BRACED = re.compile(r"\{[^{}]*\}")


def bundle_name(text: str) -> str:
    """The bare name in `"team/project/name:v3"`; text that is known only at run time is cut there."""
    content = _content(text)
    if content is None:
        return f'{_atom(text)}.rpartition("/")[2].partition(":")[0]'
    return _quoted(_named(content)[0])


def newest_name(text: str) -> str:
    """The bare name in `"team/project/name:latest"`.

    Raises:
        RenderError: the address names a version or an alias.
    """
    content = _content(text)
    if content is not None and (version := _named(content)[1]) not in _LATEST:
        raise RenderError(f"{version} is not the latest version")
    return bundle_name(text)


def version(text: str) -> str:
    """The number in `"name:v3"`, an expression for it in `f"name:v{number}"`.

    Raises:
        RenderError: the address names no numbered version.
    """
    wanted = _named(_content(text) or "")[1]
    number, filled = re.fullmatch(r"v(\d+)", wanted), re.fullmatch(r"v\{([^{}]+)\}", wanted)
    if number is not None:
        return number[1]
    if filled is None:
        raise RenderError(f"{wanted} is not the number of a version")
    return f"int({filled[1]})"


def alias(text: str) -> str:
    """The alias in `"name:best"`.

    Raises:
        RenderError: the alias is known only at run time, when it may be a version just as well.
    """
    wanted = _named(_content(text) or "")[1]
    if wanted in _LATEST or "{" in wanted or "*" in wanted:
        raise RenderError(f"the version {wanted} of an artifact cannot be found")
    return _quoted(wanted)


def _named(content: str) -> tuple[str, str]:
    """Name and version, or alias, of an address; those inside of braces are left whole."""
    name, *rest = _split(_split(content, "/")[-1], ":")
    return name, ":".join(rest)


def project_name(text: str) -> str:
    """The name in `"team/project"`, which W&B refuses with the team in it; other text as it is."""
    content = _content(text)
    name = _split(content, "/")[-1] if content is not None else ""
    return text if name in ("", content) else _quoted(name)


def model_name(text: str) -> str:
    """`"runs:/1234/model"` and `"models:/name/Production"` as `"model:latest"` and `"name:Production"`.

    MLflow counts versions from 1 and W&B from 0: `"models:/name/3"` is `"name:v2"`.

    Raises:
        RenderError: a text that is no such address, but a place in a store or a folder.
    """
    content = _content(text)
    if content is None:
        return text
    _, in_run, place = content.rpartition("/artifacts/")
    if in_run and "/" not in _BRACED.sub("", place):
        # MLflow's own layout: STORE/EXPERIMENT/RUN/artifacts/NAME
        return _quoted(f"{place}:latest")
    scheme, separator, rest = content.partition(":/")
    parts = _split(rest.strip("/"), "/")
    if not separator or scheme not in ("runs", "models") or (scheme == "runs" and len(parts) < 2):
        raise RenderError(f"{text} is a place where files lie, and not the name of a model")
    if scheme == "runs":
        return _quoted(f"{parts[-1]}:latest")
    name, _, alias = parts[0].partition("@")
    wanted = alias or (parts[1] if len(parts) > 1 else "")
    return _quoted(f"{name}:{_version_or_alias(wanted)}")


def _version_or_alias(wanted: str) -> str:
    """What W&B calls the version, stage or alias at the end of an MLflow address."""
    if wanted.isdecimal() and int(wanted):
        return f"v{int(wanted) - 1}"
    if _BRACED.fullmatch(wanted):
        filled = wanted[1:-1]
        return f"v{{int({filled}) - 1}}" if "version" in filled.lower() else wanted
    return wanted if wanted.isidentifier() else "latest"


def latest(text: str) -> str:
    """A name with the alias of its newest version."""
    content = _content(text)
    if content is None:
        return _quoted(f"{{{text}}}:latest")
    name = content.strip("/")
    # as it was spelled when it was stored: such names have no slashes
    return _quoted(f"{name if '{' in name else re.sub(r'[^0-9A-Za-z_.-]', '-', name)}:latest")


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


def _split(content: str, separator: str) -> list[str]:
    """Parts between separators, those inside of braces left whole."""
    held = _BRACED.findall(content)
    parts = _BRACED.sub("\0", content).split(separator)
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
