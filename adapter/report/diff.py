"""Report: unified diffs.

A file or a pipe gets a patch, byte for byte, that `git apply` and `patch` take. A terminal gets the same for
reading: decoded, coloured, control characters made visible, and notebooks cell by cell.
"""

from __future__ import annotations

import io
import json
import tokenize
from collections.abc import Callable, Iterable
from pathlib import Path

from adapter.plan import Plan
from adapter.report.lines import Hunk, hunks, split_lines
from adapter.report.notebook import changed_cells
from adapter.report.paths import shown
from adapter.report.printer import Output
from adapter.report.run import Run

_BOLD, _RED, _GREEN, _CYAN, _RESET = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"
_COLORS = {b"-": _RED, b"+": _GREEN}
_NO_NEWLINE = "\\ No newline at end of file"
# Control characters as pictures, so that a file cannot steer the terminal that shows it; a tab stays.
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if code != 0x09} | {
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
}


class DiffPrinter:
    """Prints the diff of every plan that changes something."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def add(self, plan: Plan) -> None:
        """Print the diff of one plan."""
        if plan.error is not None or plan.after is None or not plan.changed:
            return
        if self._output.terminal:
            self._show(plan.path, plan.before, plan.after)
        else:
            self._output.write(unified(plan.path, plan.before, plan.after))

    def finish(self, run: Run) -> None:
        """Nothing is left to print: diffs come out as they are made."""

    def _show(self, path: Path, before: bytes, after: bytes) -> None:
        cells = changed_cells(before, after) if path.suffix == ".ipynb" else None
        if cells:
            for number, old, new in cells:
                name = f"{shown(path)} cell {number}"
                found = hunks(split_lines(old), split_lines(new))
                self.show_hunks(name, found, lambda line: _text(line, "utf-8"))
        else:
            encoding = declared_encoding(before)
            found = hunks(split_lines(before), split_lines(after))
            self.show_hunks(shown(path), found, lambda line: _text(line, encoding))

    def show_hunks(self, name: str, found: Iterable[Hunk], read: Callable[[bytes], str]) -> None:
        """Print hunks for reading; `read` makes a text of a line."""
        name = name.removeprefix("/").translate(_PICTURES)
        rows = [self._styled(_BOLD, f"--- a/{name}"), self._styled(_BOLD, f"+++ b/{name}")]
        for hunk in found:
            rows.append(self._styled(_CYAN, hunk.header()))
            for sign, line in hunk.rows:
                text = sign.decode() + read(line).translate(_PICTURES)
                rows.append(self._styled(_COLORS.get(sign, ""), text))
                if not line.endswith(b"\n"):
                    rows.append(_NO_NEWLINE)
        self._output.write_text("\n".join(rows) + "\n")

    def _styled(self, style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if style and self._output.color else text


def unified(path: Path, before: bytes, after: bytes) -> bytes:
    """The patch that turns one content of a file into the other; empty when they are equal."""
    parts = [
        hunk.header().encode() + b"\n" + patch_body(hunk)
        for hunk in hunks(split_lines(before), split_lines(after))
    ]
    return patch_header(path) + b"".join(parts) if parts else b""


def patch_header(path: Path) -> bytes:
    """The two lines that name a file in a patch."""
    name = shown(path).removeprefix("/").encode("utf-8", errors="surrogateescape")
    return b"--- " + _quoted(b"a/" + name) + b"\n+++ " + _quoted(b"b/" + name) + b"\n"


def patch_body(hunk: Hunk) -> bytes:
    """The lines of a hunk in a patch, without its `@@` line."""
    parts: list[bytes] = []
    for sign, line in hunk.rows:
        parts += (sign, line)
        if not line.endswith(b"\n"):
            parts.append(f"\n{_NO_NEWLINE}\n".encode())
    return b"".join(parts)


def read_patch_body(body: bytes) -> list[tuple[bytes, bytes]]:
    """The signs and lines that `patch_body` wrote."""
    rows: list[tuple[bytes, bytes]] = []
    for line in split_lines(body):
        if line == f"{_NO_NEWLINE}\n".encode():
            sign, text = rows.pop()
            rows.append((sign, text.removesuffix(b"\n")))
        else:
            rows.append((line[:1], line[1:]))
    return rows


def readable_line(plan: Plan) -> Callable[[bytes], str]:
    """How a line of a plan's file reads: decoded, and a line of a notebook's code without its quotes."""
    if plan.path.suffix == ".ipynb":
        return _cell_line
    encoding = declared_encoding(plan.before)
    return lambda line: _text(line, encoding)


def _cell_line(line: bytes) -> str:
    text = _text(line, "utf-8")
    try:
        value = json.loads(text.strip().removesuffix(","))
    except ValueError:
        return text
    return value.rstrip("\n") if isinstance(value, str) else text


def _text(line: bytes, encoding: str) -> str:
    return line.removesuffix(b"\n").removesuffix(b"\r").decode(encoding, errors="replace")


def declared_encoding(data: bytes) -> str:
    """The encoding that a Python file declares; latin-1, which shows anything, where it declares nonsense."""
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:
        return "latin-1"


def _quoted(name: bytes) -> bytes:
    """A file name as git writes it in a header: a tab ends one with spaces, odd characters are escaped."""
    if any(byte < 0x20 or byte in b'"\\\x7f' for byte in name):
        escaped = (
            f"\\{byte:03o}".encode() if byte < 0x20 or byte in b'"\\\x7f' else bytes((byte,)) for byte in name
        )
        return b'"' + b"".join(escaped) + b'"'
    return name + b"\t" if b" " in name else name
