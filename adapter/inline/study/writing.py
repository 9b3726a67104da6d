"""inline: what a study is written with: concept calls, names that are free, the file's quotes and layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapter.inline.outcome import Work
from adapter.inline.study.names import read_by
from adapter.inline.study.space import Range, Tuned, number
from adapter.translate.layouts import line_limit

_PLAIN_STRING = re.compile(r"(?<![\w\"'])([\"'])([\w ./-]*)\1")
_STRING = re.compile(rb"(?<![\w\"'])[rbuf]{0,2}(\"(?!\"\")|'(?!''))")


class Writing:
    """Texts for one script; what they need is collected in `roots` and `imports`."""

    def __init__(self, work: Work) -> None:
        self.work = work
        data = work.script.source.data
        quotes = [match[1] for match in _STRING.finditer(data)]
        self.quote = "'" if quotes.count(b"'") > quotes.count(b'"') else '"'
        self.limit = line_limit(data)
        self.targets: dict[str, list[str]] = {}
        self.roots: set[str] = set()
        self.imports: list[str] = []
        self._taken = read_by(work.script, [work.script.root])

    def free(self, *names: str) -> str:
        """The first of some names that the file does not use, and uses from now on."""
        numbered = (f"{names[-1]}_{index}" for index in range(2, 100))
        name = next(name for name in (*names, *numbered) if name not in self._taken)
        self._taken.add(name)
        return name

    def text(self, content: str) -> str:
        """A string literal in the file's quotes."""
        return f"{self.quote}{content}{self.quote}"

    def concept(self, place: str, arguments: Mapping[str, str]) -> list[str]:
        """The lines of the concept calls that the recipe has for a place."""
        lines: list[str] = []
        for step in self.steps(place):
            concept = step["concept"]
            wanted = self.work.atlas.concepts[concept].signature.names
            given = {name: text for name, text in arguments.items() if name in wanted}
            lowered = self.work.writer.write(concept, given)
            self.roots |= lowered.roots
            self.imports += lowered.imports
            self.targets.setdefault(place, []).append(lowered.target)
            for rendered in lowered.lines:
                line = (
                    f"print({self.text(step['text'] + ':')}, {rendered.text})"
                    if "text" in step
                    else rendered.text
                )
                lines += line.split("\n")
        return lines

    def steps(self, place: str) -> list[Mapping[str, Any]]:
        """The steps of the recipe for a place."""
        return [step for step in self.work.request.recipe.steps if step["place"] == place]

    def suggestion(self, tuned: Tuned, trial: str) -> str:
        """The expression that asks a trial for the value of a hyper-parameter."""
        span = tuned.range
        arguments = {"trial": trial, "name": self.text(tuned.name)}
        if span.choices or span.allowed:
            listed = (
                span.allowed or f"[{', '.join(_requoted(choice, self.quote) for choice in span.choices)}]"
            )
            return _on_one_line(self.concept("choice", {**arguments, "choices": listed}))
        arguments |= _bounds(span)
        return _on_one_line(self.concept("whole number" if span.whole else "number", arguments))

    def call(self, function: str, arguments: Sequence[str], lead: str, access: str = "") -> list[str]:
        """A call behind `lead`, on one line where that is not too long."""
        line = f"{lead}{function}({', '.join(arguments)}){access}"
        if len(line) <= self.limit:
            return [line]
        indent = " " * (len(lead) - len(lead.lstrip()))
        return [f"{lead}{function}(", *(f"{indent}    {each}," for each in arguments), f"{indent}){access}"]

    def header(self, name: str, parameters: Sequence[str]) -> str:
        """The first line of a function, or its first lines where one would be too long."""
        line = f"def {name}({', '.join(parameters)}):"
        if len(line) <= self.limit:
            return line
        return "\n".join([f"def {name}(", *(f"    {each}," for each in parameters), "):"])

    def needed_imports(self) -> list[str]:
        """The import statements that the texts need."""
        library = self.work.writer.library
        found = list(dict.fromkeys(self.imports))
        return [library.import_line, *found] if library.name in self.roots else found


def _requoted(text: str, quote: str) -> str:
    """A string literal in other quotes, where that is safe."""
    if len(text) > 1 and text[0] in "\"'" and text[0] == text[-1] and quote not in text and "\\" not in text:
        return f"{quote}{text[1:-1]}{quote}"
    return text


def _on_one_line(lines: Sequence[str]) -> str:
    """A call that was written on several lines, on one."""
    text = " ".join(line.strip() for line in lines)
    return re.sub(r",? (?=[)\]])", "", re.sub(r"(?<=[(\[]) ", "", text)) if len(lines) > 1 else text


def in_quotes(text: str, quote: str) -> str:
    """An expression with its plain string literals in other quotes."""
    return _PLAIN_STRING.sub(lambda match: f"{quote}{match[2]}{quote}", text)


def _bounds(span: Range) -> dict[str, str]:
    found = {
        "low": number(span.low, whole=span.whole),
        "high": number(span.high, whole=span.whole),
    }
    if span.log:
        found["log"] = "True"
    if span.step is not None:
        found["step"] = number(float(span.step), whole=span.whole)
    return found


def indented(lines: Iterable[str], by: int = 1) -> list[str]:
    """Lines so many steps further in."""
    return [f"{'    ' * by}{line}" if line else line for line in lines]
