"""Command line: `adapter schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from adapter.cli.exits import failure

# What is described, the package that ships its schema, and the file there.
_SCHEMAS = {
    "report": ("adapter.report", "report.schema.json"),
    "map": ("api_maps", "schema/library.schema.json"),
    "concepts": ("api_maps", "schema/concepts.schema.json"),
    "recipe": ("rules", "schema/recipe.schema.json"),
    "upgrade": ("rules", "schema/upgrade.schema.json"),
    "task": ("corpus", "schema/task.schema.json"),
    "ablation": ("corpus", "schema/ablation.schema.json"),
}


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"One of {', '.join(_SCHEMAS)}.")] = "report",
) -> None:
    """Print a JSON Schema: of the report that --format json prints, or of a file that you write.

    Exit code: 0 done, 2 when there is none of that name.
    """
    from importlib.resources import files

    if name not in _SCHEMAS:
        raise failure(f"there is no schema {name!r}; there are {', '.join(_SCHEMAS)}")
    package, path = _SCHEMAS[name]
    typer.echo((files(package) / path).read_text("utf-8"), nl=False)
