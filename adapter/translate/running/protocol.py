"""What rules in Python see and say: a function over the sites of a library.

from adapter.translate.running.protocol import CodeSite, Left, sites_of

@sites_of("wandb")
def shorten(site: CodeSite) -> str | None:
    if site.api != "wandb.log" or "sync" not in site.keywords:
        return None                              # not the rule's business
    if site.positional == ():
        raise Left("log() without data")         # listed as left, with the reason
    return f"wandb.log({site.positional[0]})"    # the new text of the site
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from adapter.plan import Fidelity, SiteKind

MARK = "__adapter_sites__"


class Left(Exception):  # noqa: N818 - a rule says with it that a site stays, which is no error
    """A rule leaves a site as it is; the message is the reason that is listed."""


@dataclass(frozen=True, slots=True)
class CodeSite:
    """One site as a rule sees it.

    `api` is the qualified name (`wandb.log`, `wandb.Run.log`), `text` the code of the site, `receiver` that
    of the object before the last dot. Of a call, `positional` and `keywords` are the arguments as text;
    `starred` says that `*` or `**` passes more. `line` and `column` count from 1.
    """

    api: str
    kind: SiteKind
    text: str
    receiver: str
    positional: tuple[str, ...]
    keywords: Mapping[str, str]
    starred: bool
    line: int
    column: int
    imports: list[str] = field(default_factory=list)

    def needs(self, statement: str) -> None:
        """Asks for an import statement that the new text needs."""
        self.imports.append(statement)


SiteFunction: TypeAlias = Callable[[CodeSite], str | None]


@dataclass(frozen=True, slots=True)
class SiteRule:
    """A function over sites, with the library whose sites it sees."""

    library: str
    name: str
    function: SiteFunction
    fidelity: Fidelity = Fidelity.EXACT
    note: str = ""


def sites_of(
    library: str, *, fidelity: str = "exact", note: str = ""
) -> Callable[[SiteFunction], SiteFunction]:
    """Registers a function as a rule over the sites of a library."""

    def register(function: SiteFunction) -> SiteFunction:
        rule = SiteRule(library, function.__name__, function, Fidelity(fidelity), note)
        setattr(function, MARK, rule)
        return function

    return register
