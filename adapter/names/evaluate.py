"""names: what an expression stands for, worked out backwards from where it is used."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence

from tree_sitter import Node

from adapter.names import classes, definitions
from adapter.names.annotations import annotated
from adapter.names.bindings import Binding, Form
from adapter.names.catalog import Vocabulary
from adapter.names.elsewhere import Elsewhere
from adapter.names.expressions import EXPRESSIONS
from adapter.names.flow import reaching
from adapter.names.parameters import parameter
from adapter.names.scopes import Scope, ScopeKind
from adapter.names.values import (
    CLASS,
    COLLECTION,
    FUNCTION,
    NOTHING,
    OBJECT,
    OTHER,
    UNKNOWN,
    Value,
    ValueKind,
    join,
)
from adapter.names.words import Words

_BUILTINS = frozenset(dir(builtins))
_LIMIT = 1000
"""Steps after which one question is given up: the answer is then UNKNOWN."""
_DEEPEST = 80


class Evaluator:
    """Answers for one file; every answer is kept."""

    def __init__(self, words: Words, vocabulary: Vocabulary, elsewhere: Elsewhere | None = None) -> None:
        self.words = words
        self.scopes = words.scopes
        self.vocabulary = vocabulary
        self.elsewhere = elsewhere
        self.local: dict[int, Node] = {}
        self.receivers: dict[tuple[int, str], Value | None] = {}
        self.rebinds_self: bool | None = None
        self._homes: dict[int, Node] = {}
        self._known: dict[object, Value] = {}
        self._open: set[object] = set()
        self._cuts = 0
        self._steps = 0

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.words.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def value(self, node: Node) -> Value:
        """What the expression stands for."""
        key = node.id
        known = self._known.get(key)
        if known is not None:
            return known
        handler = EXPRESSIONS.get(node.type)
        return OTHER if handler is None else self.guarded(key, lambda: handler(self, node))

    def guarded(self, key: object, work: Callable[[], Value]) -> Value:
        """The result of the work, done once; NOTHING when it is asked for in terms of itself."""
        known = self._known.get(key)
        if known is not None:
            return known
        cut = self._cut(key)
        if cut is not None:
            return cut
        before = self._cuts
        self._open.add(key)
        try:
            result = work()
        finally:
            self._open.discard(key)
        # What was cut short holds only for the question that was being asked.
        if self._cuts == before or not self._open:
            self._known[key] = result
        return result

    def _cut(self, key: object) -> Value | None:
        """The answer where the search must not go on: round in a circle, too long or too deep."""
        if key in self._open:
            self._cuts += 1
            return NOTHING
        if not self._open:
            self._steps = 0
        self._steps += 1
        if self._steps > _LIMIT or len(self._open) > _DEEPEST:
            self._cuts += 1
            return UNKNOWN
        return None

    # Names.

    def identifier(self, node: Node) -> Value:
        """What a name stands for at its place."""
        name = self.text(node)
        if name == "self" or name == "cls":
            found = definitions.self_value(self, node, name)
            if found is not None:
                return found
        scope, bindings = self.words.resolve(name, node.start_byte)
        if scope is None:
            return self.unbound(name)
        return self.bound(name, node, scope, bindings)

    def bound(self, name: str, read: Node, scope: Scope, bindings: Sequence[Binding]) -> Value:
        """What a name stands for that is bound in that scope."""
        if len(bindings) == 1:
            only = bindings[0]
            return self.binding(only) if only.form is not Form.DELETE else OTHER
        if self.scopes.at(read.start_byte).index == scope.index:
            seen = reaching(bindings, read, scope, self._homes)
            if seen:
                return join(OTHER if each.form is Form.DELETE else self.binding(each) for each in seen)
        agreed = join(self.binding(each) for each in bindings if each.form is not Form.DELETE)
        if scope.kind is ScopeKind.MODULE or agreed is not NOTHING:
            return agreed
        return UNKNOWN

    def unbound(self, name: str) -> Value:
        """What a name stands for that no statement of the file binds by name."""
        if name in self.vocabulary.exports and any(
            star.target == f"{self.vocabulary.root}.*" for star in self.words.stars
        ):
            return self.named(f"{self.vocabulary.root}.{name}")
        if self.elsewhere is not None:
            for star in self.words.stars:
                found = self.elsewhere.imported(star.target[:-1] + name)
                if found is not None and found.of_library:
                    return found
        # In a broken file the import may be what is broken.
        if name == self.vocabulary.root and self.words.root.has_error:
            return self.named(name)
        return OTHER if name in _BUILTINS else UNKNOWN

    def binding(self, binding: Binding) -> Value:
        """What one binding gives to its name."""
        form, source = binding.form, binding.source
        if form is Form.IMPORT:
            return self.imported(binding.imported)
        if form is Form.PARAMETER:
            key = ("parameter", binding.target.id)
            return self.guarded(key, lambda: parameter(self, binding))
        if form is Form.FUNCTION or form is Form.CLASS:
            return UNKNOWN if source is None else self.definition(source, form)
        if form is Form.ANNOTATED:
            return NOTHING if binding.annotation is None else self._annotated(binding.annotation)
        if form is Form.ASSIGN and binding.annotation is not None and not binding.path:
            annotated = self._annotated(binding.annotation)
            if annotated.of_library:
                return annotated
        if source is None or form is Form.AUGMENTED or form is Form.MATCH:
            return OTHER if form is Form.DELETE or form is Form.TYPE else UNKNOWN
        if form is Form.EXCEPT:
            return OTHER
        if form is Form.WITH:
            return self._part(self.entered(self.value(source)), binding.path)
        if form is Form.FOR:
            return self._part(self.element(self.value(source)), binding.path)
        return self.value(source) if not binding.path else self.unpacked(source, binding.path)

    def definition(self, node: Node, form: Form) -> Value:
        """The value of a function or class of this file."""
        self.local[node.start_byte] = node
        return Value(ValueKind.OTHER, CLASS if form is Form.CLASS else FUNCTION, "", node.start_byte)

    def _annotated(self, annotation: Node) -> Value:
        found = annotated(self, annotation)
        return found if found.of_library else NOTHING

    def unpacked(self, source: Node, path: tuple[int, ...]) -> Value:
        """The part of a value that unpacking gives to one target."""
        while path and source.type in ("expression_list", "tuple", "list"):
            step, items = path[0], source.named_children
            if step < 0 or step >= len(items) or any(item.type == "list_splat" for item in items):
                return UNKNOWN
            source, path = items[step], path[1:]
        if path and source.type == "call":
            function = source.child_by_field_name("function")
            callee = self.value(function) if function is not None else UNKNOWN
            if callee.name == FUNCTION:
                return definitions.returned(self, self.local[callee.definition], path)
        return self._part(self.value(source), path)

    def _part(self, value: Value, path: tuple[int, ...]) -> Value:
        for _ in path:
            value = self.element(value)
        return value

    def imported(self, path: str) -> Value:
        """What an imported dotted path stands for."""
        if self.vocabulary.owns(path):
            return self.named(self.vocabulary.canonical(path))
        return self._outside(path)

    def _outside(self, path: str) -> Value:
        """A path in another package: the library's all the same where a map or the project says so."""
        if path in self.vocabulary.foreign_packages:
            return Value(ValueKind.OTHER, path)
        if self.elsewhere is not None:
            found = self.elsewhere.imported(path)
            if found is not None:
                return found
        return Value(ValueKind.UNKNOWN if path.startswith(".") else ValueKind.OTHER, path)

    # Steps from one value to the next; also taken forwards, by the search for sites.

    def named(self, api: str, owner: str = "") -> Value:
        """The value of an API: an object where a map says that it is one."""
        made = self.vocabulary.makers.get(api)
        if made is None:
            return Value(ValueKind.API, api, owner)
        return Value(ValueKind.INSTANCE, made) if made else OTHER

    def member(self, value: Value, name: str) -> str:
        """The canonical name of a member of a library value."""
        return self.vocabulary.canonical(f"{value.name}.{name}")

    def attribute_of(self, value: Value, name: str) -> Value:
        """What `value.name` stands for."""
        if value.kind is ValueKind.INSTANCE:
            others = self.vocabulary.data_members.get(value.name)
            if others is not None and name not in others:
                return OTHER
            return self.named(self.member(value, name), value.name)
        if value.kind is ValueKind.API:
            return self.named(self.member(value, name), value.owner)
        if value is NOTHING:
            return NOTHING
        if value.definition >= 0:
            if value.name == FUNCTION:
                return UNKNOWN
            return classes.class_attribute(self, self.local[value.definition], name)
        if is_path(value.name):
            return self.imported(f"{value.name}.{name}")
        return OTHER if value.kind is ValueKind.OTHER and value.name != COLLECTION else UNKNOWN

    def called(self, value: Value) -> Value:
        """What a call of the value gives."""
        if value.of_library:
            made = self.vocabulary.makers.get(f"{value.name}()")
            if made is None:
                return Value(ValueKind.INSTANCE, f"{value.name}()")
            return Value(ValueKind.INSTANCE, made) if made else OTHER
        if value is NOTHING:
            return NOTHING
        if value.definition >= 0:
            if value.name == FUNCTION:
                return definitions.returned(self, self.local[value.definition], ())
            if value.name == CLASS:
                return Value(ValueKind.OTHER, OBJECT, "", value.definition)
            return UNKNOWN
        if is_path(value.name):
            return self._outside(f"{value.name}()")
        return OTHER if value.kind is ValueKind.OTHER else UNKNOWN

    def element(self, value: Value) -> Value:
        """What a loop over the value, or a subscript of it, gives."""
        if value.of_library:
            made = self.vocabulary.makers.get(f"{value.name}[]")
            return Value(ValueKind.INSTANCE, made) if made else UNKNOWN
        if value is NOTHING:
            return NOTHING
        return OTHER if value.kind is ValueKind.OTHER and is_path(value.name) else UNKNOWN

    def entered(self, value: Value) -> Value:
        """What `with value as name` gives to the name."""
        if value.kind is ValueKind.INSTANCE:
            made = self.vocabulary.makers.get(f"{value.name}.__enter__()")
            return Value(ValueKind.INSTANCE, made) if made else value
        if value.name == OBJECT:
            enter = classes.class_attribute(self, self.local[value.definition], "__enter__")
            return self.called(enter)
        return UNKNOWN if value.of_library else value

    def is_data(self, value: Value, base: Node) -> bool:
        """Whether a variable holds what a member of a library object gave: a number, a text, a table."""
        if value.kind is not ValueKind.API or not value.owner:
            return False
        if base.type != "attribute":
            return base.type == "identifier"
        holder = base.child_by_field_name("object")
        return holder is not None and not self.value(holder).of_library


def is_path(name: str) -> bool:
    """Whether the name of a value is the dotted path of an import."""
    return bool(name) and name[0] != "<"
