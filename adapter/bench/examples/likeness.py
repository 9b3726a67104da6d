"""Examples: which examples say the same as an earlier one, exactly or nearly."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator

from adapter.bench.examples.example import Example

_LAYOUT = frozenset(
    (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
)
# So many tokens in a row are compared.
_LENGTH = 5


def distinct(examples: Iterable[Example], near: float) -> Iterator[Example]:
    """The examples without those that are like an earlier one of the same family.

    Likeness is the share of common runs of tokens (Jaccard), of program before and after together; layout,
    comments, quotes and numbers do not count. Examples with a likeness of `near` and more are the same.
    """
    kept: dict[str, list[frozenset[int]]] = {}
    for example in examples:
        runs = _runs(example)
        others = kept.setdefault(example.family, [])
        if not any(_alike(runs, other, near) for other in others):
            others.append(runs)
            yield example


def _alike(one: frozenset[int], other: frozenset[int], near: float) -> bool:
    if min(len(one), len(other)) < near * max(len(one), len(other)):
        return False
    common = len(one & other)
    return common >= near * (len(one) + len(other) - common)


def _runs(example: Example) -> frozenset[int]:
    tokens = [*_tokens(example.question), "=>", *_tokens(example.answer)]
    return frozenset(
        hash(tuple(tokens[start : start + _LENGTH])) for start in range(max(len(tokens) - _LENGTH, 0) + 1)
    )


def _tokens(text: str) -> Iterator[str]:
    """The tokens of the code in Markdown, line by line where it is no Python."""
    code = "\n".join(part for part in text.split("```")[1::2])
    try:
        for token in tokenize.generate_tokens(io.StringIO(code.replace("python\n", "\n")).readline):
            if token.type == tokenize.NUMBER:
                yield "0"
            elif token.type not in _LAYOUT:
                yield token.string.replace('"', "'")
    except (tokenize.TokenError, IndentationError):
        yield from code.splitlines()
