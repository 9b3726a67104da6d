"""The API index: what a package offers (names, signatures, docstrings), read from its files, not imported.

`installed(distribution)` and `unpacked(folder)` give an `ApiIndex`. Names are looked up one at a time and
only the modules on the way are parsed, so that a look-up in a large package costs milliseconds; `public()`
reads it all.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapter.graph.api_reader import Reader


class ApiKind(StrEnum):
    """What a name of a package stands for."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    METHOD = "method"
    PROPERTY = "property"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """One parameter as it is written; `default` is source text, None when the argument is required."""

    name: str
    kind: str
    default: str | None = None
    annotation: str = ""

    def __str__(self) -> str:
        stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(self.kind, "")
        annotation = f": {self.annotation}" if self.annotation else ""
        default = f" = {self.default}" if annotation else f"={self.default}"
        return f"{stars}{self.name}{annotation}" + (default if self.default is not None and not stars else "")


@dataclass(frozen=True, slots=True)
class Api:
    """One thing that a package offers.

    `name` is the public name, `also` other public names, `defined` the name where it is written. `parameters`
    leave out `self` and are those of the constructor for a class; None when nothing can be called, or when
    the files do not tell. `line` counts from 1 in `file`, a path below the folder of the index. `deprecated`
    is what the package says about it, empty when it says nothing.
    """

    name: str
    kind: ApiKind
    defined: str
    parameters: tuple[ApiParameter, ...] | None = None
    returns: str = ""
    docstring: str = ""
    deprecated: str = ""
    file: str = ""
    line: int = 0
    also: tuple[str, ...] = field(default=())

    @property
    def callable(self) -> bool:
        """Whether a call of it makes sense."""
        return self.kind in (ApiKind.CLASS, ApiKind.FUNCTION, ApiKind.METHOD)

    @property
    def signature(self) -> inspect.Signature | None:
        """The parameters as `inspect` has them, for binding; None when they are not known."""
        if self.parameters is None:
            return None
        empty = inspect.Parameter.empty
        return inspect.Signature(
            [
                inspect.Parameter(p.name, getattr(inspect.Parameter, p.kind), default=empty)
                if p.default is None or p.kind.startswith("VAR_")
                else inspect.Parameter(p.name, getattr(inspect.Parameter, p.kind), default=p.default)
                for p in self.parameters
            ],
            __validate_parameters__=False,
        )

    @property
    def text(self) -> str:
        """The signature as Python writes it: `optuna.create_study(*, storage=None)`."""
        if not self.callable:
            return self.name + (f": {self.returns}" if self.returns else "")
        if self.parameters is None:
            return f"{self.name}(...)"
        arrow = f" -> {self.returns}" if self.returns and self.kind is not ApiKind.CLASS else ""
        return f"{self.name}({', '.join(_listed(self.parameters))}){arrow}"

    def misfit(self, positional: int, keywords: Iterable[str], *, partial: bool = False) -> str:
        """Why a call with these arguments does not fit; empty when it does, or when nobody can tell.

        `partial` allows required arguments to be missing, for calls with `*args` or `**kwargs`.
        """
        signature = self.signature
        if signature is None:
            return ""
        try:
            bind = signature.bind_partial if partial else signature.bind
            bind(*[None] * positional, **dict.fromkeys(keywords))
        except TypeError as error:
            return str(error)
        return ""


def _listed(parameters: tuple[ApiParameter, ...]) -> Iterator[str]:
    starred = False
    for index, parameter in enumerate(parameters):
        if parameter.kind == "KEYWORD_ONLY" and not starred:
            starred = True
            yield "*"
        starred = starred or parameter.kind == "VAR_POSITIONAL"
        yield str(parameter)
        following = parameters[index + 1].kind if index + 1 < len(parameters) else ""
        if parameter.kind == "POSITIONAL_ONLY" and following != "POSITIONAL_ONLY":
            yield "/"


class ApiNotFoundError(LookupError):
    """The package has no such name; the message says which part is missing."""


class ApiUnknownError(LookupError):
    """The files do not tell whether the name exists (made at run time, or by another package); says why."""


@dataclass(frozen=True)
class ApiIndex:
    """The API of one version of a distribution; `packages` are the import names, `folder` holds them."""

    distribution: str
    version: str
    folder: Path
    packages: tuple[str, ...]

    @cached_property
    def _reader(self) -> Reader:
        from adapter.graph.api_reader import Reader

        return Reader(self.folder)

    def find(self, name: str) -> Api:
        """What a qualified name stands for: `optuna.Trial.suggest_float`, `wandb.init().log`.

        `()` after a part means the object that a call of it gives, as far as annotations tell.

        Raises:
            ApiNotFoundError: there is no such name in this version.
            ApiUnknownError: the files do not tell.
        """
        from adapter.graph.api_records import describe

        return describe(self._reader, self._reader.place(name), name)

    def holds(self, name: str) -> bool:
        """Whether the name belongs to one of the distribution's packages."""
        return name.partition(".")[0] in self.packages

    def public(self) -> list[Api]:
        """Every public module, class, function, method and attribute by name, one for each definition.

        Reads the whole package: seconds for a large one.
        """
        from adapter.graph.api_records import public_records

        return public_records(self._reader, self.packages)


def installed(distribution: str) -> ApiIndex:
    """The API index of an installed distribution.

    Raises:
        ApiNotFoundError: it is not installed, or its files are not on disk.
    """
    from importlib import metadata

    try:
        found = metadata.distribution(distribution)
    except metadata.PackageNotFoundError as error:
        raise ApiNotFoundError(f"{distribution} is not installed; install it, or give a version") from error
    folder = Path(str(found.locate_file("")))
    packages = _packages(found)
    if not packages:
        raise ApiNotFoundError(f"{distribution} {found.version} lists no Python package among its files")
    return ApiIndex(found.metadata["Name"], found.version, folder, packages)


def unpacked(folder: Path) -> ApiIndex:
    """The API index of a wheel that was unpacked into a folder of its own.

    Raises:
        ApiNotFoundError: the folder holds no `.dist-info`.
    """
    from importlib import metadata

    found = next(iter(metadata.distributions(path=[str(folder)])), None)
    if found is None:
        raise ApiNotFoundError(f"{folder} holds no unpacked wheel (no .dist-info folder)")
    return ApiIndex(found.metadata["Name"], found.version, folder, _packages(found))


def _packages(found: object) -> tuple[str, ...]:
    """Import names, by the files that the distribution lists."""
    names: dict[str, int] = {}
    for path in getattr(found, "files", None) or ():
        first = path.parts[0]
        if path.suffix not in (".py", ".pyi") or first == ".." or first.endswith((".dist-info", ".data")):
            continue
        name = first if len(path.parts) > 1 else Path(first).stem
        if name.isidentifier():
            names[name] = names.get(name, 0) + 1
    # the largest first: a package brings its tests or a small helper beside it
    return tuple(sorted(names, key=lambda name: (-names[name], name)))
