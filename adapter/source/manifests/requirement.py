"""source: one requirement as pip reads it: name, extras, versions, marker; or an address it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapter.source.manifests.request import Request

_SPECIFIER = r"(?:===|~=|==|!=|<=|>=|<|>)\s*[^\s,;()]+"
_REQUIREMENT = re.compile(
    rf"""
    \s*
    (?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)
    (?P<extras>\s*\[[^\]]*\])?
    (?P<pin>\s*@\s*[^\s;]\S*
        |\s*\(\s*{_SPECIFIER}(?:\s*,\s*{_SPECIFIER})*\s*\)
        |\s*{_SPECIFIER}(?:\s*,\s*{_SPECIFIER})*)?
    (?P<tail>\s*(?:;(?P<marker>.*))?)
    (?P<rest>.*)
    """,
    re.VERBOSE | re.DOTALL,
)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)\+.*?/([A-Za-z0-9._-]+?)(?:\.git)?/?(?:@[^/#]*)?(?:#.*)?$")
_ARCHIVE = re.compile(r"(?:^|[/\\=])([A-Za-z0-9][A-Za-z0-9._]*?)-\d[^/\\]*\.(?:whl|tar\.gz|zip)(?:[#?].*)?$")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement inside a text: the part from `start` to `end` is its name with extras and versions.

    `marker` is its environment marker without white space, `tail` the marker as it stands, semicolon
    included. `odd` is what could not be read, empty for a requirement that is in order.
    """

    name: str
    start: int
    end: int
    marker: str = ""
    tail: str = ""
    odd: str = ""
    address: bool = False

    @property
    def obstacle(self) -> str:
        """Why this cannot be replaced; empty when it can."""
        return f"cannot read {self.odd!r} as versions" if self.odd else ""

    def loss(self, request: Request) -> str:
        """What is lost when the new distribution takes its place."""
        if not self.address:
            return ""
        return f"{request.old} came from an address of its own; {request.new} comes from the package index"

    def render(self, request: Request) -> str:
        """The new distribution under the same marker."""
        return f"{request.requirement}{self.tail}"


def parse_requirement(text: str) -> Requirement | None:
    """The requirement that a text is; None for what names no distribution, such as a local folder."""
    if name := name_in_address(text):
        stripped = text.strip()
        start = text.index(stripped)
        return Requirement(name, start, start + len(stripped), address=True)
    match = _REQUIREMENT.match(text)
    if match is None or match["rest"].startswith(("/", "\\", ":")):
        return None
    end = match.start("tail")
    marker = "".join((match["marker"] or "").split()).replace('"', "'")
    address = (match["pin"] or "").lstrip().startswith("@")
    return Requirement(
        match["name"],
        match.start("name"),
        end,
        marker,
        match["tail"].rstrip(),
        match["rest"].strip(),
        address,
    )


def name_in_address(text: str) -> str:
    """The distribution that a URL, repository or archive holds, as far as its address tells; else ""."""
    for pattern in (_EGG, _REPOSITORY, _ARCHIVE):
        if match := pattern.search(text.strip()):
            # `name @ address` says the name itself.
            return "" if re.match(r"\s*[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s", text) else match[1]
    return ""
