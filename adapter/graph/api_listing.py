"""Which names of a package are public: what a reader of its documentation would call its API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapter.graph.api_reader import Reader

# parts that ship with packages and are no API of theirs
_NO_API = frozenset("tests test testing vendor vendored conftest setup __main__ examples".split())


def public_names(reader: Reader, packages: tuple[str, ...]) -> Iterator[str]:
    """Qualified names of all public modules and of what they hold; some name the same definition."""
    for package in packages:
        if not package.startswith("_") and package not in _NO_API:
            yield from _of_module(reader, package)


def _of_module(reader: Reader, module: str) -> Iterator[str]:
    parsed = reader.module(module)
    if not parsed:
        return
    yield module
    for tree in parsed:
        exported = _exported(tree)
        yield from _by_star(reader, module, tree)
        for name, member in tree.members.items():
            if _is_public(name) and (name in exported if exported else _is_own(member, tree, module)):
                yield from _of_member(reader, f"{module}.{name}", member)
    for name in _submodules(reader, module):
        yield from _of_module(reader, f"{module}.{name}")


def _by_star(reader: Reader, module: str, tree: Any) -> Iterator[str]:
    """What a package hands on with `from .part import *`."""
    for member in tree.members.values():
        if not (member.is_alias and member.wildcard and tree.is_init_module):
            continue
        for part in reader.module(member.wildcard):
            exported = _exported(part)
            for name, each in part.members.items():
                if _is_public(name) and (name in exported if exported else not each.is_alias):
                    yield from _of_member(reader, f"{module}.{name}", each)


def _is_public(name: str) -> bool:
    return not name.startswith("_") and name not in _NO_API


def _exported(tree: Any) -> frozenset[str]:
    return frozenset(each if isinstance(each, str) else each.name for each in tree.exports or ())


def _is_own(member: Any, tree: Any, module: str) -> bool:
    """Whether a member without `__all__` is the module's to offer: written here, or a package hands it on."""
    if not member.is_alias:
        return not member.is_module
    return bool(tree.is_init_module) and str(member.target_path).split(".")[0] == module.split(".")[0]


def _of_member(reader: Reader, name: str, member: Any) -> Iterator[str]:
    try:
        place = reader.place(name)
    except LookupError:
        return
    if place.thing.is_module:
        return
    yield name
    if place.thing.is_class:
        for each in _class_members(reader, place, set(), 0):
            yield f"{name}.{each}"


def _class_members(reader: Reader, place: Any, seen: set[str], hops: int) -> Iterator[str]:
    """Public members of a class, those of the package's own base classes included."""
    for name, member in place.thing.members.items():
        if _is_public(name) and name not in seen and not member.is_class:
            seen.add(name)
            yield name
    if hops < 10:
        for base in place.thing.bases:
            try:
                yield from _class_members(reader, reader.base(base, 0), seen, hops + 1)
            except LookupError:
                continue


def _submodules(reader: Reader, module: str) -> list[str]:
    folder = reader.folder.joinpath(*module.split("."))
    if not folder.is_dir():
        return []
    names = {path.stem for path in folder.glob("*.py*") if path.suffix in (".py", ".pyi")}
    names |= {path.name for path in folder.iterdir() if (path / "__init__.py").is_file()}
    return sorted(name for name in names if _is_public(name) and name.isidentifier())
