"""The whole graph of maps as a picture: a row for each concept, a column for each library.

The concept stands at the left; the line of its row leads to the APIs that are lifted to it (a dot) and to
what a library writes for it (a ring). Colours tell the fidelity. Every name stays legible, however many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from adapter.graph.model import Entry
from adapter.graph.store import Atlas
from adapter.plan import Fidelity

_LINE = 15
_LABEL = 250
_COLUMN = 265
_HEAD = 34
_LONGEST = 40
_COLOURS = {Fidelity.EXACT: "#2b8a3e", Fidelity.LOSSY: "#e67700", Fidelity.UNSAFE: "#c92a2a"}
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#212529;paint-order:stroke;stroke:#fff;stroke-width:3px}"
    ".head{font-weight:600;font-size:13px}.room{font-weight:600;font-size:14px}"
    ".concept{font-weight:600}.line{stroke:#ced4da;stroke-width:1}.band{fill:#f8f9fa}"
    ".off{opacity:.12}"
)


@dataclass(frozen=True, slots=True)
class Node:
    """An API beside a concept: its name, whether it is read and written, and what is said of it."""

    name: str
    read: bool
    written: bool
    fidelity: Fidelity
    title: str


def draw_svg(atlas: Atlas, libraries: Iterable[str] = ()) -> str:
    """The graph as SVG; all libraries unless some are named."""
    names = list(libraries) or [name for name in atlas.names if _speaks(atlas, name)]
    rows = list(_rows(atlas, names))
    width = _LABEL + _COLUMN * len(names) + 20
    height = _HEAD + sum(_height(cells) if cells is not None else 30 for _, cells in rows) + 40
    body = [*_head(names), *_body(atlas, rows, names, width)]
    count = sum(len(nodes) for _, cells in rows if cells is not None for nodes in cells.values())
    legend = f"{count} APIs, {sum(cells is not None for _, cells in rows)} concepts, {len(names)} libraries"
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    meaning = "Dot: read; ring: written; green exact, orange lossy, red unsafe."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{legend}">',
            f"<style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *body,
            f'<text x="10" y="{height - 14}">{legend}. {meaning}</text>',
            "</svg>",
        ]
    )


def draw_html(atlas: Atlas, libraries: Iterable[str] = ()) -> str:
    """The graph as one page without further files: the picture, and a box that dims what does not match."""
    script = (
        "const box=document.querySelector('input');"
        "box.addEventListener('input',()=>{const word=box.value.toLowerCase();"
        "document.querySelectorAll('g.row').forEach(row=>{"
        "row.classList.toggle('off',word!==''&&!row.textContent.toLowerCase().includes(word));});});"
    )
    style = (
        "body{margin:0;font:14px system-ui,sans-serif}"
        "header{position:sticky;top:0;left:0;background:#fff;padding:8px 12px}"
        "input{font:inherit;width:22em}"
    )
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>Maps</title><style>{style}</style></head>\n'
        '<body><header><label>Show <input type="search" placeholder="a concept or an API"></label></header>\n'
        f"{draw_svg(atlas, libraries)}\n<script>{script}</script></body></html>\n"
    )


def _speaks(atlas: Atlas, name: str) -> bool:
    """Whether a library's map has to do with concepts; one with direct edges alone has no place here."""
    return any(entry.concept is not None and not entry.gap for entry in atlas.library(name).entries)


def _rows(atlas: Atlas, names: list[str]) -> Iterator[tuple[str, dict[str, list[Node]] | None]]:
    """Concepts with their APIs by library, in the order of their files; a row without cells begins a room."""
    table = {concept: {name: list[Node]() for name in names} for concept in atlas.concepts}
    for name in names:
        for entry in atlas.library(name).entries:
            if entry.concept in table and not entry.gap:
                _put(table[entry.concept][name], _node(entry))
    room = ""
    for concept, cells in table.items():
        if not any(cells.values()):
            continue
        if concept.partition(".")[0] != room:
            room = concept.partition(".")[0]
            yield room, None
        yield concept, cells


def _put(nodes: list[Node], node: Node) -> None:
    """One node for one API, however many entries it has."""
    for index, other in enumerate(nodes):
        if other.name == node.name:
            worst = Fidelity.worst((other.fidelity, node.fidelity))
            read, written = other.read or node.read, other.written or node.written
            nodes[index] = Node(node.name, read, written, worst, other.title or node.title)
            return
    nodes.append(node)


def _node(entry: Entry) -> Node:
    if entry.pattern is not None:
        name = entry.pattern.name.removeprefix(f"{entry.library}.")
        name += "()" if entry.pattern.signature is not None else ""
    else:
        calls = [call for line in (entry.write.lines if entry.write else ()) for call in line.calls]
        name = ", ".join(dict.fromkeys(calls)).removeprefix(f"{entry.library}.") or "(nothing is needed)"
    lost = [why for why in (*entry.drops.values(), *entry.refuses.values()) if why]
    fidelity = Fidelity.worst((entry.fidelity, Fidelity.LOSSY if lost else Fidelity.EXACT))
    title = "; ".join(part for part in (entry.note, *lost) if part)
    return Node(name, entry.lift is not None, entry.write is not None, fidelity, title)


def _height(cells: dict[str, list[Node]]) -> int:
    return max(1, *map(len, cells.values())) * _LINE + 6


def _head(names: list[str]) -> Iterator[str]:
    for index, name in enumerate(names):
        yield f'<text class="head" x="{_LABEL + index * _COLUMN + 14}" y="22">{escape(name)}</text>'


def _body(
    atlas: Atlas, rows: list[tuple[str, dict[str, list[Node]] | None]], names: list[str], width: int
) -> Iterator[str]:
    y = _HEAD
    for number, (concept, cells) in enumerate(rows):
        if cells is None:
            yield f'<text class="room" x="10" y="{y + 21}">{escape(concept)}</text>'
            y += 30
            continue
        height = _height(cells)
        yield '<g class="row">'
        if number % 2:
            yield f'<rect class="band" x="0" y="{y}" width="{width}" height="{height}"/>'
        last = max(index for index, name in enumerate(names) if cells[name])
        end = _LABEL + last * _COLUMN + 8
        yield f'<line class="line" x1="{_LABEL - 10}" y1="{y + 11}" x2="{end}" y2="{y + 11}"/>'
        yield _concept(atlas, concept, y)
        for index, name in enumerate(names):
            yield from _cell(cells[name], _LABEL + index * _COLUMN + 8, y)
        yield "</g>"
        y += height


def _concept(atlas: Atlas, concept: str, y: int) -> str:
    same = atlas.concepts[concept].same_as
    equals = f" = {same.concept.partition('.')[2]}" if same is not None else ""
    label = _cut(f"{concept.partition('.')[2]}{equals}", 38)
    title = escape(f"{atlas.concepts[concept].doc}{equals}")
    return f'<text class="concept" x="10" y="{y + 15}"><title>{title}</title>{escape(label)}</text>'


def _cell(nodes: list[Node], x: int, y: int) -> Iterator[str]:
    for index, node in enumerate(nodes):
        middle = y + 11 + index * _LINE
        colour = _COLOURS[node.fidelity]
        if index:
            yield f'<line class="line" x1="{x}" y1="{middle - _LINE}" x2="{x}" y2="{middle}"/>'
        if node.written:
            ring = f'fill="#ffffff" stroke="{colour}" stroke-width="1.5"'
            yield f'<circle cx="{x}" cy="{middle}" r="5" {ring}/>'
        if node.read:
            yield f'<circle cx="{x}" cy="{middle}" r="2.8" fill="{colour}"/>'
        title = f"<title>{escape(node.name)}: {escape(node.title or node.fidelity.value)}</title>"
        yield f'<text x="{x + 9}" y="{middle + 4}">{title}{escape(_cut(node.name, _LONGEST))}</text>'


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
