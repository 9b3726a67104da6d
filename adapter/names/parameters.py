"""names: what a parameter stands for, from its annotation, its default and the calls in the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names import classes, definitions
from adapter.names.annotations import annotated
from adapter.names.bindings import Binding, is_field
from adapter.names.callbacks import handed_over, handed_to_calls
from adapter.names.scopes import ScopeKind
from adapter.names.values import CLASS, NOTHING, OBJECT, OPTIONAL, OTHER, UNKNOWN, Value, ValueKind, join

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator

_SPLATS = frozenset(("list_splat_pattern", "dictionary_splat_pattern"))
_SEPARATORS = frozenset(("keyword_separator", "positional_separator", "comment"))
_ARGUMENT_SPLATS = frozenset(("list_splat", "dictionary_splat"))


def parameter(evaluator: Evaluator, binding: Binding) -> Value:
    """What the parameter that a binding makes stands for inside the function."""
    whole, target = binding.source, binding.target
    if whole is None or whole.parent is None or whole.parent.parent is None:
        return UNKNOWN
    if target.parent is not None and target.parent.type in _SPLATS:
        return OTHER
    function = whole.parent.parent
    default = whole.child_by_field_name("value")
    if function.type == "lambda":
        handed = handed_over(evaluator, function) if _is_first(function, whole) else None
        return handed or (evaluator.value(default) if default is not None else UNKNOWN)
    name = evaluator.text(target)
    itself = definitions.receiver(evaluator, function, name)
    if itself is not None:
        return itself
    if binding.annotation is not None:
        said = annotated(evaluator, binding.annotation)
        if said.of_library or (said.kind is ValueKind.OTHER and said != NOTHING):
            return said
    index = _index(evaluator, function, whole)
    if index == 0 and (handed := handed_to_calls(evaluator, function)) is not None:
        return handed
    if not definitions.is_transparent(function, evaluator):
        return UNKNOWN
    found = _from_calls(evaluator, function, name, index, default)
    is_future_method = name == "self" and index == 0 and definitions.class_of(function, evaluator) is None
    # `def step(self): ...` outside of a class is put into one later, and no class here is the library's
    return OTHER if is_future_method and found == UNKNOWN else found


def _is_first(function: Node, whole: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    return parameters is not None and parameters.named_children[:1] == [whole]


def _index(evaluator: Evaluator, function: Node, whole: Node) -> int:
    """The place of a parameter among the positional arguments of a call; -1 when only by keyword."""
    parameters = function.child_by_field_name("parameters")
    listed = parameters.named_children if parameters is not None else []
    index = 0
    for node in listed:
        if node.id == whole.id:
            break
        if node.type in ("keyword_separator", "list_splat_pattern"):
            return -1
        if node.type not in _SEPARATORS:
            index += 1
    return index - 1 if definitions.is_bound_method(function, evaluator) else index


def _from_calls(evaluator: Evaluator, function: Node, name: str, index: int, default: Node | None) -> Value:
    calls = calls_of(evaluator, function)
    fallback = evaluator.value(default) if default is not None else None
    if calls is None:
        return UNKNOWN
    values = []
    for call in calls:
        given = argument(call, name, index, evaluator)
        if given is not None:
            values.append(evaluator.value(given) if given.id != call.id else UNKNOWN)
        elif fallback is not None:
            values.append(fallback)
    passed = _passed_elsewhere(evaluator, function, name, index)
    values += [each or fallback or UNKNOWN for each in passed if each is not None or fallback is not None]
    found = join(values) if values else (fallback or UNKNOWN)
    return OPTIONAL if found == NOTHING else found


def _passed_elsewhere(evaluator: Evaluator, function: Node, name: str, index: int) -> Iterable[Value | None]:
    """What other modules of the project give for the parameter."""
    owner, named = definitions.class_of(function, evaluator), function.child_by_field_name("name")
    if evaluator.elsewhere is None or named is None:
        return ()
    called = evaluator.text(named)
    if owner is not None:
        class_name = owner.child_by_field_name("name")
        if called != "__init__" or class_name is None:
            return ()
        called, function = evaluator.text(class_name), owner
    if evaluator.scopes.at(function.start_byte).kind is not ScopeKind.MODULE:
        return ()
    return evaluator.elsewhere.arguments(called, name, index)


def argument(call: Node, name: str, index: int, evaluator: Evaluator) -> Node | None:
    """The expression that a call gives for a parameter; the call itself when a star hides it."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return None
    place, starred = 0, False
    for node in arguments.named_children:
        if node.type == "keyword_argument":
            keyword = node.child_by_field_name("name")
            if keyword is not None and evaluator.text(keyword) == name:
                return node.child_by_field_name("value")
        elif node.type in _ARGUMENT_SPLATS:
            starred = True
        elif node.type != "comment":
            if place == index and not starred:
                return node
            place += 1
    return call if starred else None


def calls_of(evaluator: Evaluator, function: Node) -> list[Node] | None:
    """The calls of a function or method in the file; None when it is also used in other ways."""
    named = function.child_by_field_name("name")
    if named is None:
        return None
    name = evaluator.text(named)
    owner = definitions.class_of(function, evaluator)
    if owner is None:
        return _calls_by_name(evaluator, function, name)
    if name in ("__init__", "__new__"):
        return _constructions(evaluator, owner)
    return _method_calls(evaluator, owner, name, definitions.is_bound_method(function, evaluator))


def _calls_by_name(evaluator: Evaluator, definition: Node, name: str) -> list[Node] | None:
    """The calls of a function or class that is named where it is called."""
    home = evaluator.scopes.at(definition.start_byte)
    calls = []
    for read in evaluator.words.of(name).reads:
        scope, _ = evaluator.words.resolve(name, read.start_byte)
        if scope is None or scope.index != home.index:
            continue
        parent = read.parent
        if parent is not None and parent.type == "call" and is_field(parent, "function", read):
            calls.append(parent)
        elif not _is_mention(read, evaluator):
            return None
    return calls


def _is_mention(read: Node, evaluator: Evaluator) -> bool:
    """Whether a name stands where it cannot be called from: annotations, isinstance, super."""
    parent = read.parent
    if parent is None:
        return False
    if parent.type in ("type", "binary_operator", "attribute", "union_type", "type_parameter"):
        return True
    if parent.type == "argument_list" and parent.parent is not None:
        function = parent.parent.child_by_field_name("function")
        return function is not None and evaluator.text(function) in ("isinstance", "issubclass", "super")
    return False


def _constructions(evaluator: Evaluator, owner: Node) -> list[Node] | None:
    """The calls that run the `__init__` of a class: of the class, of classes derived from it, by super."""
    named = owner.child_by_field_name("name")
    if named is None:
        return None
    home = evaluator.scopes.at(owner.start_byte)
    name, calls = evaluator.text(named), []
    for read in evaluator.words.of(name).reads:
        scope, _ = evaluator.words.resolve(name, read.start_byte)
        if scope is None or scope.index != home.index:
            continue
        parent = read.parent
        holder = parent.parent if parent is not None else None
        if parent is not None and parent.type == "call" and is_field(parent, "function", read):
            calls.append(parent)
        elif parent is not None and holder is not None and _is_base(parent, holder):
            through = _derived(evaluator, holder)
            if through is None:
                return None
            calls += through
        elif not _is_mention(read, evaluator):
            return None
    return calls


def _is_base(arguments: Node, holder: Node) -> bool:
    return holder.type == "class_definition" and is_field(holder, "superclasses", arguments)


def _derived(evaluator: Evaluator, derived: Node) -> list[Node] | None:
    """The calls through which a derived class runs the `__init__` of its base."""
    scope = evaluator.scopes.of(derived)
    inits = evaluator.words.of("__init__")
    if scope is None or scope.index not in inits.bindings:
        return _constructions(evaluator, derived)
    calls = []
    for attribute in inits.attributes:
        parent, base = attribute.parent, attribute.child_by_field_name("object")
        inside = evaluator.scopes.outer(evaluator.scopes.at(attribute.start_byte))
        if inside is None or inside.index != scope.index or parent is None or parent.type != "call":
            continue
        if base is not None and evaluator.text(base).startswith("super("):
            calls.append(parent)
    return calls


def _method_calls(evaluator: Evaluator, owner: Node, name: str, bound: bool) -> list[Node] | None:
    """The calls of a method, on objects of the class and on objects that nothing is known of."""
    calls = []
    for attribute in evaluator.words.of(name).attributes:
        base, parent = attribute.child_by_field_name("object"), attribute.parent
        if base is None or parent is None:
            continue
        value = evaluator.value(base)
        related = classes.is_related(evaluator, value, owner)
        if not related and value.kind is not ValueKind.UNKNOWN:
            continue
        if parent.type == "call" and is_field(parent, "function", attribute):
            if value.name != CLASS or not bound:
                calls.append(parent)
        elif related and value.name == OBJECT:
            return None
    return calls


def method(evaluator: Evaluator, owner: Node, name: str) -> Node | None:
    """The method of that name of a class or its bases in the file."""
    for node in classes.lineage(evaluator, owner):
        scope = evaluator.scopes.of(node)
        if scope is None or scope.kind is not ScopeKind.CLASS:
            continue
        for binding in evaluator.words.of(name).bindings.get(scope.index, []):
            if binding.source is not None and binding.source.type == "function_definition":
                return binding.source
    return None
