"""names: what the map of a library says about the names that the library gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from weakref import WeakKeyDictionary


class Catalog(Protocol):
    """The names of one library, as far as its map knows them. Names are full dotted names.

    A call is written with a trailing `()`, an element (by subscript or iteration) with a trailing
    `[]`: `wandb.init()`, `wandb.Api.runs()[]`.
    """

    @property
    def root(self) -> str:
        """The import name: "wandb"."""

    @property
    def foreign(self) -> Mapping[str, str]:
        """Names in other packages that belong to the library, to the name that maps use for them."""

    @property
    def makers(self) -> Mapping[str, str]:
        """What makes an object of which type; the type "" says: plain data, not the library's."""

    @property
    def aliases(self) -> Mapping[str, str]:
        """Other names of an API, to the one that maps use; the longest prefix wins."""

    @property
    def methods(self) -> frozenset[str]:
        """Names of methods that make a call on an unknown receiver worth reporting."""

    @property
    def exports(self) -> frozenset[str]:
        """The top-level names that `from library import *` gives."""

    @property
    def keyword_values(self) -> Mapping[str, frozenset[str]]:
        """Keyword arguments of other libraries that name this one: report_to to {"wandb"}."""

    @property
    def environment_prefixes(self) -> tuple[str, ...]:
        """How the names of environment variables begin that the library reads: ("WANDB_",)."""

    @property
    def callbacks(self) -> Mapping[str, str]:
        """Calls that are handed a function, to the type of the object that it gets as first argument."""

    @property
    def separate_elements(self) -> bool:
        """Whether each subscript of `x["a"]["b"]` is a site of its own; else they are one, with a path."""

    @property
    def data_members(self) -> Mapping[str, frozenset[str]]:
        """Types whose members are plain data, each with those of its members that are not."""


@dataclass(frozen=True, eq=False)
class LibraryCatalog:
    """A catalog that is filled once; see `Catalog` for what the fields mean."""

    root: str
    foreign: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    makers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    methods: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()
    keyword_values: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    environment_prefixes: tuple[str, ...] = ()
    separate_elements: bool = False
    callbacks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    data_members: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


class Vocabulary:
    """A catalog made ready for questions: prefixes, canonical names, compiled searches."""

    def __init__(self, catalog: Catalog) -> None:
        self.root = catalog.root
        self.inside_root = catalog.root + "."
        self.foreign = dict(catalog.foreign)
        self.makers = dict(catalog.makers)
        self.separate_elements = catalog.separate_elements
        self.callbacks = dict(catalog.callbacks)
        self.data_members = dict(catalog.data_members)
        self.exports = catalog.exports
        self.methods = catalog.methods
        self.keyword_values = dict(catalog.keyword_values)
        self.foreign_packages = frozenset(
            ".".join(parts[:size])
            for parts in (name.split(".") for name in self.foreign)
            for size in range(1, len(parts))
        )
        self.foreign_tops = frozenset(name.split(".", 1)[0] for name in self.foreign)
        self._names = {name.rsplit(".", 1)[-1].encode() for name in (catalog.root, *self.foreign)}
        self._aliases = dict(catalog.aliases)
        self._canonical: dict[str, str] = {}
        self.method_search = _word_search(rb"\.\s*(", catalog.methods, rb")\s*\(")
        values = {value for values in catalog.keyword_values.values() for value in values}
        # A search that begins with plain letters is ten times as fast as any other.
        self.keyword_searches = [
            re.compile(re.escape(value.encode()) + rb"(?=[\"'])") for value in sorted(values)
        ]
        self.environment_searches = [
            re.compile(re.escape(prefix.encode()) + rb"\w*") for prefix in catalog.environment_prefixes
        ]

    @staticmethod
    def of(catalog: Catalog) -> Vocabulary:
        """The vocabulary of a catalog, built once."""
        known = _VOCABULARIES.get(catalog)
        if known is None:
            known = _VOCABULARIES[catalog] = Vocabulary(catalog)
        return known

    def canonical(self, name: str) -> str:
        """The name that maps use for a full dotted name."""
        known = self._canonical.get(name)
        if known is None:
            known = self._canonical[name] = self._replace_prefix(name)
        return known

    def _replace_prefix(self, name: str) -> str:
        for _ in range(4):
            parts = name.split(".")
            for size in range(len(parts), 0, -1):
                prefix = ".".join(parts[:size])
                better = self._aliases.get(prefix) or self.foreign.get(prefix)
                if better is not None and better != prefix:
                    name = ".".join([better, *parts[size:]])
                    break
            else:
                return name
        return name

    def owns(self, name: str) -> bool:
        """Whether a full dotted name belongs to the library."""
        return name == self.root or name.startswith(self.inside_root) or self._is_foreign(name)

    def is_named_in(self, data: bytes) -> bool:
        """Whether a text holds the name of the library or of something foreign that is its own."""
        return any(word in data for word in self._names)

    def _is_foreign(self, name: str) -> bool:
        while name.split(".", 1)[0] in self.foreign_tops:
            if name in self.foreign:
                return True
            name, dot, _ = name.rpartition(".")
            if not dot:
                return False
        return False


_VOCABULARIES: WeakKeyDictionary[Catalog, Vocabulary] = WeakKeyDictionary()


def _word_search(before: bytes, words: Iterable[str], after: bytes) -> re.Pattern[bytes] | None:
    """A search for any of the words; None when there are none, for nothing is to be found then."""
    listed = sorted(words, key=lambda word: (-len(word), word))
    if not listed:
        return None
    return re.compile(before + b"|".join(re.escape(word.encode()) for word in listed) + after)
