"""inline: hyper-parameters in configuration classes: data classes, named tuples, plain classes."""

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
)
from adapter.inline.landmarks.model import Parameter, ParameterSet
from adapter.inline.landmarks.settings import setting
from adapter.inline.landmarks.words import Literal, Source
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


_PARSERS = re.compile(r"(cli|parse\w*|HfArgumentParser|SimpleParsing)$")


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
        yield setting(script, inner, script.text(left), Source.DATACLASS, default, annotation)


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
                    yield setting(script, inner, script.text(member), Source.DATACLASS, right, None)


def _shows(node: Node) -> bool:
    try:
        literal(node)
    except NotLiteralError:
        return False
    return True


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
