"""Whether calls of a library, in the text of a module, fit the signatures of the installed library."""

from __future__ import annotations

import ast
import importlib
import inspect
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any

NEEDS_TENSORFLOW = frozenset({"wandb.integration.keras"})
"""Modules that cannot be imported beside Keras on another backend."""


class _Instance:
    """Stands for an object of a class."""

    def __init__(self, of: type) -> None:
        self.of = of


def misfits(text: str, library: str) -> Iterator[str]:
    """Every call of the library in a module's text that the installed library would refuse."""
    tree = ast.parse(text)
    names = _imported(tree, library)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        try:
            function = _resolve(call.func, names)
        except AttributeError as error:
            yield f"{ast.unparse(call.func)}: {error}"
            continue
        if callable(function):
            problem = _refusal(function, call)
            if problem:
                yield f"{ast.unparse(call)}: {problem}"


def _imported(tree: ast.Module, library: str) -> dict[str, Any]:
    """What the module's imports of the library bind."""
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == library:
                    names[alias.asname or library] = importlib.import_module(library)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == library:
            if node.module in NEEDS_TENSORFLOW:
                continue
            module = importlib.import_module(node.module or "")
            names |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    return names


def _resolve(node: ast.expr, names: dict[str, Any]) -> Any:
    """The object that an expression names; None when that cannot be told from annotations."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return _member(_resolve(node.value, names), node.attr)
    if isinstance(node, ast.Call):
        return _result(_resolve(node.func, names))
    return None


def _member(owner: Any, name: str) -> Any:
    if owner is None:
        return None
    if isinstance(owner, _Instance):
        found = inspect.getattr_static(owner.of, name, None)
        return found if inspect.isfunction(found) else None
    if isinstance(owner, ModuleType) and not hasattr(owner, name):
        return importlib.import_module(f"{owner.__name__}.{name}")
    return getattr(owner, name) if isinstance(owner, ModuleType) or inspect.isclass(owner) else None


def _result(function: Any) -> _Instance | None:
    if inspect.isclass(function):
        return _Instance(function)
    try:
        annotation = typing.get_type_hints(function).get("return")
    except (NameError, TypeError, AttributeError):
        return None
    return _Instance(annotation) if inspect.isclass(annotation) else None


def _refusal(function: Any, call: ast.Call) -> str:
    """Why the signature does not take the arguments; empty when it does, or when nobody can tell."""
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return ""
    if any(keyword.arg is None for keyword in call.keywords):
        return ""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return ""
    is_method = inspect.isfunction(function) and next(iter(signature.parameters), "") == "self"
    given = [None] * (len(call.args) + is_method)
    try:
        signature.bind(*given, **{keyword.arg: None for keyword in call.keywords if keyword.arg})
    except TypeError as error:
        return str(error)
    return ""
