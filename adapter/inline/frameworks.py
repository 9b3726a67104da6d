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

_KEYS = frozenset({"framework", "distributions", "packages", "roles", "fits"})
_FIT_KEYS = frozenset({"call", "arguments", "data", "model", "result", "keeps"})


@dataclass(frozen=True, slots=True)
class Role:
    """What an API is in training: `kind` such as "optimiser", and the framework that it belongs to."""

    kind: str
    framework: str


@dataclass(frozen=True, slots=True)
class FitCall:
    """A call that trains.

    `call` is a pattern of full names, `arguments` the names of its positional arguments, `data` those
    of its inputs (features, then targets, or one data set). `model` says what is trained:
    `{receiver}`, `{result}` or an argument, with more behind it where that is needed
    (`{receiver}.model`). `result` is what the call gives: the model ("model") or anything else;
    with `keeps` false, what was trained is gone after the call.
    """

    call: str
    arguments: tuple[str, ...]
    data: tuple[str, ...]
    model: str
    result: str
    keeps: bool


@dataclass(frozen=True)
class Framework:
    """One training framework.

    `distributions` are its names in requirements.txt; `packages` maps the dotted names under which it
    is imported to the one that patterns use; `roles` maps a role to patterns of full names, in which `*`
    stands for anything and `()` follows a name whose result is meant: `keras.Sequential().fit`. `fits` are
    its calls that train.
    """

    name: str
    distributions: tuple[str, ...]
    packages: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]]
    fits: tuple[FitCall, ...] = ()


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

    @cached_property
    def _fits(self) -> list[tuple[re.Pattern[str], str, FitCall]]:
        return [
            (re.compile(translate(fit.call)), framework.name, fit)
            for framework in self.known
            for fit in framework.fits
        ]

    def fit(self, api: str) -> tuple[str, FitCall] | None:
        """The framework whose call of this full name trains, and what is known of the call.

        What only prepares data (the role "preparing") does not train.
        """
        maker = api.rpartition("().")[0].partition("()")[0]
        if maker and any(role.kind == "preparing" for role in self.roles(maker)):
            return None
        for search, name, fit in self._fits:
            # `*` stands for anything, but what a function gave is not the function
            if search.match(api) and ("()" in fit.call or "()" not in api):
                return name, fit
        return None

    def roles(self, api: str) -> frozenset[Role]:
        """The roles of a full name; empty for a name that no framework knows."""
        known = self._answers.get(api)
        if known is None:
            found = {role for search, role in self._searches if search.match(api)}
            fit = self.fit(api)
            if fit is not None:
                found.add(Role("fit", fit[0]))
            known = self._answers[api] = frozenset(found)
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
    if not isinstance(data, dict) or set(data) - _KEYS:
        raise document.error((), f"expected the keys {', '.join(sorted(_KEYS))}")
    roles = {kind: _patterns(document, kind, listed) for kind, listed in data.get("roles", {}).items()}
    fits = tuple(_fit_call(document, number, item) for number, item in enumerate(data.get("fits", ())))
    return Framework(
        str(data["framework"]), tuple(data.get("distributions", ())), dict(data["packages"]), roles, fits
    )


def _fit_call(document: Document, number: int, item: object) -> FitCall:
    if not isinstance(item, dict) or "call" not in item or set(item) - _FIT_KEYS:
        keys = ", ".join(sorted(_FIT_KEYS))
        raise document.error(("fits", number), f"expected the key call, and of the others only {keys}")
    return FitCall(
        call=str(item["call"]),
        arguments=tuple(item.get("arguments", ())),
        data=tuple(item.get("data", ())),
        model=str(item.get("model", "{receiver}")),
        result=str(item.get("result", "model")),
        keeps=bool(item.get("keeps", True)),
    )


def _patterns(document: Document, kind: str, listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise document.error(("roles", kind), "expected a list of names")
    return tuple(listed)


__all__ = ["FitCall", "Framework", "Frameworks", "MapError", "Role", "packaged_frameworks"]
