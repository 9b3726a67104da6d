"""Words in strings: a site that is a text alone (`report_to="wandb"`, `os.environ["WANDB_PROJECT"]`)."""

from __future__ import annotations

import ast

from tree_sitter import Node

from adapter.names.uses import Use
from adapter.plan import GapReason, SiteKind
from adapter.translate.lift import NoPathError
from adapter.translate.lower import Lowered
from adapter.translate.render import Rendered

_KINDS = frozenset({SiteKind.KEYWORD, SiteKind.ENVIRONMENT})


def narrow_to_word(use: Use, lowered: Lowered) -> None:
    """Lets a text that a map writes for such a site take the place of the text alone, in the same quotes.

    What else a map writes (a statement, or nothing) takes the place of the whole site.
    """
    if len(lowered.lines) != 1:
        return
    if use.kind is SiteKind.ANNOTATION and use.node.type == "string":
        _requote(use, lowered)
    if not takes_word(use, lowered):
        return
    word, node = _literal(lowered.lines[0].text), _word_of(use)
    assert word is not None
    assert node is not None
    lowered.node = node
    lowered.lines = [Rendered(_in_quotes(word, node), is_value=True, bare=True)]


def takes_word(use: Use, lowered: Lowered) -> bool:
    """Whether only the text that spells a site gives way, and what stands beside it stays as it is."""
    if use.kind not in _KINDS or len(lowered.lines) != 1:
        return False
    return _literal(lowered.lines[0].text) is not None and _word_of(use) is not None


def _requote(use: Use, lowered: Lowered) -> None:
    """A type in quotes stays in quotes; one of several in the same quotes cannot be told apart."""
    spelled = (use.node.text or b"").decode().strip("\"'")
    if not all(part.isidentifier() for part in spelled.split(".")):
        raise NoPathError(GapReason.POSITION, "it is one of several names within one string")
    lowered.lines = [Rendered(_in_quotes(lowered.lines[0].text, use.node), is_value=True, bare=True)]


def _literal(text: str) -> str | None:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def _word_of(use: Use) -> Node | None:
    """The string, or the keyword's name, that spells the site."""
    wanted = use.api.removeprefix("env:").rpartition("=")[2].encode()
    stack = [use.node]
    while stack:
        node = stack.pop()
        if node.type == "string" and (node.text or b"").strip(b"rRbBuU").strip(b"\"'") == wanted:
            return node
        if node.type == "identifier" and node.text == wanted and use.node.type == "keyword_argument":
            return node
        stack.extend(reversed(node.named_children))
    return None


def _in_quotes(word: str, node: Node) -> str:
    if node.type != "string":
        return word
    text = (node.text or b"").decode()
    start = next(index for index, character in enumerate(text) if character in "\"'")
    quote = text[start] * (3 if text[start : start + 3] in ('"""', "'''") else 1)
    return f"{text[:start]}{quote}{word}{quote}"
