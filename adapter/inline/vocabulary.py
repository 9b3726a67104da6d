"""inline: what hyper-parameters are called, and how each kind is searched, from `rules/parameters.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import translate
from functools import cache
from importlib.resources import files

from adapter.graph.yamlfile import read_document

_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Kind(StrEnum):
    """How a hyper-parameter is searched; `rules/parameters.yaml` says what each means."""

    FIXED = "fixed"
    FLAG = "flag"
    HEADS = "heads"
    RATE = "rate"
    DECAY = "decay"
    FRACTION = "fraction"
    SHARE = "share"
    SIZE = "size"
    COUNT = "count"
    AMOUNT = "amount"
    WORD = "word"
    UNKNOWN = ""


@dataclass(frozen=True)
class Signature:
    """The first parameters of APIs, in order, by keyword, and what people call each."""

    search: re.Pattern[str]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """The names of hyper-parameters: exact ones, which win, and patterns in their order."""

    exact: Mapping[str, Kind]
    patterns: tuple[tuple[re.Pattern[str], Kind], ...]
    groups: frozenset[str]
    signatures: tuple[Signature, ...]

    def signature(self, api: str) -> Signature | None:
        """What the parameters of an API are called, where that is more than their keywords say."""
        return next((each for each in self.signatures if each.search.match(api)), None)

    def kind(self, name: str) -> Kind:
        """The kind of a hyper-parameter; UNKNOWN for a name that no kind has.

        `optim.lr` is `lr` in the group `optim`.
        """
        group, _, last = name.rpartition(".")
        plain = normal(last)
        found = self.exact.get(plain)
        if found is None:
            found = next((kind for search, kind in self.patterns if search.match(plain)), Kind.UNKNOWN)
        if group and normal(group.rpartition(".")[2]) in self.groups and "batch" not in plain:
            return Kind.FIXED
        return found

    def knows(self, name: str) -> bool:
        """Whether this is what a hyper-parameter is called."""
        return self.kind(name) is not Kind.UNKNOWN


def normal(name: str) -> str:
    """A name in lower case with "_" between its words: "Batch-Size" and "batchSize" give "batch_size"."""
    spaced = name if name.isupper() else _CAMEL.sub("_", name)
    return _SEPARATORS.sub("_", spaced).strip("_").lower()


@cache
def packaged_vocabulary() -> Vocabulary:
    """The names that ship with the package.

    Raises:
        MapError: the file does not hold together.
    """
    document = read_document("parameters.yaml", (files("rules") / "parameters.yaml").read_text("utf-8"))
    exact: dict[str, Kind] = {}
    patterns: list[tuple[re.Pattern[str], Kind]] = []
    for place, listed in enumerate(document.data["kinds"]):
        kinds = {str(kind) for kind in Kind}
        if listed.get("kind") not in kinds:
            raise document.error(("kinds", place), f"expected a kind out of {', '.join(sorted(kinds))}")
        for name in listed["names"]:
            if set("*?") & set(name):
                patterns.append((re.compile(translate(name)), Kind(listed["kind"])))
            else:
                exact.setdefault(name, Kind(listed["kind"]))
    for word in document.data["words"]:
        exact.setdefault(word, Kind.WORD)
    signatures = tuple(_signature(text) for text in document.data["signatures"])
    return Vocabulary(exact, tuple(patterns), frozenset(document.data["groups"]), signatures)


def _signature(text: str) -> Signature:
    pattern, _, listed = text.rstrip(")").partition("(")
    pairs = (name.strip().partition("=") for name in listed.split(","))
    return Signature(re.compile(translate(pattern)), {key: name or key for key, _, name in pairs})
