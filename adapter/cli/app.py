"""Command line: all commands put together."""

from __future__ import annotations

from typing import Annotated

import typer

from adapter import __version__
from adapter.cli import (
    bench,
    docs,
    explain,
    fleet,
    inline,
    maps,
    models,
    review,
    rules,
    run,
    schema,
    translate,
    undo,
    upgrade,
)

app = typer.Typer(
    name="adapter",
    help="Puts MLOps into training code, and moves it from one MLOps library to another.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("translate", no_args_is_help=True)(translate.translate)
app.command("inline", no_args_is_help=True)(inline.inline)
app.command("fleet", no_args_is_help=True)(fleet.fleet)
app.command("review", no_args_is_help=True)(review.review)
app.command("upgrade", no_args_is_help=True)(upgrade.upgrade)
app.command("run", no_args_is_help=True)(run.run)
app.command("undo")(undo.undo)
app.command("explain", no_args_is_help=True)(explain.explain)
app.command("schema")(schema.schema)
app.add_typer(maps.app, name="maps")
app.add_typer(rules.app, name="rules")
app.add_typer(docs.app, name="docs")
app.add_typer(models.app, name="models")
app.add_typer(bench.app, name="bench")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"adapter {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before a command."""
