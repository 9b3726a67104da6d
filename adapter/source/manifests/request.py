"""source: what is asked of a manifest, and how distributions are named."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[-_.]+")


def normalise(name: str) -> str:
    """The one spelling of a distribution's name (PEP 503): "Weights_And.Biases" is "weights-and-biases"."""
    return _SEPARATORS.sub("-", name).lower()


@dataclass(frozen=True, slots=True)
class Request:
    """Put the distribution `new` in the place of `old`, or beside it where `keep` is set.

    With `beside` nothing is to be replaced: `old` is needed as before, and `new` from now on too.
    `version` is a specifier such as ">=2.10,<4" for the new one, or "" for any version.
    """

    old: str
    new: str
    version: str = ""
    keep: bool = False
    beside: bool = False

    @property
    def requirement(self) -> str:
        """The new distribution as a requirement: "mlflow>=2.10"."""
        return f"{self.new}{self.version}"

    @property
    def constraint(self) -> str:
        """The versions of the new distribution as Poetry and Pipenv write them: "*" for any."""
        return self.version or "*"

    def is_old(self, name: str) -> bool:
        """Whether this is the distribution to be replaced, in any spelling."""
        return normalise(name) == normalise(self.old)

    def is_new(self, name: str) -> bool:
        """Whether this is the distribution that takes its place."""
        return normalise(name) == normalise(self.new)

    def concerns(self, name: str) -> bool:
        """Whether this is one of the two."""
        return self.is_old(name) or self.is_new(name)

    def may_concern(self, raw: bytes) -> bool:
        """Whether the bytes of a file can name the old distribution at all; a fast test."""
        pattern = _SEPARATORS.sub("[-_.]+", re.escape(self.old).replace("\\", ""))
        # UTF-16 puts a NUL beside every letter.
        return re.search(pattern.encode(), raw.replace(b"\0", b""), re.IGNORECASE) is not None
