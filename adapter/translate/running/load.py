"""Finding the rules that a command line names: a YAML file, a Python file, or `module:name`."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from adapter.translate.pipeline import UsageError
from adapter.translate.running.protocol import MARK, SiteRule


@dataclass(frozen=True)
class PythonRules:
    """Rules in Python: LibCST codemod classes and functions over sites."""

    codemods: tuple[type[Any], ...]
    site_rules: tuple[SiteRule, ...]


def load_python(text: str, paths: Sequence[Path], *, trusted: bool) -> PythonRules:
    """The rules of `file.py`, `file.py:name` or `module:name`.

    Importing runs code; a file, or a module that lies in the folder of the project or below the current one,
    is imported only when it is trusted.

    Raises:
        UsageError: it is not trusted, cannot be imported, or holds no rule of that name.
    """
    where, _, name = text.rpartition(":") if ":" in text and not text.endswith(".py") else (text, "", "")
    place = Path(where) if where.endswith(".py") else _place_of(where)
    if not trusted and (where.endswith(".py") or _is_of_project(place, paths)):
        raise UsageError(
            f"{place or where} is code of the project; look at it, then add --trust-project-rules"
        )
    module = _from_file(Path(where)) if where.endswith(".py") else _imported(where)
    found = _rules_in(module, name)
    if not found.codemods and not found.site_rules:
        wanted = f"{name!r}, a" if name else "a"
        raise UsageError(
            f"{where} holds no rule: {wanted} LibCST codemod class or a function under @sites_of"
        )
    return found


def _place_of(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{module!r} is neither a rules file nor a module: {error}") from error
    if spec is None:
        raise UsageError(f"{module!r} is neither a rules file nor a module that can be imported")
    return Path(spec.origin) if spec.origin else None


def _is_of_project(place: Path | None, paths: Sequence[Path]) -> bool:
    if place is None or "site-packages" in place.parts:
        return False
    folders = [Path.cwd(), *(path if path.is_dir() else path.parent for path in paths)]
    return any(place.resolve().is_relative_to(folder.resolve()) for folder in folders)


def _from_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"adapter_rules_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError(f"{path}: no such file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"{path} does not load: {type(error).__name__}: {error}") from error
    return module


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise UsageError(f"{name} does not load: {type(error).__name__}: {error}") from error


def _rules_in(module: ModuleType, name: str) -> PythonRules:
    from libcst.codemod import Codemod

    members = [getattr(module, name, None)] if name else [value for _, value in sorted(vars(module).items())]
    codemods = tuple(
        member
        for member in members
        if inspect.isclass(member)
        and issubclass(member, Codemod)
        and not inspect.isabstract(member)
        and (name or member.__module__ == module.__name__)
    )
    return PythonRules(codemods, tuple(rule for rule in (getattr(m, MARK, None) for m in members) if rule))
