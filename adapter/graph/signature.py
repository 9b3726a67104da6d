"""Signatures and patterns as maps spell them: `wandb.log(data, step=None)`, `wandb.Config.{name} = value`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from adapter.plan import SiteKind

_DOTTED = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_MEMBER = re.compile(rf"^(?P<owner>{_DOTTED})\.\{{(?P<member>\w+)\}}(?:\s*=\s*(?P<value>\w+))?$")
_SUBSCRIPT = re.compile(rf"^(?P<owner>{_DOTTED})\[(?P<key>\w+)\](?:\s*=\s*(?P<value>\w+))?$")
_ATTRIBUTE = re.compile(rf"^(?P<name>{_DOTTED})(?:\s*=\s*(?P<value>\w+))?$")
_KEYWORD = re.compile(r"^keyword\s+(?P<name>\w+)\s*=\s*[\"'](?P<value>[^\"']+)[\"']$")
_ENVIRONMENT = re.compile(r"^env\s+(?P<name>\w+)$")
_BASE = re.compile(rf"^class\s+(?P<name>{_DOTTED})$")

ANY_MEMBER = "{}"


class SignatureSyntaxError(ValueError):
    """A signature or pattern in a map cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature; `kind` is `positional`, `keyword`, `varargs` or `varkeywords`."""

    name: str
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """A dotted name with its parameters, in order."""

    name: str
    parameters: tuple[Parameter, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of all parameters."""
        return frozenset(parameter.name for parameter in self.parameters)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a map entry matches: a kind of site and a qualified name.

    `name` ends in `.{}` for any member and in `[]` for subscripts. `arguments` are the names that
    the pattern binds: parameters of a call, the member, the key, the written value.
    """

    kind: SiteKind
    name: str
    signature: Signature | None = None
    member: str | None = None
    key: str | None = None
    value: str | None = None
    subclass: str | None = None

    @property
    def arguments(self) -> frozenset[str]:
        """Every name that a match binds."""
        bound = {name for name in (self.member, self.key, self.value, self.subclass) if name}
        return frozenset(bound | set(self.signature.names if self.signature else ()))

    def on(self, owner: str) -> Pattern:
        """The same pattern reached through an instance of a type: `wandb.log` on `wandb.Run`."""
        last = self.name.rpartition(".")[2]
        return Pattern(self.kind, f"{owner}.{last}", self.signature, self.member, self.key, self.value)


@lru_cache(maxsize=4096)
def parse_signature(text: str) -> Signature:
    """Reads `a.b(x, y=None, *, z, **more)`.

    Raises:
        SignatureSyntaxError: the text is not a dotted name followed by a parameter list.
    """
    name, bracket, rest = text.strip().partition("(")
    if not bracket or not rest.rstrip().endswith(")") or not re.fullmatch(_DOTTED, name.strip()):
        raise SignatureSyntaxError(
            f"expected a signature like 'library.call(first, second=None)', got {text!r}"
        )
    try:
        function = ast.parse(f"def _({rest.rstrip()[:-1]}): ...").body[0]
    except SyntaxError as error:
        raise SignatureSyntaxError(f"cannot read the parameters of {text!r}: {error.msg}") from error
    assert isinstance(function, ast.FunctionDef)
    return Signature(name.strip(), tuple(_parameters(function.args)))


def _parameters(arguments: ast.arguments) -> list[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    first_optional = len(positional) - len(arguments.defaults)
    found = [Parameter(a.arg, "positional", i >= first_optional) for i, a in enumerate(positional)]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, "varargs", True))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, "keyword", default is not None))
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, "varkeywords", True))
    return found


@lru_cache(maxsize=4096)
def parse_pattern(text: str) -> Pattern:
    """Reads what an entry matches.

    A call `a.b(x)`, a read `a.b`, a write `a.b = value`, any member `a.T.{name}`, a subscript
    `a.T[key]` (with `= value` when written), `class a.B`, `keyword report_to="a"`, `env A_NAME`.

    Raises:
        SignatureSyntaxError: the text is none of these.
    """
    text = text.strip()
    if match := _KEYWORD.match(text):
        return Pattern(SiteKind.KEYWORD, f"{match['name']}={match['value']}")
    if match := _ENVIRONMENT.match(text):
        return Pattern(SiteKind.ENVIRONMENT, f"env:{match['name']}", value="value")
    if match := _BASE.match(text):
        return Pattern(SiteKind.BASE, match["name"], subclass="subclass")
    if match := _MEMBER.match(text):
        kind = SiteKind.WRITE if match["value"] else SiteKind.READ
        return Pattern(kind, f"{match['owner']}.{ANY_MEMBER}", member=match["member"], value=match["value"])
    if match := _SUBSCRIPT.match(text):
        kind = SiteKind.SUBSCRIPT_WRITE if match["value"] else SiteKind.SUBSCRIPT_READ
        return Pattern(kind, f"{match['owner']}[]", key=match["key"], value=match["value"])
    if match := _ATTRIBUTE.match(text):
        kind = SiteKind.WRITE if match["value"] else SiteKind.READ
        return Pattern(kind, match["name"], value=match["value"])
    signature = parse_signature(text)
    return Pattern(SiteKind.CALL, signature.name, signature)
