"""Command line: `adapter maps matrix`: how much of each tracking library gets through to each other one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli.exits import failure

if TYPE_CHECKING:
    from adapter.graph.matrix import Pair

Source = Annotated[
    str, typer.Option("--from", metavar="LIB", help="Only from this library.", show_default=False)
]
Target = Annotated[str, typer.Option("--to", metavar="LIB", help="Only to this library.", show_default=False)]
_HEADS = (
    "from",
    "to",
    "APIs",
    "exact",
    "lossy",
    "unsafe",
    "not at all",
    "share",
    "exact share",
    "recording share",
)


class Format(StrEnum):
    """How the matrix is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def matrix(
    source: Source = "",
    target: Target = "",
    format_: Annotated[
        Format, typer.Option("--format", help="table for a terminal; what is piped is Markdown.")
    ] = Format.TABLE,
) -> None:
    """Show, for each pair of tracking libraries, how many of the source's most used APIs get through.

    The share is that of all counted places that are translated without `--unsafe`; the recording share
    leaves out the client that reads and manages stored runs, searches, and what only the source's own
    pages show. With both `--from` and `--to` every API is listed with its verdict and the reason. An API
    counts by its plainest use.
    """
    import sys

    chosen = _pairs(source, target)
    if format_ is Format.JSON:
        typer.echo(json.dumps([_data(pair) for pair in chosen], indent=2))
        return
    heads, rows = _detail(chosen[0]) if source and target else (_HEADS, [_row(pair) for pair in chosen])
    if format_ is Format.TABLE and sys.stdout.isatty():
        _print_rich(heads, rows)
        return
    for line in (heads, ["---"] * len(heads), *rows):
        typer.echo(f"| {' | '.join(line)} |")


def _pairs(source: str, target: str) -> list[Pair]:
    from adapter.graph.matrix import pairs, tracking_libraries
    from adapter.graph.store import UnknownLibraryError, packaged_atlas
    from adapter.graph.yamlfile import MapError

    try:
        atlas = packaged_atlas()
        known = tracking_libraries(atlas)
        for name in (source, target):
            if name and name not in known:
                atlas.library(name)
                raise failure(f"{name} tracks no runs; these do: {', '.join(known)}")
        if source and source == target:
            raise failure(f"--from and --to are both {source!r}; name two libraries")
        return list(pairs(atlas, [source] if source else known, [target] if target else known))
    except (MapError, UnknownLibraryError) as error:
        raise failure(str(error)) from error


def _row(pair: Pair) -> list[str]:
    from adapter.graph.matrix import Verdict

    if not pair.passages:
        return [pair.source, pair.target, "-", "-", "-", "-", "-", "not counted", "-", "-"]
    numbers = [str(pair.number(verdict)) for verdict in Verdict]
    shares = [f"{pair.translated:.1%}", f"{pair.share(Verdict.EXACT):.1%}", f"{pair.recording:.1%}"]
    return [pair.source, pair.target, str(len(pair.passages)), *numbers, *shares]


def _detail(pair: Pair) -> tuple[Sequence[str], list[list[str]]]:
    rows = [
        [
            passage.counted.api,
            str(passage.counted.weight),
            passage.verdict.value,
            "apart" if passage.apart else "",
            passage.why,
        ]
        for passage in pair.passages
    ]
    return ("API", "places", f"to {pair.target}", "apart", "why"), rows


def _data(pair: Pair) -> dict[str, Any]:
    from adapter.graph.matrix import Verdict

    return {
        "from": pair.source,
        "to": pair.target,
        "counts": {verdict.value: pair.number(verdict) for verdict in Verdict},
        "share": round(pair.translated, 4) if pair.passages else None,
        "exact_share": round(pair.share(Verdict.EXACT), 4) if pair.passages else None,
        "recording_share": round(pair.recording, 4) if pair.passages else None,
        "apis": [
            {
                "api": passage.counted.api,
                "weight": passage.counted.weight,
                "verdict": passage.verdict.value,
                "apart": passage.apart,
                "why": passage.why,
            }
            for passage in pair.passages
        ],
    }


def _print_rich(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
