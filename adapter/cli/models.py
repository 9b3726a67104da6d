"""Command line: `adapter models`: models that can be asked, and getting them."""

from __future__ import annotations

from typing import Annotated

import typer

from adapter.cli.exits import failure
from adapter.cli.progress import ProgressBar
from adapter.cli.tables import print_table

app = typer.Typer(help="Models that `--llm` can ask.", no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """List the known models with size, licence and the beginning of the checksum."""
    from adapter.fallback.models import model_rows

    print_table([("model", "backend", "size", "licence", "sha256", "state"), *model_rows()])


@app.command("pull", no_args_is_help=True)
def pull_model(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="A name of the list.", show_default=False)],
    sha256: Annotated[str, typer.Option(metavar="DIGEST", help="The checksum that the file must have.")] = "",
    source: Annotated[str, typer.Option(metavar="URL", help="Where to get it instead.")] = "",
) -> None:
    """Download a model and verify it; a download that broke off goes on where it ended."""
    from adapter.fallback.models import pull
    from adapter.fallback.session import SetupError

    try:
        with ProgressBar("Downloading") as bar:
            path = pull(name, sha256, source, bar.update)
    except SetupError as error:
        raise failure(str(error)) from error
    typer.echo(path)
