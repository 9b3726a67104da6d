"""Files that set up and start a pipeline follow its code: what they install, and environment variables."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route
from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Plan, Site, SiteKind, Span
from adapter.source.command_file import command_lines, is_yaml
from adapter.source.edits import apply_changes
from adapter.source.encoding import decode, encode, place_in
from adapter.source.errors import SourceError
from adapter.source.manifests import rewrite_install_command
from adapter.translate.file import translate_file

_ASSIGNED = re.compile(r"""=("[^"]*"|'[^']*'|[^\s;&|]*)""")
_OF_YAML = re.compile(r"""["']?[ \t]*:[ \t]+("[^"]*"|'[^']*'|[^#\n]*?)[ \t]*(?=#|$)""")
_OF_DOCKER = re.compile(r"[ \t]+(\S.*?)[ \t]*$")
_NO_LITERAL = re.compile(r"[$`\n]|\{\{")
_WRITTEN = re.compile(r'os\.environ\["(\w+)"\] = (.+)')
_WORD_BEFORE = (
    r"(?:^|[;&|]\s*|\b(?:run|cmd|command|script|entrypoint):\s*|\b(?:RUN|CMD|ENTRYPOINT|exec)\s+|^\s*-\s+)\s*"
)


@dataclass(frozen=True)
class Renamed:
    """What the map writes for a variable: its new name and value; `value` None where the old one stays."""

    name: str
    value: str | None
    edit: Edit


class CommandTranslator:
    """Translates command files along one route; `keep` where some code still needs the source library.

    With `only_report` nothing is rewritten: no code was, so what is named there is left over.
    """

    def __init__(self, way: Route, *, keep: bool, only_report: bool) -> None:
        self._way, self._keep, self._only_report = way, keep, only_report
        self._renamed: dict[tuple[str, str | None], Renamed | Gap] = {}

    @cached_property
    def _variable(self) -> re.Pattern[str]:
        prefixes = "|".join(map(re.escape, self._way.source.environment_prefixes)) or "(?!)"
        return re.compile(rf"(?<![\w.])(?:{prefixes})\w+")

    @cached_property
    def _command(self) -> re.Pattern[str]:
        name = re.escape(self._way.source.name)
        return re.compile(rf"{_WORD_BEFORE}((?:python3? -m )?{name})[ \t]+[a-z]", re.MULTILINE)

    @cached_property
    def _distribution(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.-]){re.escape(self._way.source.distribution)}(?![\w.-])")

    def plan(self, path: Path, raw: bytes) -> Plan:
        """The plan of one file; what is left is in it with its line."""
        plan = Plan(path, raw)
        needles = (*self._way.source.needles, *self._way.source.environment_prefixes)
        if not any(needle.encode() in raw for needle in (*needles, self._way.source.distribution)):
            return plan
        try:
            decoded = decode(path, raw)
            text = decoded.data.decode("utf-8")
            changes = [change for change in self._changes(plan, text) if not self._only_report]
            if changes:
                data = apply_changes(decoded.data, changes, decoded.newline)
                plan.after = encode(path, data, decoded.encoding, decoded.bom)
        except SourceError as problem:
            plan.error = problem.error
        plan.edits.sort(key=lambda edit: edit.site.span)
        plan.gaps.sort(key=lambda gap: gap.site.span)
        return plan

    def _changes(self, plan: Plan, text: str) -> Iterator[Change]:
        for start, line in command_lines(text):
            self._count_commands(plan, text, start, line)
            changed = self._with_variables(plan, text, start, self._with_packages(plan, text, start, line))
            if changed != line:
                yield Change(_span(text, start, start + len(line)), changed)

    def _with_packages(self, plan: Plan, text: str, start: int, line: str) -> str:
        """The line with the target's distribution installed in the place of the source's."""
        named = self._distribution.search(line)
        if named is None or "install" not in line:
            return line
        target = self._way.target
        site = _site(text, start + named.start(), start + named.end(), SiteKind.SHELL, named[0])
        if self._only_report:
            plan.gaps.append(Gap(site, GapReason.IMPORT_KEPT, "no code was translated that this is for"))
            return line
        new = rewrite_install_command(
            line, self._way.source.distribution, target.distribution, target.requirement, keep=self._keep
        )
        if self._keep:
            plan.gaps.append(Gap(site, GapReason.IMPORT_KEPT, f"the code still needs {named[0]}"))
        elif new is None:
            plan.gaps.append(Gap(site, GapReason.NO_EDGE, "this way to install a package is not read"))
        else:
            plan.edits.append(Edit(site, target.distribution, "install command"))
        return line if new is None else new

    def _with_variables(self, plan: Plan, text: str, start: int, line: str) -> str:
        """The line with each variable that the map knows under its new name; the others become gaps."""
        # Packages are other words than variables, so the original line has the same variables in order.
        original = list(self._variable.finditer(text, start))
        pieces, done = [], 0
        for match, at in zip(self._variable.finditer(line), original, strict=False):
            assigned = self._assigned(plan.path, line, match)
            site = _site(text, at.start(), at.end(), SiteKind.ENVIRONMENT, match[0])
            renamed = self._for(match[0], assigned[1] if assigned else None)
            if isinstance(renamed, Gap):
                plan.gaps.append(Gap(site, renamed.reason, renamed.detail))
                continue
            if assigned is None and renamed.value is not None:
                plan.gaps.append(Gap(site, GapReason.VALUE, f"{renamed.name} takes other values"))
                continue
            edit = renamed.edit
            # A value that stays in its place is not lost, whatever a program that sets it would lose.
            lost = (edit.fidelity, edit.note) if renamed.value is not None else (Fidelity.EXACT, "")
            plan.edits.append(Edit(site, renamed.name, edit.rule, *lost))
            pieces += [line[done : match.start()], renamed.name]
            done = match.end()
            if assigned is not None and renamed.value is not None:
                (begin, end), _ = assigned
                pieces += [line[done:begin], _quoted_as(line[begin:end], renamed.value)]
                done = end
        return "".join([*pieces, line[done:]])

    def _assigned(
        self, path: Path, line: str, match: re.Match[str]
    ) -> tuple[tuple[int, int], str | None] | None:
        """Where the value that a variable gets stands, and it if it is a literal; None if it is read."""
        rest = line[match.end() :]
        before = line[: match.start()]
        found = _ASSIGNED.match(rest)
        if found is None and is_yaml(path) and not before.strip(" \t-\"'"):
            found = _OF_YAML.match(rest)
        if found is None and before.strip().upper() == "ENV":
            found = _OF_DOCKER.match(rest)
        if found is None:
            return None
        value = found[1]
        plain = (
            value[1:-1] if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1 else value
        )
        place = match.end() + found.start(1), match.end() + found.end(1)
        return place, None if _NO_LITERAL.search(plain) else plain

    def _for(self, name: str, literal: str | None) -> Renamed | Gap:
        if (name, literal) not in self._renamed:
            self._renamed[name, literal] = self._asked(name, literal)
        return self._renamed[name, literal]

    def _asked(self, name: str, literal: str | None) -> Renamed | Gap:
        """What the map writes for the variable: that of a program that sets it."""
        nowhere = Site(Span(0, 0), SiteKind.ENVIRONMENT, name, 1, 1, 1, 1)
        if self._only_report or self._keep:
            why = (
                "no code was translated that this is for" if self._only_report else "the code still needs it"
            )
            return Gap(nowhere, GapReason.IMPORT_KEPT, why)
        value = "value" if literal is None else json.dumps(literal)
        program = f'import os\n\nos.environ["{name}"] = {value}\n'.encode()
        way = self._way
        made = translate_file(Path("pipeline.py"), program, way, catalog_of(way.source), None).plan
        if made.gaps or made.after is None or not made.edits:
            left = made.gaps[0] if made.gaps else Gap(nowhere, GapReason.NO_EDGE)
            return Gap(nowhere, left.reason, left.detail or f"{way.target.name} has no such variable")
        lines = [line for line in made.after.decode().splitlines() if line and not line.startswith("import ")]
        written = [_WRITTEN.fullmatch(line) for line in lines]
        if len(written) != 1 or written[0] is None:
            return Gap(nowhere, GapReason.VALUE, f"{way.target.name} takes no variable for it")
        new = written[0][2]
        known = None if new == value else _literal(new)
        if known is None and new != value:
            return Gap(nowhere, GapReason.VALUE, f"{written[0][1]} takes a computed value")
        return Renamed(written[0][1], known, made.edits[0])

    def _count_commands(self, plan: Plan, text: str, start: int, line: str) -> None:
        """Commands of the library itself (`wandb login`) are left."""
        for match in self._command.finditer(line):
            site = _site(text, start + match.start(1), start + match.end(1), SiteKind.SHELL, match[1])
            plan.gaps.append(Gap(site, GapReason.NO_EDGE, f"a command of {self._way.source.name}"))


def _literal(text: str) -> str | None:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


def _quoted_as(old: str, new: str) -> str:
    quote = old[0] if old[:1] in ("'", '"') else ""
    return f"{quote}{new}{quote}"


def _span(text: str, start: int, end: int) -> Span:
    """Offsets in characters as offsets in bytes."""
    first = len(text[:start].encode())
    return Span(first, first + len(text[start:end].encode()))


def _site(text: str, start: int, end: int, kind: SiteKind, api: str) -> Site:
    span, data = _span(text, start, end), text.encode()
    return Site(span, kind, api, *place_in(data, span.start), *place_in(data, span.end))
