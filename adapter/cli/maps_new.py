"""Command line: `adapter maps new`: the first map of a library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapter.cli.exits import failure

Library = Annotated[
    str,
    typer.Argument(
        metavar="LIB[==VERSION]", help="A distribution, installed or released.", show_default=False
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="Else .adapter/maps/LIB.yaml.", show_default=False),
]


def new(
    library: Library,
    output: Output = None,
) -> None:
    """Begin the map of a library from its public API, read from its files and never imported.

    Concepts are guessed by name and marked TODO; calls for which nothing is guessed are gaps.
    """
    from importlib.resources import files

    from adapter.graph.api_index import ApiNotFoundError, installed
    from adapter.graph.beginning import begin_map
    from adapter.graph.store import packaged_atlas
    from adapter.graph.wheels import WheelError, wheel_index

    name, _, version = library.partition("==")
    try:
        index = wheel_index(name, version) if version else installed(name)
    except (ApiNotFoundError, WheelError) as error:
        raise failure(
            f"{error}; a released version is fetched by `adapter maps new {name}==VERSION`"
        ) from error
    path = output or Path(".adapter") / "maps" / f"{index.packages[0]}.yaml"
    if path.exists():
        raise failure(f"{path} is there already; name another file with --output")
    schema = Path(str(files("api_maps") / "schema" / "library.schema.json")).as_uri()
    text = begin_map(index, packaged_atlas().concepts, schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    entries, todo = text.count("\n- api:"), text.count("TODO")
    typer.echo(f"{path}: {entries} entries begun, {todo} marked TODO", err=True)
