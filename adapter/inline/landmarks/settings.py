"""inline: hyper-parameters in configuration classes, dicts and constants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from adapter.inline.landmarks.literals import (
    NotLiteralError,
    Place,
    called_text,
    keywords_of,
    literal,
    literal_or_none,
    places_of,
    word_of,
)
from adapter.inline.landmarks.model import Literal, Parameter, ParameterSet, Source
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.script import Script
from adapter.inline.vocabulary import packaged_vocabulary
from adapter.translate.context import statements_in

_CONFIG_NAME = re.compile(
    r"(config|configs|params|parameters|args|arguments|hparams|options|opts?|settings|cfg)\d*$", re.IGNORECASE
)
_FIELD_MAKERS = (
    "dataclass",
    "dataclasses.dataclass",
    "attr.s",
    "attr.attrs",
    "attrs.define",
    "define",
    "attr.define",
)
_FIELD_BASES = frozenset({"NamedTuple", "BaseModel", "BaseSettings", "TypedDict", "PretrainedConfig"})
_MAPPINGS = {
    "NamedTuple": "{}._asdict()",
    "BaseModel": "{}.model_dump()",
    "BaseSettings": "{}.model_dump()",
    "TypedDict": "{}",
}
_OBJECTS = frozenset(
    {"SimpleNamespace", "Namespace", "EasyDict", "edict", "AttrDict", "Box", "Munch", "ConfigDict"}
)
_PARSERS = re.compile(r"(cli|parse\w*|HfArgumentParser|SimpleParsing)$")
_UPPER = re.compile(r"^_?[A-Z][A-Z0-9_]*$")
_PATH = re.compile(r"[/\\\s]|\.\w{1,5}$|^https?:")


@dataclass(frozen=True, slots=True)
class Config:
    """A class whose fields are settings.

    `mapping` is how all fields of an object are read at once, with `{}` for the object, "" where nothing
    does that.
    """

    definition: Node
    name: str
    fields: tuple[Parameter, ...]
    is_dataclass: bool
    mapping: str = "vars({})"


def config_classes(script: Script) -> list[Config]:
    """The classes of a file that hold settings."""
    found = []
    for node in script.walk(script.root):
        if node.type == "class_definition":
            config = _config(script, node)
            if config is not None:
                found.append(config)
    return found


def _config(script: Script, node: Node) -> Config | None:
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name is None or body is None or script.function_of(node) is not None:
        return None
    text = script.text(name)
    is_dataclass = _has_fields(script, node)
    if not is_dataclass and not _CONFIG_NAME.search(text):
        return None
    fields = list(_fields(script, body))
    if not is_dataclass:
        fields += _set_in_init(script, body)
    known = packaged_vocabulary()
    if not fields or not any(known.knows(field.name) for field in fields):
        return None
    return Config(node, text, tuple(fields), is_dataclass, _mapping_of(script, node))


def _mapping_of(script: Script, node: Node) -> str:
    """How the fields of an object of a class are read at once: not all objects have a `__dict__`."""
    bases = node.child_by_field_name("superclasses")
    text = script.text(bases) if bases is not None else ""
    for base, mapping in _MAPPINGS.items():
        if re.search(rf"\b{base}\b", text):
            return mapping
    around = node.parent
    decorators = around.named_children if around is not None and around.type == "decorated_definition" else []
    slotted = any(
        re.search(r"slots\s*=\s*True|\bdefine\b", script.text(each))
        for each in decorators
        if each.type == "decorator"
    )
    return "" if slotted else "vars({})"


def _has_fields(script: Script, node: Node) -> bool:
    around = node.parent
    decorators = around.named_children if around is not None and around.type == "decorated_definition" else []
    for decorator in decorators:
        if decorator.type == "decorator":
            text = script.text(decorator).lstrip("@").partition("(")[0].strip()
            if text in _FIELD_MAKERS:
                return True
    bases = node.child_by_field_name("superclasses")
    names = (
        [script.text(base).rpartition(".")[2] for base in bases.named_children] if bases is not None else []
    )
    return bool(_FIELD_BASES & set(names))


def _fields(script: Script, body: Node) -> Iterator[Parameter]:
    for statement in statements_in(body):
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "assignment":
            continue
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if left is None or right is None or left.type != "identifier":
            continue
        default = _field_default(right)
        annotation = inner.child_by_field_name("type")
        yield _setting(script, inner, script.text(left), Source.DATACLASS, default, annotation)


def _field_default(right: Node) -> Node:
    """`field(default=0.1)`, `Field(0.1)` give the default inside."""
    if right.type == "call" and called_text(right).rpartition(".")[2] in ("field", "Field", "ib", "attrib"):
        for name, _, value in keywords_of(right):
            if name == "default":
                return value
        arguments = right.child_by_field_name("arguments")
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else right
        return first if first.type != "keyword_argument" else right
    return right


def _set_in_init(script: Script, body: Node) -> Iterator[Parameter]:
    """`self.lr = 0.1` in the constructor."""
    for function in statements_in(body):
        name = function.child_by_field_name("name")
        inside = function.child_by_field_name("body")
        if function.type != "function_definition" or inside is None or name is None:
            continue
        if script.text(name) != "__init__":
            continue
        for statement in statements_in(inside):
            inner = statement.named_children[0] if statement.type == "expression_statement" else None
            left = inner.child_by_field_name("left") if inner is not None else None
            right = inner.child_by_field_name("right") if inner is not None else None
            if inner is not None and left is not None and right is not None and left.type == "attribute":
                member = left.child_by_field_name("attribute")
                if script.text(left).startswith("self.") and member is not None and _shows(right):
                    yield _setting(script, inner, script.text(member), Source.DATACLASS, right, None)


def _shows(node: Node) -> bool:
    try:
        literal(node)
    except NotLiteralError:
        return False
    return True


def _setting(
    script: Script,
    node: Node,
    name: str,
    source: Source,
    default: Node,
    annotation: Node | None,
    read: str = "",
) -> Parameter:
    value = literal_or_none(default)
    text = script.text(annotation) if annotation is not None else ""
    kind = text if text in ("int", "float", "str", "bool") else word_of(value)
    if kind == "float" and type(value) is int:
        value = float(value)
    return Parameter(node, name, source, read, default, kind, (), value)


def instances_of(script: Script, config: Config) -> Iterator[ParameterSet]:
    """Each object of a configuration class, or the class itself where code reads its fields."""
    made = False
    for call in script.calls:
        for place, overrides in _makes(script, call, config):
            made = True
            yield config_set(config, place, overrides)
    if not made and not config.is_dataclass:
        text = "{" + ", ".join(f'"{f.name}": {config.name}.{f.name}' for f in config.fields) + "}"
        reads = tuple(replace(field, read=f"{config.name}.{field.name}") for field in config.fields)
        ready = script.statement(config.definition)
        yield ParameterSet(config.definition, Source.DATACLASS, text, ready, reads, config.name)


def _makes(script: Script, call: Node, config: Config) -> Iterator[tuple[Place, dict[str, Node]]]:
    function = call.child_by_field_name("function")
    if function is None:
        return
    if called_text(call) == config.name:
        overrides = {name: value for name, _, value in keywords_of(call)}
        for place in places_of(script, call):
            yield place, overrides
        return
    arguments = call.child_by_field_name("arguments")
    given = [script.text(child) for child in arguments.named_children] if arguments is not None else []
    if _PARSERS.search(called_text(call)) and given[:1] == [config.name]:
        for place in places_of(script, call):
            yield place, {}


def config_set(config: Config, place: Place, overrides: dict[str, Node]) -> ParameterSet:
    """The fields of one object of a configuration class."""
    fields = []
    for field in config.fields:
        given = overrides.get(field.name)
        value: Literal = field.value if given is None else literal_or_none(given)
        fields.append(
            replace(field, read=f"{place.holder}.{field.name}", default=given or field.default, value=value)
        )
    listed = ", ".join(f'"{each.name}": {each.read}' for each in fields)
    mapping = config.mapping.format(place.holder) if config.mapping else f"{{{listed}}}"
    return ParameterSet(
        config.definition,
        Source.DATACLASS,
        mapping,
        place.ready,
        tuple(fields),
        place.holder,
        place.scope,
        made=place.made,
    )


def dict_sets(script: Script) -> Iterator[ParameterSet]:
    """Dicts, and objects made like dicts, whose keys are what hyper-parameters are called."""
    known = packaged_vocabulary()
    for node in script.walk(script.root):
        if node.type != "assignment":
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type not in ("identifier", "attribute"):
            continue
        entries = list(_entries(script, right, "", script.text(left)))
        if not any(known.knows(entry.name) and entry.value is not None for entry in entries):
            continue
        attributes = right.type == "call" and called_text(right).rpartition(".")[2] in _OBJECTS
        holder, scope = script.text(left), script.function_of(node)
        mapping = f"vars({holder})" if attributes and "Namespace" in called_text(right) else holder
        yield ParameterSet(right, Source.DICT, mapping, script.statement(node), tuple(entries), holder, scope)


def _entries(script: Script, node: Node, group: str, read: str) -> Iterator[Parameter]:
    """The entries of a dict display or `dict(...)` call, with those of dicts inside."""
    if node.type == "dictionary":
        for pair in node.named_children:
            key = literal_or_none(pair.child_by_field_name("key")) if pair.type == "pair" else None
            value = pair.child_by_field_name("value") if pair.type == "pair" else None
            if isinstance(key, str) and value is not None:
                key_node = pair.child_by_field_name("key")
                quoted = script.text(key_node) if key_node is not None else repr(key)
                yield from _entry(script, pair, value, group, key, f"{read}[{quoted}]")
    elif node.type == "call":
        called = called_text(node).rpartition(".")[2]
        if called == "dict":
            for key, pair, value in keywords_of(node):
                yield from _entry(script, pair, value, group, key, f'{read}["{key}"]')
        elif called in _OBJECTS:
            for key, pair, value in keywords_of(node):
                yield from _entry(script, pair, value, group, key, f"{read}.{key}")
            inner = [child for child in _positional(node) if child.type == "dictionary"]
            for display in inner:
                for entry in _entries(script, display, group, read):
                    yield replace(entry, read=f"{read}.{entry.name}")


def _positional(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return list(arguments.named_children) if arguments is not None else []


def _entry(script: Script, pair: Node, value: Node, group: str, key: str, read: str) -> Iterator[Parameter]:
    name = f"{group}.{key}" if group else key
    inner = list(_entries(script, value, name, read))
    if inner:
        yield from inner
    elif value.type not in ("lambda", "dictionary"):
        yield _setting(script, pair, name, Source.DICT, value, None, read)


def constant_sets(script: Script) -> Iterator[ParameterSet]:
    """Names that are bound once to a literal: upper case, or called as hyper-parameters are."""
    yield from _constants(script, script.root, None)
    reach = reach_of(script)
    for function in script.functions:
        body = function.child_by_field_name("body")
        if body is not None and reach.function_trains(function):
            yield from _constants(script, body, function)


def _constants(script: Script, block: Node, scope: Node | None) -> Iterator[ParameterSet]:
    known = packaged_vocabulary()
    found: list[Parameter] = []
    last: Node | None = None
    for statement in _direct(script, block):
        for left, right in _pairs(statement):
            name = script.text(left)
            try:
                value = literal(right)
            except NotLiteralError:
                continue
            if not _is_setting(name, value) or not (known.knows(name) or _UPPER.match(name)):
                continue
            uses = script.names.occurrences(name, scope or script.root)
            if len(script.names.bindings(left)) != 1 or len(uses) < 2:
                continue
            lowered = name.lower() if name.isupper() else name
            found.append(Parameter(left, lowered, Source.CONSTANT, name, right, word_of(value), (), value))
            last = statement
    if not any(known.knows(each.name) for each in found) or last is None:
        return
    mapping = "{" + ", ".join(f'"{each.name}": {each.read}' for each in found) + "}"
    yield ParameterSet(found[0].node, Source.CONSTANT, mapping, last, tuple(found), "", scope)


def _direct(script: Script, block: Node) -> Iterator[Node]:
    """The statements of a block; those below a main guard count to the module."""
    for statement in statements_in(block):
        yield statement
        condition = statement.child_by_field_name("condition") if statement.type == "if_statement" else None
        if block.type == "module" and condition is not None and "__main__" in script.text(condition):
            body = statement.child_by_field_name("consequence")
            yield from statements_in(body) if body is not None else ()


def _pairs(statement: Node) -> Iterator[tuple[Node, Node]]:
    """The names that an assignment statement binds, with their values: `a, b = 1, 2` binds two."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment":
        return
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None:
        return
    if left.type == "identifier":
        yield left, right
    elif left.type == "pattern_list" and right.type in ("expression_list", "tuple"):
        names, values = left.named_children, right.named_children
        if len(names) == len(values):
            yield from ((a, b) for a, b in zip(names, values, strict=True) if a.type == "identifier")


def _is_setting(name: str, value: Literal) -> bool:
    if isinstance(value, str):
        return not _PATH.search(value)
    return (
        value is not None and not name.startswith("__") and (not isinstance(value, tuple) or len(value) < 9)
    )
