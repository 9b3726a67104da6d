"""fallback: secrets are taken out of a text before it leaves, and put back into what returns."""

from __future__ import annotations

import re

_WORDS = r"api[_-]?key|secret|token|passw(?:or)?d|passphrase|credential|access[_-]?key|auth"
_NAMED = rf"(?i:[\w.\-]*(?:{_WORDS})[\w\-]*)"
# each has the secret as its group "secret"; the rest of the match stays
_PATTERNS = (
    re.compile(
        r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))", re.DOTALL
    ),
    re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s/@:'\"]*:(?P<secret>[^\s/@'\"]+)@"),
    re.compile(r"\b(?P<secret>(?:sk|pk|rk)[-_](?:[a-zA-Z]+[-_])*[A-Za-z0-9_\-]{16,})"),
    re.compile(
        r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|hf_[A-Za-z0-9]{16,})"
    ),
    re.compile(r"\b(?P<secret>A(?:KIA|SIA)[A-Z0-9]{16})\b"),
    re.compile(r"\b(?P<secret>AIza[\w\-]{30,}|xox[abprs]-[\w\-]{10,}|ya29\.[\w\-]{20,})"),
    re.compile(r"\b(?P<secret>eyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*)"),
    re.compile(r"(?i:\bbearer)\s+(?P<secret>[A-Za-z0-9._~+/\-]{12,}=*)"),
    # a name that speaks of a secret, then a text: api_key="...", "password": "...", a shell's PASSWORD=...
    re.compile(rf"{_NAMED}['\"]?\s*\]?\s*(?:[:=]|==|,)\s*[rbuf]?(['\"])(?P<secret>[^'\"\n]{{4,}})\1"),
    re.compile(rf"(?m:^|\s|export\s){_NAMED}=(?P<secret>[^\s'\"(){{}}\[\],]{{6,}})(?=\s|$)"),
    re.compile(r"(?i:\blogin)\(\s*(?:key\s*=\s*)?(['\"])(?P<secret>[^'\"\n]{8,})\1"),
    # forty hexadecimal digits are the form of W&B's keys
    re.compile(r"\b(?P<secret>[0-9a-f]{40})\b"),
)
_MARK = "REDACTED_{}"


class Redaction:
    """Hides the secrets of one run; the same secret always gets the same mark."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    def hide(self, text: str) -> str:
        """The text with a mark in place of every secret that is recognised."""
        for pattern in _PATTERNS:
            text = pattern.sub(self._hidden, text)
        return text

    def restore(self, text: str) -> str:
        """The text with every secret in place of its mark."""
        # the latest first: its secret may hold an earlier mark, and REDACTED_12 begins with REDACTED_1
        for secret, mark in reversed(self._marks.items()):
            text = text.replace(mark, secret)
        return text

    def _hidden(self, match: re.Match[str]) -> str:
        secret = match["secret"]
        if secret.startswith("REDACTED_"):
            return match[0]
        mark = self._marks.setdefault(secret, _MARK.format(len(self._marks) + 1))
        start, end = match.span("secret")
        return match[0][: start - match.start()] + mark + match[0][end - match.start() :]
