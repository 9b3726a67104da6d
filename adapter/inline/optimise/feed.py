"""inline: inputs of a model as expressions: what gives the data, and what of a batch the model is given."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.optimise.saying import in_brackets
from adapter.inline.optimise.scopes import targets
from adapter.inline.script import Script

BATCH = "batch"
READS = re.compile(rf"\b{BATCH}\b")


@dataclass(frozen=True, slots=True)
class Feed:
    """Inputs of a model as expressions for one place.

    `data` gives elements again and again; `inputs` says in terms of `batch`, one of them, what the model is
    given: one value, a tuple of positional arguments, or a dict of named ones. `only` is the sole input
    where there is just one, or a short expression of the first. Where one expression would be too long,
    `body` are the statements of a function of `parameter` instead.
    """

    data: str
    inputs: str = BATCH
    only: str = ""
    parameter: str = BATCH
    body: tuple[str, ...] = ()

    @property
    def transform(self) -> str:
        """A function that takes the inputs out of an element of `data`, "" when that is the input."""
        return "" if self.inputs == BATCH else f"lambda {BATCH}: {self.inputs}"

    @property
    def takes_apart(self) -> bool:
        """Whether the inputs read the batch more than once, so that an example needs the batch in a name."""
        return not self.only and len(READS.findall(self.inputs)) > 1

    @property
    def example(self) -> str:
        """One input of the model; with `takes_apart` it reads `batch`, which is `first`."""
        if self.only:
            return self.only
        return self.inputs if self.takes_apart else READS.sub(lambda _: self.first, self.inputs)

    @property
    def first(self) -> str:
        """The first element of the data."""
        whole = self.data[5:-1] if self.data.startswith("list(") else self.data
        return f"next(iter({whole}))"


class UnsaidError(Exception):
    """How the model is fed cannot be said at the place; the message says what stands in the way."""


def projected(script: Script, pattern: Node, name: str, said: str) -> str:
    """The part of a value that a name in a target stands for: `batch[0]` for `x` in `x, y`."""
    if pattern.type == "identifier":
        return said
    children = pattern.named_children
    for index, child in enumerate(children):
        if child.type == "list_splat_pattern" and any(script.text(t) == name for t in targets(child)):
            rest = len(children) - index - 1
            return f"{in_brackets(said)}[{index or ''}:{-rest if rest else ''}]"
        if any(script.text(t) == name for t in targets(child)):
            starred = any(c.type == "list_splat_pattern" for c in children[:index])
            place = index - len(children) if starred else index
            return projected(script, child, name, f"{in_brackets(said)}[{place}]")
    raise UnsaidError(f"`{name}` at line {script.line(pattern)}")


def one_line(text: str) -> str:
    """An expression without the line breaks that only brackets around it allow."""
    joined = " ".join(line.strip() for line in text.splitlines())
    return re.sub(r",\s*([)\]}])", r"\1", re.sub(r"([(\[{])\s+", r"\1", joined)) if "\n" in text else text
