"""Names in a package's files for the API index: followed through imports, base classes and annotations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapter.graph.api_index import ApiNotFoundError, ApiUnknownError

_MAX_HOPS = 40
_WRITES_ITSELF = re.compile(r"globals\(\)[\[.]|sys\.modules\[__name__\]|vars\(\)\[")
# what follows a base class that is not the package's own adds no member to look for
_BUILTIN_BASES = frozenset(
    "object Exception BaseException ValueError RuntimeError TypeError KeyError dict list tuple set str int "
    "float ABC abc.ABC Generic typing.Generic Protocol typing.Protocol typing_extensions.Protocol".split()
)


@dataclass(frozen=True)
class Place:
    """A definition: griffe's object, and the name under which it is written."""

    thing: Any
    defined: str


class Reader:
    """Looks names up in the packages below one folder; parses each module at most once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._modules: dict[str, list[Any]] = {}

    def module(self, name: str) -> list[Any]:
        """The parsed stub and source of a module, in this order; empty when there is no such module."""
        if name not in self._modules:
            self._modules[name] = list(self._parsed(name))
        return self._modules[name]

    def _parsed(self, name: str) -> Iterator[Any]:
        import griffe

        owner, _, leaf = name.rpartition(".")
        above = self.module(owner) if owner else []
        if owner and not above:
            return
        for path in self._files(name):
            try:
                code = path.read_text("utf-8", errors="replace")
                yield griffe.visit(leaf, path, code, parent=above[-1] if above else None)
                guarded = _within_with(code)
                if guarded:
                    yield griffe.visit(leaf, path, guarded, parent=above[-1] if above else None)
            except (SyntaxError, OSError, RecursionError):
                continue
        if not self._files(name) and self.folder.joinpath(*name.split(".")).is_dir():
            folder = self.folder.joinpath(*name.split("."))
            if any(folder.glob("*.py")) or any(folder.glob("*/__init__.py")):
                yield griffe.Module(
                    leaf, filepath=folder / "__init__.py", parent=above[-1] if above else None
                )

    def _files(self, name: str) -> list[Path]:
        base = self.folder.joinpath(*name.split("."))
        package = [base / "__init__.pyi", base / "__init__.py"]
        single = [base.with_name(f"{base.name}.pyi"), base.with_name(f"{base.name}.py")]
        return [path for path in package if path.is_file()] or [path for path in single if path.is_file()]

    def place(self, name: str, hops: int = 0) -> Place:
        """Where a qualified name is defined.

        Raises:
            ApiNotFoundError, ApiUnknownError: see `ApiIndex.find`.
        """
        if hops > _MAX_HOPS:
            raise ApiUnknownError(f"{name} leads in a circle")
        parts = re.findall(r"\w+|\(\)", name)
        top = self.module(parts[0])
        if not top:
            raise ApiUnknownError(f"the package {parts[0]} is not here")
        found = Place(top[0], parts[0])
        for part in parts[1:]:
            found = self._given(found, hops) if part == "()" else self._member(found, part, hops)
        return found

    def _member(self, owner: Place, name: str, hops: int) -> Place:
        if owner.thing.is_module:
            return self._of_module(owner.defined, name, hops)
        if owner.thing.is_class:
            return self._of_class(owner, name, hops)
        if owner.thing.is_attribute:
            return self._member(self._value(owner, hops), name, hops)
        raise ApiUnknownError(f"members of {owner.defined} are set at run time")

    def _of_module(self, module: str, name: str, hops: int) -> Place:
        parsed = self.module(module)
        below = f"{module}.{name}"
        for tree in parsed:
            member = tree.members.get(name)
            if member is not None and not (member.is_alias and member.wildcard):
                return self._followed(member, below, hops)
        if self.module(below):
            return Place(self.module(below)[0], below)
        for tree in parsed:
            for member in tree.members.values():
                if member.is_alias and member.wildcard:
                    try:
                        return self.place(f"{member.wildcard}.{name}", hops + 1)
                    except LookupError:
                        continue
        for tree in parsed:
            if name in tree.overloads:
                return Place(tree.overloads[name][0], below)
        if any(_may_make(tree, name) for tree in parsed):
            raise ApiUnknownError(f"{module} makes its members at run time (__getattr__)")
        raise ApiNotFoundError(f"{module} has no {name}")

    def _followed(self, member: Any, name: str, hops: int) -> Place:
        if not member.is_alias:
            # a submodule that a lazy loader stands for: `keras = LazyLoader("mlflow.keras", ...)`
            if member.is_attribute and self.module(name):
                return Place(self.module(name)[0], name)
            return Place(member, name)
        target = member.target_path
        if target == name:
            if self.module(name):
                return Place(self.module(name)[0], name)
            raise ApiNotFoundError(f"{name} is imported from itself")
        module, _, last = target.rpartition(".")
        try:
            # the module that an import names, also where its package has something else of that name
            if module and self.module(module) and hops < _MAX_HOPS:
                return self._of_module(module, last, hops + 1)
            return self.place(target, hops + 1)
        except ApiNotFoundError as error:
            if target.partition(".")[0] != name.partition(".")[0]:
                raise ApiUnknownError(f"{name} comes from another package ({target})") from error
            raise

    def _of_class(self, owner: Place, name: str, hops: int) -> Place:
        if hops > _MAX_HOPS:
            raise ApiUnknownError(f"the base classes of {owner.defined} lead in a circle")
        member = owner.thing.members.get(name)
        if member is not None:
            return self._followed(member, f"{owner.defined}.{name}", hops)
        if name in owner.thing.overloads:
            return Place(owner.thing.overloads[name][0], f"{owner.defined}.{name}")
        doubt = (
            "it makes its members at run time (__getattr__)" if "__getattr__" in owner.thing.members else ""
        )
        for base in owner.thing.bases:
            try:
                return self._of_class(self.base(base, hops), name, hops + 1)
            except ApiUnknownError as error:
                doubt = doubt or str(error)
            except ApiNotFoundError:
                continue
        if _is_set_by_a_method(owner.thing, name):
            raise ApiUnknownError(f"a method of {owner.defined} sets {name}")
        if doubt:
            raise ApiUnknownError(f"whether {owner.defined} has {name} cannot be told: {doubt}")
        raise ApiNotFoundError(f"{owner.defined} has no {name}")

    def base(self, base: Any, hops: int) -> Place:
        """The class that a base expression stands for.

        Raises:
            ApiNotFoundError: a class of Python itself.
            ApiUnknownError: it cannot be told.
        """
        path = dotted_path(base)
        if path in _BUILTIN_BASES:
            raise ApiNotFoundError(path)
        if not path:
            raise ApiUnknownError(f"its base {base} is an expression")
        found = self.place(path, hops + 1)
        if not found.thing.is_class:
            raise ApiUnknownError(f"its base {path} is no plain class")
        return found

    def _given(self, maker: Place, hops: int) -> Place:
        if maker.thing.is_class:
            return maker
        if not maker.thing.is_function or maker.thing.returns is None:
            raise ApiUnknownError(f"no annotation tells what {maker.defined} gives")
        return self._annotated(maker.thing.returns, maker, hops)

    def _value(self, attribute: Place, hops: int) -> Place:
        if attribute.thing.annotation is None:
            raise ApiUnknownError(f"no annotation tells what {attribute.defined} is")
        return self._annotated(attribute.thing.annotation, attribute, hops)

    def _annotated(self, annotation: Any, where: Place, hops: int) -> Place:
        for path in _paths_in(annotation, where.thing):
            if path.rpartition(".")[2] == "Self":
                return self.place(where.defined.rpartition(".")[0], hops + 1)
            try:
                found = self.place(path, hops + 1)
            except LookupError:
                continue
            if found.thing.is_class:
                return found
        raise ApiUnknownError(
            f"the annotation of {where.defined} ({annotation}) names no class of this package"
        )


def _within_with(code: str) -> str:
    """What stands in `with` blocks of the module itself (`with suppress(ImportError): ...`), as a module."""
    if "\nwith " not in code:
        return ""
    blocks = [node for node in ast.parse(code).body if isinstance(node, ast.With)]
    return "\n".join(ast.unparse(statement) for block in blocks for statement in block.body)


def _is_set_by_a_method(thing: Any, name: str) -> bool:
    """Whether a class's text assigns `self.name` somewhere."""
    path = Path(str(thing.filepath))
    if not path.is_file() or thing.lineno is None:
        return False
    lines = path.read_text("utf-8", errors="replace").splitlines()[thing.lineno - 1 : thing.endlineno]
    return re.search(rf"\bself\.{name}\s*(?::[^=\n]+)?=[^=]", "\n".join(lines)) is not None


def _may_make(module: Any, name: str) -> bool:
    """Whether a module may get a name at run time: by `__getattr__`, or by writing into its own namespace."""
    if not Path(str(module.filepath)).is_file():
        return False
    text = Path(str(module.filepath)).read_text("utf-8", errors="replace")
    if _WRITES_ITSELF.search(text):
        return True
    maker = module.members.get("__getattr__")
    if maker is None:
        return False
    body = "\n".join(text.splitlines()[maker.lineno : maker.endlineno])
    return "getattr(" in body or re.search(rf"[\"']{name}[\"']", text) is not None


def dotted_path(expression: Any) -> str:
    """The qualified name that a base class or annotation stands for; empty for anything but a name."""
    if isinstance(expression, str):
        return expression if re.fullmatch(r"[\w.]+", expression) else ""
    left = getattr(expression, "left", None)
    if left is not None and type(expression).__name__ == "ExprSubscript":
        return dotted_path(left)
    path = getattr(expression, "canonical_path", "")
    return path if re.fullmatch(r"[\w.]+", path) else ""


def _paths_in(annotation: Any, thing: Any) -> Iterator[str]:
    """Qualified names in an annotation, in order, also where it is quoted."""
    from griffe import NameResolutionError

    if isinstance(annotation, str):
        names = re.findall(r"[A-Za-z_][\w.]*", annotation)
    else:
        names = []
        for part in annotation.iterate(flat=True):
            if isinstance(part, str):
                names += re.findall(r"[A-Za-z_][\w.]*", part)
            elif type(part).__name__ == "ExprName":
                yield part.canonical_path
    for name in names:
        if name in ("None", "Optional", "Union"):
            continue
        first, dot, rest = name.partition(".")
        with suppress(NameResolutionError):
            yield thing.parent.resolve(first) + dot + rest
