"""Lowering: a concept call becomes statements of the target library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import Entry, Library
from adapter.graph.network import Path
from adapter.graph.store import Atlas
from adapter.graph.template import Template
from adapter.names.uses import Names
from adapter.plan import Change, Fidelity, GapReason
from adapter.translate.arguments import Arg
from adapter.translate.convert import convert
from adapter.translate.lift import Bound, NoPathError, shape_matches
from adapter.translate.render import Layout, Rendered, RenderError, render

HOLDER = "holder"
NO_HOLDER = "the target has no active run, and the variable that holds the run is not seen here"


@dataclass(slots=True)
class Lowered:
    """What a concept call becomes: lines in order, what is lost, and the imports that they need.

    `node` is what the lines replace, when that is not the site itself; `elsewhere` is what is written at
    other places of the file.
    """

    lines: list[Rendered]
    target: str
    rule: str
    fidelity: Fidelity = Fidelity.EXACT
    notes: list[str] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)
    imports: list[str] = field(default_factory=list)
    node: Node | None = None
    elsewhere: list[Change] = field(default_factory=list)

    def also(self, other: Lowered) -> None:
        """Adds the lines of another concept call that came out of the same site."""
        self.lines += other.lines
        self.target = ", ".join(part for part in dict.fromkeys((self.target, other.target)) if part)
        self.fidelity = Fidelity.worst((self.fidelity, other.fidelity))
        self.notes += [note for note in other.notes if note not in self.notes]
        self.roots |= other.roots
        self.imports += other.imports


class Lowerer:
    """Writes concept calls of one source in the target library."""

    def __init__(self, atlas: Atlas, library: Library, names: Names) -> None:
        self._atlas, self._names = atlas, names
        self.library_name = library.name

    def lower(
        self, path: Path, arguments: Mapping[str, Arg], layout: Layout, own: Iterable[str] = ()
    ) -> Lowered:
        """Follows the path from its first concept to the target's text.

        `own` names arguments that are the receiver itself: nothing is lost when the target has no use
        for them.

        Raises:
            NoPathError: nothing of the target fits these arguments.
        """
        current = dict(arguments)
        for concept, following in zip(path.concepts, path.concepts[1:], strict=False):
            current = self._rephrase(concept, following, current)
        failure: NoPathError | None = None
        for entry in path.lowers:
            if not self._holds(entry, current):
                continue
            try:
                return self._write(entry, current, layout, set(own))
            except RenderError as error:
                failure = failure or NoPathError(GapReason.ARGUMENTS, f"{entry.rule}: {error}")
        raise failure or NoPathError(
            GapReason.NO_EDGE, f"{self.library_name} has nothing for {path.concepts[-1]}"
        )

    def direct(self, bound: Bound, arguments: Mapping[str, Arg], layout: Layout) -> Lowered:
        """Writes what a direct edge says."""
        template = bound.entry.direct[self.library_name]
        self._refuse_without_holder(template, arguments)
        try:
            lines = render(template, arguments, layout, self._convert)
        except RenderError as error:
            raise NoPathError(GapReason.ARGUMENTS, str(error)) from error
        given = {name for name, value in arguments.items() if value.text not in ("False", "None")}
        notes = [reason for name, reason in bound.entry.drops.items() if reason and name in given]
        return self._lowered(bound.entry, template, lines, notes)

    def _rephrase(self, concept: str, following: str, arguments: Mapping[str, Arg]) -> dict[str, Arg]:
        same = self._atlas.concepts[concept].same_as
        assert same is not None
        assert same.concept == following
        found = {name: arguments[name] for name in (HOLDER,) if name in arguments}
        for name, template in same.arguments.items():
            plain = same.plain(name)
            if plain is not None:
                if plain in arguments:
                    found[name] = arguments[plain]
                continue
            try:
                lines = render(template, arguments, Layout("", limit=10_000), self._convert)
            except RenderError:
                continue
            found[name] = Arg(lines[0].text)
        return found

    def _holds(self, entry: Entry, arguments: Mapping[str, Arg]) -> bool:
        for name, wanted in entry.when.items():
            argument = arguments.get(name)
            if wanted in ("given", "absent"):
                if (argument is not None) is not (wanted == "given"):
                    return False
            elif argument is None or not shape_matches(wanted, argument.node, self._names):
                return False
        return True

    def _write(self, entry: Entry, arguments: Mapping[str, Arg], layout: Layout, own: set[str]) -> Lowered:
        assert entry.write is not None
        for name, reason in entry.refuses.items():
            if name in arguments and arguments[name].text not in ("False", "None"):
                raise NoPathError(GapReason.ARGUMENTS, f"{name}: {reason}")
        self._refuse_without_holder(entry.write, arguments)
        lines = render(entry.write, arguments, layout, self._convert)
        used = entry.write.names
        notes: list[str] = []
        for name in arguments:
            if name in used or name in own:
                continue
            reason = entry.drops.get(name, f"{entry.library} has no counterpart for {name}")
            if reason and arguments[name].text not in ("False", "None"):
                notes.append(reason)
        return self._lowered(entry, entry.write, lines, notes)

    def _refuse_without_holder(self, template: Template, arguments: Mapping[str, Arg]) -> None:
        """A line that only lacks the run must not fall away in silence."""
        if HOLDER in arguments or HOLDER not in template.names:
            return
        for line in template.lines:
            asked = {hole.name for hole in line.placeholders if hole.keyword is None}
            if HOLDER in asked and asked - {HOLDER} <= arguments.keys():
                raise NoPathError(GapReason.VALUE, NO_HOLDER)

    def _lowered(self, entry: Entry, template: Template, lines: list[Rendered], notes: list[str]) -> Lowered:
        fidelity = Fidelity.worst((entry.fidelity, Fidelity.LOSSY if notes else Fidelity.EXACT))
        if entry.note and entry.fidelity is not Fidelity.EXACT:
            notes = [*notes, entry.note]
        roots = {root for line in template.lines for root in line.roots}
        return Lowered(lines, _called(lines), entry.rule, fidelity, notes, roots, list(entry.imports))

    def _convert(self, name: str, argument: Arg) -> str:
        return convert(name, argument, self._names)


_CALL = re.compile(r"^(?:[\w.\[\]]+ = |for .* in .*: |\w+ \+= )?([A-Za-z_][\w.]*)\(")


def _called(lines: Iterable[Rendered]) -> str:
    """What the lines call, for reports; a line that calls nothing stands for itself."""
    names = [
        match[1] if (match := _CALL.match(line.text)) else line.text.partition("\n")[0] for line in lines
    ]
    return ", ".join(dict.fromkeys(names))
