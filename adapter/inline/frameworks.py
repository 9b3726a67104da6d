"""inline: what training frameworks call things, read from `rules/frameworks/*.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

from adapter.graph.yamlfile import Document, MapError, read_document
from adapter.names.catalog import LibraryCatalog


@dataclass(frozen=True, slots=True)
class Role:
    """What an API is in training: `kind` such as "optimiser", and the framework that it belongs to."""

    kind: str
    framework: str


@dataclass(frozen=True)
class Framework:
    """One training framework.

    `distributions` are its names in requirements.txt; `packages` maps the dotted names under which it
    is imported to the one that patterns use; `roles` maps a role to patterns of full names, in which `*`
    stands for anything and `()` follows a name whose result is meant: `keras.Sequential().fit`.
    """

    name: str
    distributions: tuple[str, ...]
    packages: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Frameworks:
    """All known frameworks."""

    known: tuple[Framework, ...]
    _answers: dict[str, frozenset[Role]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def catalog(self) -> LibraryCatalog:
        """What `names` has to know to follow every framework's names through a file."""
        packages = {name: to for framework in self.known for name, to in framework.packages.items()}
        return LibraryCatalog(root="<frameworks>", foreign=MappingProxyType(packages))

    @cached_property
    def needles(self) -> tuple[bytes, ...]:
        """Byte strings of which a file that trains something holds at least one."""
        names = {name.partition(".")[0] for f in self.known for name in f.packages}
        return tuple(name.encode() for name in sorted(names))

    @cached_property
    def distributions(self) -> tuple[str, ...]:
        """The names of all frameworks in dependency manifests."""
        return tuple(name for framework in self.known for name in framework.distributions)

    @cached_property
    def _searches(self) -> list[tuple[re.Pattern[str], Role]]:
        return [
            (re.compile(translate(pattern)), Role(kind, framework.name))
            for framework in self.known
            for kind, patterns in framework.roles.items()
            for pattern in patterns
        ]

    def roles(self, api: str) -> frozenset[Role]:
        """The roles of a full name; empty for a name that no framework knows."""
        known = self._answers.get(api)
        if known is None:
            known = frozenset(role for search, role in self._searches if search.match(api))
            self._answers[api] = known
        return known

    def framework_of(self, api: str) -> str:
        """The framework that a full name belongs to, or ""."""
        root = api.partition(".")[0].removesuffix("()")
        for framework in self.known:
            if root in {to.partition(".")[0] for to in framework.packages.values()}:
                return framework.name
        return ""


@cache
def packaged_frameworks() -> Frameworks:
    """The frameworks that ship with the package.

    Raises:
        MapError: a file does not hold together.
    """
    folder = files("rules") / "frameworks"
    texts = sorted((item.name, item.read_text("utf-8")) for item in folder.iterdir() if item.name[0] != ".")
    return Frameworks(
        tuple(_framework(read_document(name, text)) for name, text in texts if name.endswith(".yaml"))
    )


def _framework(document: Document) -> Framework:
    data = document.data
    if not isinstance(data, dict) or set(data) - {"framework", "distributions", "packages", "roles"}:
        raise document.error((), "expected the keys framework, distributions, packages and roles")
    roles = {kind: _patterns(document, kind, listed) for kind, listed in data.get("roles", {}).items()}
    return Framework(
        str(data["framework"]), tuple(data.get("distributions", ())), dict(data["packages"]), roles
    )


def _patterns(document: Document, kind: str, listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise document.error(("roles", kind), "expected a list of names")
    return tuple(listed)


__all__ = ["Framework", "Frameworks", "MapError", "Role", "packaged_frameworks"]
