"""Command line: `adapter maps`: what the maps know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli import maps_check, maps_new
from adapter.cli.exits import failure
from adapter.cli.maps_learn import learn
from adapter.cli.matrix import matrix
from adapter.cli.tables import print_table
from adapter.plan import Fidelity

if TYPE_CHECKING:
    from adapter.graph.model import Entry
    from adapter.graph.network import Path as GraphPath
    from adapter.graph.network import Route
    from adapter.graph.store import Atlas
    from adapter.graph.template import Line, Template


class GraphFormat(StrEnum):
    """How the whole graph is drawn."""

    DOT = "dot"
    SVG = "svg"
    HTML = "html"


app = typer.Typer(help="Show what the maps know.", no_args_is_help=True)
app.command("matrix")(matrix)
app.command("check")(maps_check.check)
app.command("new", no_args_is_help=True)(maps_new.new)
app.command("test")(maps_check.run_examples)
app.command("learn")(learn)

Library = Annotated[str, typer.Argument(metavar="LIB", help="A library that has a map.", show_default=False)]


@app.command("list")
def list_maps() -> None:
    """List the libraries that have a map."""
    atlas = _atlas()
    rows = [("library", "distribution", "versions", "read", "written")]
    for name in atlas.names:
        library = atlas.library(name)
        lifted = sum(1 for entry in library.entries if entry.lift is not None or entry.direct)
        lowered = sum(1 for entry in library.entries if entry.write is not None)
        rows.append((name, library.distribution, library.versions, str(lifted), str(lowered)))
    print_table(rows)


@app.command("show", no_args_is_help=True)
def show(
    library: Library,
    api: Annotated[
        str, typer.Argument(metavar="[API]", help="Only APIs whose name holds this text.", show_default=False)
    ] = "",
) -> None:
    """Show the entries of a map: the API, its concept, and what is lost."""
    atlas = _atlas()
    _known(atlas, library)
    rows = [("api", "concept", "fidelity", "remark")]
    for entry in atlas.library(library).entries:
        name = entry_name(entry)
        if api in name or api in (entry.concept or ""):
            concept = entry.concept or (", ".join(entry.direct) if entry.direct else "-")
            rows.append((name, concept, "gap" if entry.gap else entry.fidelity.value, _remark(entry)))
    if len(rows) == 1:
        raise failure(
            f"the map of {library} has no entry with {api!r}; `adapter maps show {library}` lists all"
        )
    print_table(rows)


@app.command("graph")
def graph(
    source: Annotated[str, typer.Option("--from", metavar="LIB", help="Paths from this library ...")] = "",
    target: Annotated[str, typer.Option("--to", metavar="LIB", help="... to this one.")] = "",
    form: Annotated[GraphFormat, typer.Option("--format", help="dot, svg or html.")] = GraphFormat.DOT,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Print to a file.", show_default=False)
    ] = None,
) -> None:
    """Show the path of every API from one library to another; without both, the whole graph as a picture.

    With --from and --to: which APIs get through, by which concepts, at what fidelity, and which fall off. A
    picture of two libraries alone: --from, --to and --format svg or html.
    """
    atlas = _atlas()
    if bool(source) != bool(target):
        raise failure("--from and --to belong together; give both, or none for the whole graph")
    for name in (source, target) if source else ():
        _known(atlas, name)
    if form is not GraphFormat.DOT:
        from adapter.graph.drawing import draw_html, draw_svg

        draw = draw_svg if form is GraphFormat.SVG else draw_html
        _put(draw(atlas, [source, target] if source else []), output)
        return
    if source:
        from adapter.graph.network import route

        rows = list(_paths(route(atlas, source, target)))
        print_table([("api", "through", "to", "fidelity"), *rows])
        counts = Counter(row[3] for row in rows)
        typer.echo(f"{len(rows)} entries: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
        return
    from adapter.graph.network import build_graph

    lines = [
        f"  {_dot(atlas, first)} -> {_dot(atlas, second)};" for first, second in build_graph(atlas).edges
    ]
    _put("\n".join(["digraph maps {", "  rankdir=LR;", *sorted(set(lines)), "}"]), output)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise failure(f"{output}: {error.strerror}") from error


def entry_name(entry: Entry) -> str:
    """What an entry stands for, as a reader of code would write it."""
    if entry.pattern is None:
        return "-"
    return entry.pattern.name + ("()" if entry.pattern.signature is not None else "")


def _remark(entry: Entry) -> str:
    lost = [f"{name}: {why}" for name, why in (*entry.drops.items(), *entry.refuses.items()) if why]
    return "; ".join(part for part in (entry.gap, entry.note, *lost) if part)


def _paths(route: Route) -> Iterator[tuple[str, ...]]:
    for entry in route.source.entries:
        if entry.pattern is None:
            continue
        path = route.paths.get(entry.index)
        if path is None:
            reason = "left on purpose" if entry.gap else "falls off"
            yield entry_name(entry), "-", "no path", reason
            continue
        templates = [lower.write for lower in path.lowers if lower.write is not None]
        if path.direct:
            templates = [entry.direct[route.target.name]]
        written = dict.fromkeys(map(_written, templates))
        yield (
            entry_name(entry),
            " > ".join(path.concepts) or "direct",
            " | ".join(written),
            _loss(entry, path),
        )


def _loss(entry: Entry, path: GraphPath) -> str:
    """The best fidelity that a path has; an argument that is dropped makes a use of it lossy."""
    best = min((lower.fidelity for lower in path.lowers), key=lambda each: each.rank, default=Fidelity.EXACT)
    found = Fidelity.worst((entry.fidelity, best))
    lossy = found is Fidelity.EXACT and any(entry.drops.values())
    return f"{found.value}, some arguments lossy" if lossy else found.value


def _written(template: Template) -> str:
    """What a template calls; a line that calls nothing stands for itself."""
    names = [name for line in template.lines for name in (line.calls or (_line_text(line),))]
    return ", ".join(dict.fromkeys(names))


def _line_text(line: Line) -> str:
    text = line.text
    for hole in reversed(line.placeholders):
        text = f"{text[: hole.start]}{{{hole.name}}}{text[hole.end :]}"
    return text


def _dot(atlas: Atlas, node: tuple[str, ...]) -> str:
    kind, name, *index = node
    label = entry_name(atlas.library(name).entries[int(index[0])]) if kind == "api" else name
    return '"' + label.replace('"', '\\"') + '"'


def _atlas() -> Atlas:
    from adapter.graph.discovery import found_atlas
    from adapter.graph.yamlfile import MapError

    try:
        return found_atlas([Path.cwd()])
    except MapError as error:
        raise failure(str(error)) from error


def _known(atlas: Atlas, name: str) -> None:
    from adapter.graph.store import UnknownLibraryError

    try:
        atlas.library(name)
    except UnknownLibraryError as error:
        raise failure(str(error)) from error
