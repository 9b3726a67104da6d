"""Command line: `adapter maps learn`: edges that a model answered, kept by whoever accepts them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapter.cli.exits import failure

_SITES_SHOWN = 3


def learn(
    path: Annotated[Path, typer.Argument(metavar="[PATH]", help="A path in the project.")] = Path(),
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="API", help="Keep the edge of this API; repeatable.", show_default=False),
    ] = None,
    everything: Annotated[bool, typer.Option("--accept-all", help="Keep all of them.")] = False,
) -> None:
    """List the edges that a model answered in earlier runs, and write accepted ones to `.adapter/maps`.

    Each is shown with the sites that it served and the checks that it passed. What is accepted gets a test
    from one of its sites, and needs no model any more.
    """
    from adapter.cli.writing import project_root
    from adapter.fallback.learned import accept as write
    from adapter.fallback.learned import waiting
    from adapter.graph.discovery import found_atlas
    from adapter.graph.yamlfile import MapError

    root = project_root([path])
    edges = waiting(root)
    wanted = [edge for edge in edges if everything or edge.api in (accept or ())]
    unknown = sorted(set(accept or ()) - {edge.api for edge in edges})
    if unknown:
        raise failure(f"no edge of {unknown[0]} waits; `adapter maps learn` lists those that do")
    if not accept and not everything:
        if not edges:
            typer.echo("no edges wait; they come from `adapter translate --llm SPEC`", err=True)
        for edge in edges:
            more = f" and {len(edge.sites) - _SITES_SHOWN} more" if len(edge.sites) > _SITES_SHOWN else ""
            typer.echo(f"{edge.entry['api']}\n  -> {edge.entry['direct'][edge.target]}")
            typer.echo(f"  model   {edge.model}\n  checks  {', '.join(edge.checks)}")
            typer.echo(f"  sites   {', '.join(edge.sites[:_SITES_SHOWN]) or 'none'}{more}")
        return
    try:
        for file in write(root, wanted, found_atlas([root])):
            typer.echo(f"written: {file}", err=True)
    except MapError as error:
        raise failure(str(error)) from error
    except OSError as error:
        raise failure(f"{error.filename}: {error.strerror}") from error
