"""Command line: tables of text."""

from __future__ import annotations

from collections.abc import Sequence

import typer


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows as aligned columns, the first row as their heads."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
