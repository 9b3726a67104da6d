"""Stored models: which call of a file stores the model that another place loads, told by its name."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from tree_sitter import Node

from adapter.graph.model import Library
from adapter.names.uses import Names, Use
from adapter.plan import SiteKind
from adapter.translate.arguments import Arg, BindError, bind
from adapter.translate.convert import convert
from adapter.translate.render import RenderError


class StoredModels:
    """The models that the calls of one file store, by name."""

    def __init__(self, names: Names, library: Library) -> None:
        self._names, self._library = names, library
        self._storing: dict[str, list[Use]] | None = None

    def storing(self, address: Node) -> list[Use]:
        """The calls that store a model of the name in an address."""
        try:
            text = convert("model_name", Arg((address.text or b"").decode(), address), self._names)
        except RenderError:
            return []
        name = text[1:-1].partition(":")[0] if text[:1] in "\"'" else ""
        if self._storing is None:
            self._storing = self._find()
        return self._storing.get(name, [])

    def storing_objects_of(self, owner: Node) -> list[Use]:
        """The calls that store objects of a class of the file."""
        found = []
        for use in self._names.uses():
            arguments = use.call.child_by_field_name("arguments") if use.call is not None else None
            if arguments is None or not self._named_by(use):
                continue
            values = [each.child_by_field_name("value") or each for each in arguments.named_children]
            if any(self._names.class_of(value) == owner for value in values):
                found.append(use)
        return found

    def _find(self) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        for use in self._names.uses():
            named_by = self._named_by(use)
            for name in {name for argument in named_by for name in self._given(use, argument)}:
                found.setdefault(name, []).append(use)
        return found

    def _named_by(self, use: Use) -> Iterable[str]:
        if use.kind is not SiteKind.CALL or use.call is None:
            return ()
        return next(
            (arguments for api, arguments in self._library.stores.items() if fnmatchcase(use.api, api)), ()
        )

    def _given(self, use: Use, argument: str) -> Iterable[str]:
        """The text that a call gives to an argument, by each entry that knows it."""
        for entry in self._library.entries_for(SiteKind.CALL, use.api, use.owner):
            if entry.pattern is None or entry.pattern.signature is None or use.call is None:
                continue
            try:
                node = bind(entry.pattern.signature, use.call).nodes.get(argument)
            except BindError:
                continue
            if node is not None and node.type == "string":
                yield (node.text or b"").decode().strip("\"'")
