"""Whether what a translation wrote exists in the installed target library and takes those arguments."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import typing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapter.graph.catalogs import catalog_of
from adapter.graph.model import Library
from adapter.names.uses import Names, Use
from adapter.plan import SiteKind
from adapter.source.text import Source


@dataclass(frozen=True, slots=True)
class Failure:
    """A use of the target library that does not fit it; `line` counts in the text that was checked."""

    line: int
    text: str
    message: str


@dataclass(slots=True)
class Bound:
    """What became of the new uses of the target library.

    `stranded` are uses that were there before and now hang on an object of the target, which has no such
    member: gaps whose receiver was rewritten. `unknown` counts what cannot be looked up here: modules that
    are not installed, objects whose type no annotation tells.
    """

    checked: int = 0
    unknown: int = 0
    failures: list[Failure] = field(default_factory=list)
    stranded: list[Failure] = field(default_factory=list)


class _UnknownError(Exception):
    """What a name stands for cannot be told here."""


def check_new_uses(before: Source, after: Source, target: Library) -> Bound:
    """Resolves and binds every use of the target library that the text did not have before.

    Functions and classes reached through an import are looked up by Python's own tree of the text; members
    of objects (`run.log(...)` with `run = wandb.init()`) by what the names stand for.
    """
    old = ast.walk(ast.parse(before.data.decode()))
    had = Counter(ast.unparse(node) for node in old if isinstance(node, ast.Call | ast.Attribute | ast.Name))
    bound = Bound()
    for text, line, check, is_member in _uses(after, target):
        is_old = had[text] > 0
        had[text] -= is_old
        try:
            problem = check()
        except _UnknownError:
            bound.unknown += not is_old
            continue
        bound.checked += not is_old
        if problem and not is_old:
            bound.failures.append(Failure(line, text, problem))
        elif problem and is_member:
            bound.stranded.append(Failure(line, text, problem))
    return bound


_Check = typing.Callable[[], str]


def _uses(source: Source, target: Library) -> Iterator[tuple[str, int, _Check, bool]]:
    """Text, line and check of every use of the library, and whether it is a member of an object.

    The check gives the fault, empty when the use fits.
    """
    tree = ast.parse(source.data.decode())
    names = _imported(tree, target)
    called = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        dotted = _dotted(node, names) if node not in inner else None
        if dotted is not None:
            call = called.get(node)
            yield ast.unparse(call or node), node.lineno, lambda d=dotted, c=call: _fault(d, c), False
    for use in Names(source, catalog_of(target)).uses():
        if use.owner and use.kind in (SiteKind.CALL, SiteKind.READ):
            expression = ast.parse(f"({source.node_text(use.node)})", mode="eval").body
            line = source.position(use.node.start_byte)[0]
            yield ast.unparse(expression), line, lambda u=use, e=expression: _member_fault(u, e), True


def _imported(tree: ast.Module, target: Library) -> dict[str, str]:
    """Dotted names by local name, for imports of the library and of whatever else its map writes."""
    roots = {target.name, *(name.partition(".")[0] for name in target.foreign_roots)}
    roots |= {line.split()[1].partition(".")[0] for entry in target.entries for line in entry.imports}
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                if root in roots:
                    found[alias.asname or root] = alias.name if alias.asname else root
        elif (
            isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] in roots
        ):
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names if a.name != "*"}
    return found


def _dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id) if isinstance(node.ctx, ast.Load) else None
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        owner = _dotted(node.value, names)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def _fault(dotted: str, call: ast.Call | None) -> str:
    try:
        found = _resolved(dotted)
    except AttributeError as error:
        return f"{dotted} does not exist: {error}"
    return _bind_fault(found, call, skip=0) if call is not None else ""


def _member_fault(use: Use, node: ast.expr) -> str:
    try:
        member = _resolved(_real_name(use.api))
    except AttributeError as error:
        return f"{use.api} does not exist: {error}"
    return _bind_fault(member, node, skip=1) if isinstance(node, ast.Call) else ""


# Classes that the maps name after what holds them.
_CLASSES = {
    "wandb.Summary": "wandb.sdk.wandb_summary.Summary",
    "wandb.ArtifactEntry": "wandb.sdk.artifacts.artifact_manifest_entry.ArtifactManifestEntry",
    "mlflow.Experiment": "mlflow.entities.Experiment",
    "mlflow.RunInfo": "mlflow.entities.RunInfo",
    "mlflow.RunData": "mlflow.entities.RunData",
    "mlflow.Run": "mlflow.entities.Run",
    "mlflow.PyFuncModel": "mlflow.pyfunc.PyFuncModel",
    "mlflow.ModelInfo": "mlflow.models.model.ModelInfo",
}


def _real_name(api: str) -> str:
    found = next((name for name in _CLASSES if api.startswith(f"{name}.")), None)
    return api if found is None else _CLASSES[found] + api[len(found) :]


def _resolved(dotted: str) -> Any:
    """The object that `package.module.Class`, `package.function().member` mean; for an instance, its class.

    Raises:
        AttributeError: there is no such thing.
        _UnknownError: it cannot be looked up here.
    """
    parts = re.findall(r"\w+|\(\)", dotted)
    found = _module(parts[0])
    for number, part in enumerate(parts[1:], 2):
        if part == "()":
            found = found if inspect.isclass(found) else _hint(found)
        elif inspect.ismodule(found):
            is_package = hasattr(found, "__path__")
            if is_package and not hasattr(found, part) and importlib.util.find_spec(".".join(parts[:number])):
                _module(".".join(parts[:number]))
            found = getattr(found, part)
        else:
            found = _member(found, part)
    return found


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise _UnknownError(name) from error


def _member(owner: Any, name: str) -> Any:
    """A member of an object, or of the objects of a class; for a property or a field, its value's class."""
    if owner is None or type(owner).__name__ == "PreInitObject":
        # what hangs on `wandb.run`, `wandb.config` is there only while a run is active
        raise _UnknownError(name)
    if not inspect.isclass(owner):
        return getattr(owner, name)
    if name in getattr(owner, "model_fields", {}):
        return owner.model_fields[name].annotation
    if not hasattr(owner, name) and (hasattr(owner, "__getattr__") or _is_declared(owner, name)):
        raise _UnknownError(name)
    member = inspect.getattr_static(owner, name)
    if isinstance(member, property):
        return _hint_or_none(member.fget)
    return getattr(owner, name)


def _is_declared(owner: type, name: str) -> bool:
    """Whether a class says that its objects have a member which it sets when one is made."""
    return any(name in vars(base).get("__annotations__", {}) for base in owner.__mro__)


def _hint_or_none(function: Any) -> Any:
    try:
        return _hint(function)
    except _UnknownError:
        return None


def _hint(function: Any) -> Any:
    """The class that a function says it returns."""
    try:
        found = typing.get_type_hints(function).get("return")
    except (NameError, TypeError) as error:
        raise _UnknownError(str(function)) from error
    if not inspect.isclass(found) or found.__module__ == "builtins":
        raise _UnknownError(str(function))
    return found


def _bind_fault(found: Any, call: ast.Call, *, skip: int) -> str:
    if found is None or not callable(found):
        raise _UnknownError(ast.unparse(call))
    try:
        signature = inspect.signature(found)
    except ValueError as error:
        raise _UnknownError(ast.unparse(call)) from error
    # `wandb.log` and its like carry the signature of the method that they stand for
    if not skip and not inspect.isclass(found) and next(iter(signature.parameters), "") == "self":
        skip = 1
    positional = [None] * (skip + sum(not isinstance(argument, ast.Starred) for argument in call.args))
    keywords = {keyword.arg: None for keyword in call.keywords if keyword.arg is not None}
    partial = len(keywords) < len(call.keywords) or any(isinstance(a, ast.Starred) for a in call.args)
    try:
        (signature.bind_partial if partial else signature.bind)(*positional, **keywords)
    except TypeError as error:
        return str(error)
    return ""
