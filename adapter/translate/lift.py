"""Lifting: a site of the source library becomes a concept call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from tree_sitter import Node

from adapter.graph.model import SELF, ConceptCall, Entry, Library
from adapter.graph.template import Template
from adapter.names.dynamic import DYNAMIC
from adapter.names.uses import Names, Use
from adapter.names.values import ValueKind
from adapter.plan import GapReason, SiteKind, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.arguments import (
    Arg,
    BindError,
    Passed,
    bind,
    subscript_at,
    subscript_key,
    written_value,
)
from adapter.translate.keys import holder_of, is_part, key_path, subscript_of, taken_out_of
from adapter.translate.prefixes import path, prefixed
from adapter.translate.render import Layout, RenderError, render
from adapter.translate.shapes import (
    FILE_NAMES,
    Shape,
    fits_name,
    fits_type,
    is_stable,
    needs_no_context,
    shape_of,
)
from adapter.translate.stored import StoredModels
from adapter.translate.unrolled import spelled_out

_HOLDER, _KEY = "holder", "key"


class NoPathError(Exception):
    """A site cannot be rewritten; carries the reason and the detail of its gap."""

    def __init__(self, reason: GapReason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class NoEntryError(NoPathError):
    """No entry speaks of a site, or none of those that do asks for what it is."""


@dataclass(slots=True)
class Bound:
    """A site matched by an entry: the nodes, or bare words, that the entry's names stand for.

    `rest` holds what goes to `*more` and `**more`.
    """

    use: Use
    entry: Entry
    nodes: dict[str, Node] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    rest: dict[str, list[Node]] = field(default_factory=dict)
    comments: list[Node] = field(default_factory=list)

    @property
    def concept(self) -> str | None:
        """The concept that the entry lifts to."""
        return self.entry.lift.concept if self.entry.lift else None

    def gives(self, concept_argument: str) -> bool:
        """Whether the site gives a value to an argument of the concept."""
        lift = self.entry.lift
        if lift is None or concept_argument not in lift.arguments:
            return False
        given = self.nodes.keys() | self.words.keys() | self.rest.keys()
        return lift.arguments[concept_argument].names <= given


class Lifter:
    """Binds and lifts the sites of one source."""

    def __init__(
        self, source: Source, names: Names, library: Library, near: Callable[[], frozenset[str]] = frozenset
    ) -> None:
        self._source, self._names, self._library, self._near = source, names, library, near
        self._lifted: dict[int, Arg] = {}
        self._stored = StoredModels(names, library)

    def match(self, use: Use) -> Bound:
        """The entry that serves a site, with its arguments bound.

        Raises:
            NoPathError: no entry, one that says why not, or arguments that do not fit.
        """
        entries = self._library.entries_for(use.kind, use.api, use.owner)
        if not entries:
            if use.member == DYNAMIC:
                detail = f"{self._library.name} is named in a text or chosen at run time; see to it by hand"
                raise NoEntryError(GapReason.DYNAMIC, detail)
            note = self._library.scope_note(use.api)
            kind = NoPathError if note else NoEntryError
            raise kind(
                GapReason.NO_EDGE, note or f"the map of {self._library.name} has no entry for {use.api}"
            )
        failure: NoPathError | None = None
        for entry in entries:
            try:
                bound = self._bind(use, entry)
            except BindError as error:
                failure = failure or NoPathError(GapReason.ARGUMENTS, str(error))
                continue
            if not self._holds(entry.when, bound) or not self._stands_beside(entry, bound):
                continue
            if entry.gap:
                raise NoPathError(GapReason.NO_EDGE, entry.gap)
            self._refuse(bound)
            return bound
        raise failure or NoEntryError(GapReason.ARGUMENTS, f"no entry for {use.api} fits these arguments")

    def _bind(self, use: Use, entry: Entry) -> Bound:
        pattern = entry.pattern
        assert pattern is not None
        bound = Bound(use, entry)
        if pattern.signature is not None and use.call is not None:
            passed: Passed = bind(pattern.signature, use.call)
            bound.nodes.update(passed.nodes)
            bound.comments = passed.comments
            self._bind_surplus(entry, passed, bound)
        if (
            pattern.kind is SiteKind.BASE
            and use.node.parent is not None
            and use.node.parent.parent is not None
        ):
            bound.nodes["subclass"] = use.node.parent.parent
        if pattern.member:
            bound.words[pattern.member] = use.member
        if pattern.key:
            bound.nodes[pattern.key] = subscript_key(use.node)
        if pattern.value and (use.kind is not SiteKind.ENVIRONMENT or use.node.type == "assignment"):
            bound.nodes[pattern.value] = written_value(use.node)
        if use.receiver is not None:
            bound.nodes[SELF] = use.receiver
        return bound

    def _bind_surplus(self, entry: Entry, passed: Passed, bound: Bound) -> None:
        """Further positional arguments go to `*rest` as one text, further keywords to `**more`."""
        assert entry.pattern is not None
        assert entry.pattern.signature is not None
        if not passed.surplus:
            return
        for parameter in entry.pattern.signature.parameters:
            if parameter.kind in ("varargs", "varkeywords"):
                wanted = parameter.kind == "varkeywords"
                nodes = [
                    n
                    for n in passed.surplus
                    if (n.type in ("keyword_argument", "dictionary_splat")) is wanted
                ]
                if nodes:
                    bound.rest[parameter.name] = nodes

    def _holds(self, when: Mapping[str, str], bound: Bound) -> bool:
        for name, wanted in when.items():
            owner, _, kept = name.partition(".")
            node = bound.nodes.get(owner)
            if kept:
                node = next(iter(self._given(self.maker_call(node), kept)), None)
            if wanted in ("given", "absent"):
                if (node is not None) is not (wanted == "given"):
                    return False
            elif not shape_matches(wanted, node, self._names):
                return False
        return True

    def _stands_beside(self, entry: Entry, bound: Bound) -> bool:
        """Whether the code around shows some of the ways to use the library that an entry asks for, no other.

        Where the file itself stores a model of the name that the site loads, only the call that does counts;
        its name has brackets where that call is translated.
        """
        if not entry.beside:
            return True
        storing = self._storing(entry.told_by, bound)
        if storing:
            near = frozenset(f"{use.api}()" if self._is_served(use) else use.api for use in storing)
        else:
            near = self._near()
        return bool(near) and all(any(_is_like(name, each) for each in entry.beside) for name in near)

    def _storing(self, told_by: str, bound: Bound) -> list[Use]:
        owner, _, kept = told_by.partition(".")
        node = bound.nodes.get(owner)
        if kept:
            node = next(iter(self._given(self.maker_call(node), kept)), None)
        if node is not None and node.type == "class_definition":
            return self._stored.storing_objects_of(node)
        return self._stored.storing(node) if node is not None else []

    def _is_served(self, use: Use) -> bool:
        try:
            self.match(use)
        except NoPathError:
            return False
        return True

    def _refuse(self, bound: Bound) -> None:
        for name, reason in bound.entry.refuses.items():
            node = bound.nodes.get(name)
            if node is not None and shape_of(node, self._names) not in (Shape.NONE, Shape.FALSE):
                raise NoPathError(GapReason.ARGUMENTS, f"{name}=: {reason}")

    def arguments(
        self, lift: ConceptCall, bound: Bound, changes: Changes, extra: Mapping[str, Arg]
    ) -> dict[str, Arg]:
        """The concept's arguments as text, with all inner rewrites in it.

        Raises:
            NoPathError: something that the concept needs is not known at this site.
        """
        known: dict[str, Arg] = {name: self.argument(node, changes) for name, node in bound.nodes.items()}
        known.update({name: Arg(text, raw=True) for name, text in bound.words.items()})
        for name, nodes in bound.rest.items():
            known[name] = Arg(", ".join(self.argument(node, changes).text for node in nodes), raw=True)
        pattern = bound.entry.pattern
        if pattern is not None and pattern.key and self._hangs_on_part(bound.use.node):
            known[pattern.key] = self._path(subscript_at(bound.use.node))
        known.update(extra)
        found: dict[str, Arg] = {}
        for name, template in lift.arguments.items():
            hole_names = {hole.name for line in template.lines for hole in line.placeholders}
            for hole_name in hole_names:
                if "." in hole_name and hole_name not in known:
                    kept = self._kept(bound, hole_name, changes)
                    if kept is not None:
                        known[hole_name] = kept
            if not all(hole_name in known for hole_name in hole_names):
                continue
            plain = lift.plain(name)
            if name in lift.paths:
                found[name] = Arg(path([self._composed(part, known).text for part in lift.paths[name]]))
            elif plain is not None:
                argument = known[plain]
                if argument.node is not None and argument.node.type == "none":
                    continue
                found[name] = argument
            else:
                found[name] = self._composed(lift.arguments[name], known)
            prefix = lift.prefixes.get(name)
            if prefix is not None and all(n in known and known[n].text != "None" for n in holes(prefix)):
                text = prefixed(found[name].text, self._composed(prefix, known).text)
                found[name] = replace(found[name], text=text)
        return found

    def _composed(self, template: Template, known: Mapping[str, Arg]) -> Arg:
        from adapter.translate.convert import convert

        try:
            lines = render(
                template,
                known,
                Layout("", limit=10_000),
                lambda converter, argument: convert(converter, argument, self._names),
            )
        except RenderError as error:
            raise NoPathError(GapReason.VALUE, str(error)) from error
        names = [hole.name for line in template.lines for hole in line.placeholders]
        indent = known[names[0]].indent if names else ""
        return Arg(spelled_out(lines[0].text), indent=indent)

    def argument(self, node: Node, changes: Changes) -> Arg:
        """A node as an argument: its text with the changes inside it made."""
        span = Span(node.start_byte, node.end_byte)
        text = changes.render(self._source.data, span)
        if self._source.newline != "\n":
            text = text.replace(self._source.newline, "\n")
        begin = self._source.data.rfind(b"\n", 0, node.start_byte) + 1
        column = len(self._source.data[begin : node.start_byte].decode("utf-8", "replace"))
        argument = Arg(text, node, self._source.line_indent(node.start_byte), column=column)
        self._lifted[node.id] = argument
        return argument

    def _kept(self, bound: Bound, hole_name: str, changes: Changes) -> Arg | None:
        """An argument of the call that made an object; None when that call did not give it.

        What is known of the receiver has to be found; of an object that is handed over it may be missing.
        """
        owner, _, parameter = hole_name.partition(".")
        made = bound.nodes.get(owner)
        in_sight = subscript_of(made, self._names) is not None or self.maker_call(made) is not None
        return self._of_maker(made, parameter, changes) if owner == SELF or in_sight else None

    def _of_maker(self, made: Node | None, parameter: str, changes: Changes) -> Arg | None:
        """An argument of the call that made an object; what subscripts took out has their keys as a path."""
        subscript = subscript_of(made, self._names)
        if subscript is not None:
            if parameter == _HOLDER:
                return self.argument(holder_of(subscript, self._names), changes)
            return self._path(subscript)
        if made is not None and parameter == _KEY and is_part(made, self._names):
            return self.argument(made, changes)
        call = self.maker_call(made)
        if call is None:
            raise NoPathError(
                GapReason.VALUE, f"the call that made this object, and so its {parameter}, is not in sight"
            )
        for node in self._given(call, parameter):
            if not is_stable(node):
                made_type = self._names.value(call).name
                raise NoPathError(
                    GapReason.VALUE, f"the {parameter} of this {made_type} is not a plain value"
                )
            # Where that call is done already, the changes inside of the argument are in its text alone.
            return self._lifted.get(node.id) or self.argument(node, changes)
        return None

    def _given(self, call: Node | None, parameter: str) -> Iterator[Node]:
        """What a call of the library gives to a parameter, by each entry that knows the parameter."""
        entries = self._library.entries_for(SiteKind.CALL, self.api_of(call), "") if call is not None else ()
        for entry in entries:
            if call is None or entry.pattern is None or entry.pattern.signature is None:
                continue
            try:
                node = bind(entry.pattern.signature, call).nodes.get(parameter)
            except BindError:
                continue
            if node is not None:
                yield node

    def _hangs_on_part(self, node: Node) -> bool:
        subscript = subscript_at(node)
        owner = subscript.child_by_field_name("value")
        return taken_out_of(subscript, self._names) is not None or is_part(owner, self._names)

    def _path(self, subscript: Node) -> Arg:
        path = key_path(subscript, self._names)
        if path is None:
            raise NoPathError(GapReason.VALUE, "its keys cannot be put into one text")
        return Arg(path)

    def api_of(self, call: Node) -> str:
        """The qualified name that a call calls, or an empty text."""
        function = call.child_by_field_name("function")
        if function is None:
            return ""
        value = self._names.value(function)
        if value.kind is ValueKind.API:
            return value.name
        if function.type == "attribute":
            owner = function.child_by_field_name("object")
            member = function.child_by_field_name("attribute")
            if owner is not None and member is not None:
                of = self._names.value(owner)
                if of.kind is ValueKind.INSTANCE:
                    return f"{of.name}.{(member.text or b'').decode()}"
        return ""

    def maker_call(self, receiver: Node | None) -> Node | None:
        """The one call that made the object that an expression stands for."""
        if receiver is None:
            return None
        if receiver.type == "call":
            return receiver
        if receiver.type not in ("identifier", "attribute"):
            return None
        if receiver.type == "identifier":
            bindings = [b for b in self._names.bindings(receiver) if b.type != "none"]
        else:
            bindings = self._names.bindings(receiver)
        calls = [binding for binding in bindings if binding.type == "call"]
        before = [call for call in calls if call.end_byte <= receiver.start_byte]
        if len(calls) == 1 and len(bindings) == 1:
            return calls[0]
        return before[-1] if before and len(calls) == len(bindings) else None


def shape_matches(wanted: str, node: Node | None, names: Names) -> bool:
    """Whether an expression has a shape that a map names; `not figure` asks for the opposite."""
    if wanted.startswith("not "):
        return not shape_matches(wanted[4:], node, names)
    if node is None:
        return wanted == "absent"
    if wanted == "simple":
        return is_stable(node)
    if wanted == "asked":
        return shape_of(node, names) not in (Shape.NONE, Shape.FALSE)
    if wanted == "needs_no_context":
        return needs_no_context(node, names)
    if wanted in FILE_NAMES:
        return fits_name(wanted, node)
    if wanted[0] in "\"'":
        return node.type == "string" and (node.text or b"").decode().strip("\"'") == wanted[1:-1]
    return fits_type(wanted, node, names) if wanted[0].isupper() else shape_of(node, names) == wanted


def _is_like(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern; a pattern with brackets asks for them."""
    return name == pattern or (not pattern.endswith("()") and fnmatchcase(name.removesuffix("()"), pattern))


def holes(template: Template) -> set[str]:
    """The names of a template's placeholders, as they are spelled."""
    return {hole.name for line in template.lines for hole in line.placeholders}
