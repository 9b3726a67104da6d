"""Loading maps: YAML documents, checked against the schema, turned into the typed model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from adapter.graph.model import (
    CONVERTERS,
    SELF,
    CallChange,
    Concept,
    ConceptCall,
    DictEntry,
    Entry,
    Library,
    ModelError,
    TypeOf,
    derived_template,
    parse_concept,
    parse_concept_call,
    pattern_of,
)
from adapter.graph.signature import Pattern, SignatureSyntaxError
from adapter.graph.template import Template, TemplateSyntaxError, parse_template
from adapter.graph.yamlfile import Address, Document
from adapter.plan import Fidelity, SiteKind

_ENTRY_NAMES = frozenset({"key", "value"})


@cache
def _validator(kind: str) -> Any:
    import json
    from importlib.resources import files

    from jsonschema import Draft202012Validator

    schema = json.loads((files("api_maps") / "schema" / f"{kind}.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def check_schema(document: Document, kind: str) -> None:
    """Holds a document against the JSON Schema of its kind, `library` or `concepts`.

    Raises:
        MapError: the first violation, at its line and column.
    """
    errors = sorted(
        _validator(kind).iter_errors(document.data), key=lambda error: [str(p) for p in error.path]
    )
    if errors:
        first = errors[0]
        raise document.error(tuple(first.path), _readable(first))


def _readable(error: Any) -> str:
    where = ".".join(str(part) for part in error.path) or "the file"
    return f"{where}: {error.message}"


def build_concepts(documents: Iterable[Document]) -> dict[str, Concept]:
    """All concepts by name.

    Raises:
        MapError: a concept that cannot be read, stands twice, or equals an unknown one.
    """
    found: dict[str, Concept] = {}
    aliases: list[tuple[Document, Address, str, str]] = []
    for document in documents:
        for index, item in enumerate(document.data["concepts"]):
            address: Address = ("concepts", index, "concept")
            try:
                signature, doc = parse_concept(item)
            except SignatureSyntaxError as error:
                raise document.error(address, str(error)) from error
            if signature.name in found:
                raise document.error(address, f"the concept {signature.name} is defined twice")
            found[signature.name] = Concept(signature, doc, otherwise=item.get("otherwise"))
            if "same_as" in item:
                aliases.append((document, ("concepts", index, "same_as"), signature.name, item["same_as"]))
    for document, address, name, text in aliases:
        concept = found[name]
        try:
            call = parse_concept_call(text, concept.signature.names, found)
        except (ModelError, TemplateSyntaxError) as error:
            raise document.error(address, str(error)) from error
        found[name] = replace(concept, same_as=call)
    return found


def build_library(
    document: Document, concepts: Mapping[str, Concept], borrowed: Sequence[Mapping[str, Any]] = ()
) -> Library:
    """The typed model of one library's map; `borrowed` are entries of other maps that hold for it as well.

    Raises:
        MapError: an entry that does not hold together, at its line and column.
    """
    data = document.data
    name = str(data["library"])
    types = {_full(name, key): _type_of(name, key, item) for key, item in data.get("types", {}).items()}
    entries: list[Entry] = []
    stand_ins: dict[str, Mapping[str, Any]] = {}
    for index, item in enumerate([*data["apis"], *borrowed]):
        try:
            entries.append(_entry(name, index, item, concepts, types))
        except (ModelError, SignatureSyntaxError, TemplateSyntaxError) as error:
            key = getattr(error, "field", "") or (
                "write" if isinstance(error, TemplateSyntaxError) else "api"
            )
            raise document.error(("apis", index, key), str(error)) from error
        if "stand_in" in item:
            stand_ins[str(entries[-1].concept)] = item["stand_in"]
    _refuse_double_claims(document, entries)
    entries += _entries_of_all(name, entries, concepts, types)
    return Library(
        name=name,
        distribution=str(data["distribution"]),
        import_line=str(data.get("import", f"import {name}")),
        versions=str(data.get("versions", "")),
        requirement=str(data.get("requirement", "")),
        aliases={_full(name, k): _full(name, v) for k, v in data.get("aliases", {}).items()},
        types=types,
        entries=tuple(entries),
        stand_ins=stand_ins,
        foreign_roots=tuple(data.get("foreign", ())),
        stores={api: tuple(arguments) for api, arguments in data.get("stores", {}).items()},
        environment_prefixes=tuple(data.get("environment", ())),
        out_of_scope=dict(data.get("out_of_scope", {})),
        apart=tuple(data.get("apart", ())),
        needles=tuple(data.get("needles", (name,))),
        unnumbered=str(data.get("unnumbered", "zero")),
        steps=str(data.get("steps", "any")),
        holder=str(data.get("holder", "")),
        parameters=str(data.get("parameters", "any")),
        searches=frozenset(data.get("searches", ())),
        plain=tuple(_full(name, text) for text in data.get("plain", ())),
        builds_on=dict(data.get("builds_on", {})),
        search=dict(data.get("search", {})),
    )


def _entries_of_all(
    library: str, entries: Sequence[Entry], concepts: Mapping[str, Concept], types: Mapping[str, TypeOf]
) -> list[Entry]:
    """What is written for the concepts of the library's rooms that any library can write, and it has not."""
    rooms = {entry.concept.partition(".")[0] for entry in entries if entry.concept is not None}
    written = {entry.concept for entry in entries if entry.write is not None}
    missing = [
        concept
        for name, concept in concepts.items()
        if concept.otherwise is not None and name not in written and name.partition(".")[0] in rooms
    ]
    return [
        _entry(library, index, {"concept": concept.name, **(concept.otherwise or {})}, concepts, types)
        for index, concept in enumerate(missing, len(entries))
    ]


def _full(library: str, name: str) -> str:
    """A qualified name; a bare type name belongs to the library."""
    return name if name == library or ("." in name and not name[0].isupper()) else f"{library}.{name}"


def _type_of(library: str, key: str, item: Mapping[str, Any]) -> TypeOf:
    made_by = tuple(_full(library, text) for text in item.get("made_by", ()))
    keeps = tuple(item.get("keeps", ()))
    passed_by = tuple(_full(library, text) for text in item.get("passed_by", ()))
    concept, annotation = str(item.get("is", "")), str(item.get("annotation", ""))
    return TypeOf(_full(library, key), made_by, keeps, concept, annotation, passed_by)


def _entry(
    library: str,
    index: int,
    item: Mapping[str, Any],
    concepts: Mapping[str, Concept],
    types: Mapping[str, TypeOf],
) -> Entry:
    pattern = _qualified(library, pattern_of(item))
    only = item.get("only")
    bound = pattern.arguments if pattern else frozenset()
    lift: ConceptCall | None = None
    concept_name: str | None = None
    if "concept" in item:
        text = str(item["concept"])
        if "(" in text and pattern is not None:
            lift = parse_concept_call(text, bound, concepts, _bound_by(item.get("imports", ())))
            concept_name = lift.concept
        else:
            concept_name = text.partition("(")[0].strip()
            if concept_name not in concepts:
                parse_concept_call(f"{concept_name}()", bound, concepts)
    write = _write_of(item, pattern, lift, types)
    if only == "lift":
        write = None
    if "write" in item and write is not None and concept_name is not None:
        _check_placeholders(write, concepts[concept_name].signature.names | _ALWAYS_KNOWN, "write")
    direct = {target: parse_template(text) for target, text in item.get("direct", {}).items()}
    for template in direct.values():
        _check_placeholders(template, bound | _ALWAYS_KNOWN, "direct")
    for field_name in ("drops", "refuses", "when"):
        known = bound | (concepts[concept_name].signature.names if concept_name else frozenset())
        named = {each.partition(".")[0] for each in item.get(field_name, {})}
        unknown = sorted(named - known - _ALWAYS_KNOWN)
        if unknown:
            raise ModelError(f"{field_name} names {unknown[0]!r}, which the entry does not bind", field_name)
    return Entry(
        library=library,
        index=index,
        pattern=pattern,
        owners=tuple(_full(library, owner) for owner in item.get("on", ())),
        concept=concept_name,
        lift=None if only == "lower" else lift,
        write=write,
        direct=direct,
        drops=dict(item.get("drops", {})),
        refuses=dict(item.get("refuses", {})),
        entries=tuple(_dict_entry(each, bound, concepts) for each in item.get("entries", ())),
        entries_of=str(item.get("entries_of", "")),
        when={key: str(value) for key, value in item.get("when", {}).items()},
        imports=tuple(item.get("imports", ())),
        fidelity=Fidelity(item.get("fidelity", "exact")),
        note=str(item.get("note", "")),
        gap=str(item.get("gap", "")),
        carried_by=str(item.get("carried_by", "")),
        beside=frozenset(item.get("beside", ())),
        told_by=str(item.get("told_by", "")),
        for_the_rest=bool(item.get("for_the_rest", False)),
        change=_change(item["change"], bound) if "change" in item else None,
        also=tuple(parse_concept_call(each, bound, concepts) for each in item.get("also", ())),
    )


def _change(item: Mapping[str, Any], bound: frozenset[str]) -> CallChange:
    unknown = sorted({*item.get("keywords", ()), *item.get("drop", ()), *item.get("words", ())} - bound)
    if unknown:
        raise ModelError(f"change names {unknown[0]!r}, which the entry does not bind", "change")
    return CallChange(
        name=str(item.get("name", "")),
        call=str(item.get("call", "")),
        keywords=item.get("keywords", {}),
        drop=tuple(item.get("drop", ())),
        add=item.get("add", {}),
        words=item.get("words", {}),
    )


def _bound_by(imports: Iterable[str]) -> frozenset[str]:
    """The names that import statements bind."""
    return frozenset(line.split()[-1].partition(".")[0] for line in imports)


_ALWAYS_KNOWN = frozenset({SELF, "stand_in", "holder", "result", "entered"})


def _qualified(library: str, pattern: Pattern | None) -> Pattern | None:
    if pattern is None or not pattern.name[0].isupper():
        return pattern
    name = f"{library}.{pattern.name}"
    return Pattern(pattern.kind, name, pattern.signature, pattern.member, pattern.key, pattern.value)


def _write_of(
    item: Mapping[str, Any], pattern: Pattern | None, lift: ConceptCall | None, types: Mapping[str, TypeOf]
) -> Template | None:
    if "write" in item:
        return parse_template(item["write"])
    if pattern is not None and lift is not None and item.get("only") != "lift" and not item.get("when"):
        return derived_template(pattern, lift, types)
    return None


def _check_placeholders(template: Template, known: frozenset[str], key: str) -> None:
    unknown = sorted(template.names - known)
    if unknown:
        raise ModelError(f"unknown placeholder {unknown[0]!r} (known: {', '.join(sorted(known))})", key)
    for line in template.lines:
        for hole in line.placeholders:
            if hole.converter is not None and hole.converter not in CONVERTERS:
                raise ModelError(
                    f"unknown converter {hole.converter!r} (known: {', '.join(sorted(CONVERTERS))})", key
                )


def _dict_entry(item: Mapping[str, Any], bound: frozenset[str], concepts: Mapping[str, Concept]) -> DictEntry:
    try:
        lift = parse_concept_call(item["concept"], bound | _ENTRY_NAMES, concepts)
    except ModelError as error:
        raise ModelError(str(error), "entries") from error
    return DictEntry(str(item["value"]), lift, {k: str(v) for k, v in item.get("when", {}).items()})


def _refuse_double_claims(document: Document, entries: Iterable[Entry]) -> None:
    claimed: dict[tuple[SiteKind, str], Entry] = {}
    for entry in entries:
        if entry.pattern is None or entry.when or entry.beside or not entry.serves:
            continue
        for key in entry.keys:
            other = claimed.setdefault((entry.pattern.kind, key), entry)
            if other is not entry:
                line = document.places.get(("apis", other.index), (1, 1))[0]
                cure = "keep one, or tell them apart with 'when'"
                message = f"{key} is claimed already by the entry at line {line}; {cure}"
                raise document.error(("apis", entry.index, "api"), message)
