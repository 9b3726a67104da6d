"""Command line: `adapter maps check` and `adapter maps test`: whether maps are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import Exit, failure
from adapter.cli.tables import print_table

if TYPE_CHECKING:
    from adapter.graph.api_index import ApiIndex
    from adapter.graph.checking import Row
    from adapter.graph.store import Atlas


class TableFormat(StrEnum):
    """What `maps check` prints."""

    TEXT = "text"
    JSON = "json"


Libraries = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LIB]...", help="Libraries; all that have a map.", show_default=False),
]
Against = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LIB==VERSION",
        help="A released version, whose wheel is fetched into the cache; repeatable. Else the installed one.",
        show_default=False,
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Also print what fits everywhere.")]
Form = Annotated[TableFormat, typer.Option("--format", help="text or json.")]


def check(
    libraries: Libraries = None,
    against: Against = None,
    everything: Everything = False,
    form: Form = TableFormat.TEXT,
) -> None:
    """Hold maps against the real signatures of their libraries, read from files and never imported.

    What a map writes has to bind in every version that the map describes, what it reads in one at least.
    Exit code: 1 when a map is wrong, 2 when a version cannot be had.
    """
    from adapter.graph.checking import check_map, inside
    from adapter.graph.store import packaged_maps, read_atlas, with_files
    from adapter.graph.yamlfile import MapError

    try:
        atlas = with_files(read_atlas(packaged_maps()), _files_elsewhere())
        wanted = _versions(atlas, libraries or [], against or [])
        reports = []
        for name, indexes in wanted.items():
            described = [inside(atlas.library(name).versions, index) for index in indexes]
            reports.append((name, indexes, described, check_map(atlas, name, indexes)))
    except MapError as error:
        raise failure(str(error)) from error
    if form is TableFormat.JSON:
        typer.echo(json.dumps([_as_json(*report) for report in reports], indent=2))
    else:
        for report in reports:
            _print_report(*report, everything=everything)
    if any(row.faults(described) for _, _, described, rows in reports for row in rows):
        raise typer.Exit(Exit.NOT_CLEAN)


def _files_elsewhere() -> list[Path]:
    from adapter.graph.discovery import entry_point_folders, project_folders

    folders = [*entry_point_folders(), *project_folders([Path.cwd()])]
    return [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]


def _versions(atlas: Atlas, libraries: list[str], against: list[str]) -> dict[str, list[ApiIndex]]:
    """The API indexes to check each library against."""
    from adapter.graph.api_index import ApiNotFoundError, installed
    from adapter.graph.store import UnknownLibraryError
    from adapter.graph.wheels import WheelError, wheel_index

    found: dict[str, list[ApiIndex]] = {}
    try:
        for text in against:
            name, separator, version = text.partition("==")
            if not separator or not version:
                raise failure(f"--against takes LIB==VERSION, for example mlflow==3.4.0, not {text!r}")
            found.setdefault(name, []).append(wheel_index(atlas.library(name).distribution, version))
        for name in libraries or ([] if against else atlas.names):
            distribution = atlas.library(name).distribution
            try:
                found.setdefault(name, []).append(installed(distribution))
            except ApiNotFoundError as error:
                if name in found:
                    continue
                if libraries:
                    raise failure(f"{error}, for example --against {name}==1.0") from error
                typer.echo(f"adapter: {error}; {name} is not checked", err=True)
    except (UnknownLibraryError, WheelError) as error:
        raise failure(str(error)) from error
    return found


def _print_report(
    name: str,
    indexes: Sequence[ApiIndex],
    described: Sequence[bool],
    rows: Sequence[Row],
    *,
    everything: bool,
) -> None:
    heads = [f"{index.version}{'' if here else ' *'}" for index, here in zip(indexes, described, strict=True)]
    shown = [row for row in rows if everything or any(f.verdict.is_fault for f in row.findings)]
    if shown:
        table = [("", "line", name, *heads), *(_cells(row, described) for row in shown)]
        print_table(table)
    counts = [Counter(row.findings[i].verdict.value for row in rows) for i in range(len(indexes))]
    names = list(dict.fromkeys(verdict for count in counts for verdict in sorted(count)))
    print_table([(name, *heads), *((v, *(str(count[v]) for count in counts)) for v in names)])
    faults = [row for row in rows if row.faults(described)]
    if not all(described):
        typer.echo("* a version that the map does not describe")
    for row in faults:
        reasons = dict.fromkeys(f.reason for f in row.findings if f.verdict.is_fault and f.reason)
        typer.echo(f"{row.path}:{row.line}: {row.claim.text}: {'; '.join(reasons)}")
    typer.echo(f"{name}: {len(rows)} uses, {len(faults)} wrong\n")


def _cells(row: Row, described: Sequence[bool]) -> tuple[str, ...]:
    way = "writes" if row.claim.is_written else "reads"
    mark = "!" if row.faults(described) else ""
    return (mark + way, str(row.line), row.claim.text[:80], *(f.verdict.value for f in row.findings))


def _as_json(
    name: str, indexes: Sequence[ApiIndex], described: Sequence[bool], rows: Sequence[Row]
) -> object:
    return {
        "library": name,
        "versions": [index.version for index in indexes],
        "described": list(described),
        "uses": [
            {
                "file": row.path,
                "line": row.line,
                "text": row.claim.text,
                "name": row.claim.name,
                "written": row.claim.is_written,
                "wrong": row.faults(described),
                "findings": [{"verdict": f.verdict.value, "reason": f.reason} for f in row.findings],
            }
            for row in rows
        ],
    }


def run_examples(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LIB|FILE]...", help="Maps by library or file; all maps.", show_default=False
        ),
    ] = None,
) -> None:
    """Run the examples beside the entries of maps, and name what became of each.

    Verdicts: validated; wrong (another text comes out); missing (left as it is); noisy (a second run finds
    something to do); broken (does not parse). Exit code: 1 when one is not validated.
    """
    from adapter.graph.store import UnknownLibraryError
    from adapter.graph.yamlfile import MapError
    from adapter.translate.examples import ExampleRunner, ExampleVerdict, examples_of

    counts: Counter[str] = Counter()
    try:
        atlas, libraries = _atlas_to_test(names or [])
        runner = ExampleRunner(atlas)
        for library in libraries:
            for example in examples_of(atlas, library):
                result = runner.run(example)
                counts[result.verdict.value] += 1
                if result.verdict is not ExampleVerdict.VALIDATED:
                    place = f"{example.path}:{example.line}"
                    typer.echo(f"{place}: {result.verdict.value}: {example.api}, example {example.number}")
                    typer.echo("  " + result.detail.replace("\n", "\n  "))
    except (MapError, UnknownLibraryError) as error:
        raise failure(str(error)) from error
    typer.echo(", ".join(_counted(counts)) or "no examples")
    if counts.total() > counts[ExampleVerdict.VALIDATED.value]:
        raise typer.Exit(Exit.NOT_CLEAN)


def _counted(counts: Counter[str]) -> Iterator[str]:
    from adapter.translate.examples import ExampleVerdict

    for verdict in ExampleVerdict:
        if counts[verdict.value]:
            yield f"{counts[verdict.value]} {verdict.value}"


def _atlas_to_test(names: list[str]) -> tuple[Atlas, list[str]]:
    """The maps, with files that are named beside them, and the libraries whose examples are to run."""
    from adapter.graph.store import packaged_maps, read_atlas, with_files

    files = [Path(name) for name in names if name.endswith((".yaml", ".yml"))]
    elsewhere = [path for path in _files_elsewhere() if path.resolve() not in {f.resolve() for f in files}]
    packaged = read_atlas(packaged_maps())
    own = {Path(d.path).resolve() for d in packaged.library_documents.values()}
    atlas = with_files(packaged, [*elsewhere, *(file for file in files if file.resolve() not in own)])
    of_file = {Path(d.path).resolve(): name for name, d in atlas.library_documents.items()}
    wanted = [of_file.get(Path(name).resolve(), name) for name in names] or atlas.names
    for library in wanted:
        atlas.library(library)
    return atlas, wanted
