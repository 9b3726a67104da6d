"""names: what other modules can get from a file."""

from __future__ import annotations

import re

from adapter.names.evaluate import Evaluator
from adapter.names.values import CLASS, FUNCTION, UNKNOWN, Value, join
from adapter.source.text import Source

_SUFFIX = re.compile(r"\(\)|\[\]")
_DEFINED = re.compile(
    rb"^[ \t]*(?:class[ \t]+(\w+)|(?:async[ \t]+)?def[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]*)?=)", re.MULTILINE
)


class Exports:
    """The names of one file, as the other modules of a project see them."""

    def __init__(self, evaluator: Evaluator, source: Source) -> None:
        self._evaluator = evaluator
        self._words = evaluator.words
        self._source = source

    def at_path(self, parts: list[str]) -> Value:
        """The value of `name.member().other`, taken apart at the dots, as other modules see it."""
        value: Value | None = None
        for part in parts:
            name = part.rstrip("()[]")
            value = self._exported(name) if value is None else self._evaluator.attribute_of(value, name)
            for suffix in _SUFFIX.findall(part):
                value = self._evaluator.called(value) if suffix == "()" else self._evaluator.element(value)
        return value if value is not None else UNKNOWN

    def _exported(self, name: str) -> Value:
        bindings = self._words.of(name).bindings.get(0)
        if bindings:
            return join(self._evaluator.binding(binding) for binding in bindings)
        return self._evaluator.unbound(name)

    def defined(self, name: str, line: int) -> Value:
        """What the definition of a name or attribute on a line gives; UNKNOWN where there is none."""
        word = self._words.of(name)
        bound = [binding for bindings in word.bindings.values() for binding in bindings]
        bound += [binding for binding, _ in word.targets]
        start, end = self._line(line)
        here = [binding for binding in bound if start <= binding.target.start_byte < end]
        return join(self._evaluator.binding(binding) for binding in here) if here else UNKNOWN

    def _line(self, line: int) -> tuple[int, int]:
        starts = self._source.line_starts()
        start = starts[line - 1] if line <= len(starts) else len(self._source.data)
        return start, starts[line] if line < len(starts) else len(self._source.data) + 1

    def given_away(self) -> list[str]:
        """The module-level names through which the library can be reached: values, functions, classes."""
        found = []
        for name in self._module_names():
            value = self._exported(name)
            if value.name == FUNCTION:
                value = self._evaluator.called(value)
            if value.of_library or value.name == CLASS or self._carries(value):
                found.append(name)
        return found

    def _carries(self, value: Value) -> bool:
        elsewhere = self._evaluator.elsewhere
        return elsewhere is not None and elsewhere.carries(value.name)

    def _module_names(self) -> list[str]:
        """The names that the module binds where a star import could see them."""
        found = dict.fromkeys(binding.local for binding in self._words.imports if binding.at_module_level)
        for match in _DEFINED.finditer(self._source.data):
            found[(match[1] or match[2] or match[3]).decode("utf-8", "replace")] = None
        found.pop("*", None)
        return [name for name in found if self._words.of(name).bindings.get(0)]
