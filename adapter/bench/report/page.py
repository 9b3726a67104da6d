"""Bench: a report as one HTML page with its plots inside."""

from __future__ import annotations

import base64
import string
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from adapter.bench.report.tables import Table

_ALT = {
    "families": "Pass@1 by family and arm",
    "failures": "What became of the answers of each arm",
    "settings": "Pass@1 by documentation and temperature",
}
# The plot that stands under each table.
_UNDER = {"By family": "families", "Why answers are wrong": "failures", "Several answers": "settings"}


def page(title: str, tables: Sequence[Table], plots: Mapping[str, bytes]) -> str:
    """The page; a plot stands under the table that it shows, others at the end."""
    left = dict(plots)
    parts = []
    for table in tables:
        parts.append(_section(table))
        name = _UNDER.get(table.title, "")
        if name in left:
            parts.append(_image(name, left.pop(name)))
    parts += [_image(name, data) for name, data in left.items()]
    template = string.Template((files("adapter.bench.report") / "page.html").read_text("utf-8"))
    return template.substitute(title=escape(title), body="\n".join(parts))


def _section(table: Table) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in table.headings)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in table.rows
    )
    return (
        f"<h2>{escape(table.title)}</h2>\n<p>{escape(table.note)}</p>\n"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'
    )


def _image(name: str, data: bytes) -> str:
    encoded = base64.b64encode(data).decode("ascii")
    return f'<img alt="{_ALT.get(name, name)}" src="data:image/png;base64,{encoded}">'
