"""inline: what the engine "insert" has at hand while it works on one script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.inline.editing import Editor
from adapter.inline.outcome import Outcome, Work
from adapter.translate.lower import Lowered

if TYPE_CHECKING:
    from adapter.inline.insert.seen import Seen
    from adapter.inline.landmarks.model import ParameterSet

_HOLE = re.compile(r"\{\{|\}\}|\{([a-z_][\w.|]*)(?:!(text))?\}")


_LONG = 60
# landmarks that say how a training is set up, and not what comes of it
_SETTINGS = frozenset({"training", "parameters", "axes", "folds"})
_NAMELESS = frozenset({"main", "__main__"})


def display(items: Sequence[str], brackets: str = "{}") -> str:
    """A dict or list display; one item a line where it would become long."""
    inline = f"{brackets[0]}{', '.join(items)}{brackets[1]}"
    if len(inline) <= _LONG:
        return inline
    return f"{brackets[0]}\n" + "".join(f"    {item},\n" for item in items) + brackets[1]


@dataclass(slots=True)
class Desk:
    """The script, the edits made so far, and what is to come behind the start of a run.

    `handed` and `counted` are the functions and loops that have been given a counter already, `chosen` the
    sets of parameters that a run is given, once they are known.
    """

    work: Work
    editor: Editor
    outcome: Outcome = field(default_factory=Outcome)
    inside: list[str] = field(default_factory=list)
    handed: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)
    chosen: list[ParameterSet] | None = None
    _run: tuple[Seen, Lowered, Lowered | None] | None = None

    def anchor(self) -> Node:
        """The landmark to which a gap is pinned when what is missing has no place."""
        marks = self.work.landmarks
        return marks.fits[0].node if marks.fits else self.work.script.root

    # Texts.

    def quoted(self, text: str) -> str:
        """A string literal, in the quotes that the file uses more."""
        data = self.work.script.source.data
        mark = "'" if data.count(b"'") > data.count(b'"') else '"'
        escaped = text.replace("\\", "\\\\").replace(mark, f"\\{mark}")
        return f"{mark}{escaped}{mark}"

    def field(self, name: str, fields: Mapping[str, str]) -> str:
        """A field of a landmark or of the request; "" when there is none."""
        if name.startswith("option."):
            value = self.work.request.options.get(name.removeprefix("option."))
            return "" if value is None or value is False else str(value)
        if name.startswith("uses."):
            used = {fit.framework for fit in self.work.landmarks.fits}
            return "true" if name.removeprefix("uses.") in used else ""
        if name.startswith("any."):
            return "true" if getattr(self.work.landmarks, name.removeprefix("any.")) else ""
        if name.startswith("new."):
            return self.fresh(name.removeprefix("new."))
        if name == "library.steps":
            return self.work.writer.library.steps
        if name == "script":
            path = self.work.script.source.path
            return path.stem if path.stem not in _NAMELESS else path.resolve().parent.name
        return fields.get(name, "")

    def filled(self, template: str, fields: Mapping[str, str]) -> str:
        """A template with its fields filled in; "" when one of them is missing."""
        missing = False

        def fill(match: re.Match[str]) -> str:
            nonlocal missing
            if match[1] is None:
                return match[0][0]
            value = next((found for name in match[1].split("|") if (found := self.field(name, fields))), "")
            missing = missing or not value
            return self.quoted(value) if match[2] else value

        text = _HOLE.sub(fill, template)
        return "" if missing else text

    def fresh(self, name: str) -> str:
        """A name that the script does not use: this one, or one like it."""
        candidates = [name, f"run_{name}", f"{name}_of_run", f"recorded_{name}"]
        return next((each for each in candidates if each not in self.taken), f"{name}_recorded")

    @property
    def taken(self) -> frozenset[str]:
        """Every name that the script uses."""
        script = self.work.script
        return frozenset(script.text(n) for n in script.walk(script.root) if n.type == "identifier")

    # The run and what it needs.

    @property
    def holder(self) -> str:
        """The variable that holds the run, "" for a library that has an active one."""
        wanted = self.work.writer.library.holder
        if not wanted:
            return ""
        return self.fresh(wanted)

    def holder_argument(self) -> dict[str, str]:
        """The argument that every concept call gets of a library whose run is held in a variable."""
        return {"holder": self.holder} if self.holder else {}

    def needs(self, lowered: Lowered) -> None:
        """Remembers the imports of what was written."""
        self.outcome.imports += lowered.imports
        line = self.work.writer.library.import_line
        if line.split()[-1].partition(".")[0] in lowered.roots:
            self.outcome.imports.append(line)

    def start(self, seen: Seen, starts: Lowered, ends: Lowered | None) -> None:
        """Keeps how a run is started; it is put in when all that stands behind its start is known."""
        self._run = (seen, starts, ends)

    @property
    def records_nothing(self) -> bool:
        """Whether a run is started into which nothing goes that the training gave, only settings at most."""
        given = {edit.site.api for edit in self.outcome.edits}
        return self._run is not None and given <= _SETTINGS and not self.work.request.options.get("autolog")

    def finish(self) -> None:
        """Puts the start and the end of the run in.

        Raises:
            PlaceError: there is no room for one of them.
        """
        if self._run is None:
            return
        seen, starts, ends = self._run
        first, last = seen.nodes["first"], seen.nodes["last"]
        lines = [line for line in starts.lines if not line.bare or line.is_value]
        at = next((index for index, line in enumerate(lines) if line.is_value), len(lines) - 1)
        lead, value, rest = [x.text for x in lines[:at]], lines[at].text, [x.text for x in lines[at + 1 :]]
        rest += self.inside
        if seen.fields.get("wrap") and ("\n" not in value or first.type == "expression_statement"):
            named = f" as {self.holder}" if self.holder else ""
            indent = self.editor.indent_of(first)
            header = f"\n{indent}".join([*lead, f"with {value}{named}:"])
            self.editor.wrap(first, last, header)
            self.editor.first(first, rest)
            return
        value = f"{self.holder} = {value}" if self.holder else value
        self.editor.first(seen.nodes.get("above", first), [*lead, value, *rest])
        if ends is not None:
            self.editor.after(last, [line.text for line in ends.lines])
