"""Command line: `adapter bench run FILE.yaml`, `report`, `compare`, `regrade`: arms with models measured."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import Exit, failure
from adapter.cli.progress import ProgressBar

if TYPE_CHECKING:
    from adapter.bench.ablation import Ablation, Cell
    from adapter.bench.report.tables import Table
    from adapter.bench.trials import Record

NOT_ALLOWED = (
    "the programs that a model writes are run, in the sandbox; say that you want this with "
    "--allow-code-execution"
)
Runs = Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.", show_default=False)]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Answers at a time.")]
Spec = Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The ablation.", show_default=False)]
Tasks = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Tasks of your own, as FAMILY/ID below it.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--output", metavar="FOLDER", help="Where the run is kept; bench-runs/NAME unless given."),
]


def run_ablation_file(
    path: Path,
    output: Path | None,
    jobs: int,
    *,
    allowed: bool,
    only_estimate: bool,
    mlflow: bool,
    tasks: Path | None,
) -> None:
    """Estimate, run or resume an ablation, then write its report into its folder.

    Raises:
        typer.Exit: wrong input, an arm that cannot work, or model output that may not be run.
    """
    from adapter.bench.adapting import SetupFailedError
    from adapter.bench.experiment import run_ablation
    from adapter.bench.failures import Failure

    ablation = read(path, tasks)
    folder = output or Path("bench-runs") / ablation.name
    _print_estimate(ablation)
    if only_estimate:
        return
    if not allowed and any(cell.arm != "rules" for cell in ablation.cells):
        raise failure(NOT_ALLOWED)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / "ablation.yaml")
    records = []
    try:
        with ProgressBar("Answers") as bar:
            for record, known in run_ablation(ablation, folder, jobs):
                records.append(record)
                bar.update(len(records), _trials(ablation))
                if not known:
                    with bar.hidden():
                        _print_record(record)
    except SetupFailedError as error:
        raise failure(str(error)) from error
    _write_report(ablation.name, records, folder)
    if mlflow:
        _track(ablation.name, records, folder)
    if any(record.failure is Failure.INFRASTRUCTURE for record in records):
        raise typer.Exit(Exit.FAILED)


def report(
    runs: Runs,
    output: Annotated[Path, typer.Option("--output", metavar="FOLDER", help="Where the report goes.")] = Path(
        "bench-report"
    ),
    title: Annotated[str, typer.Option(help="The heading.")] = "Benchmark",
) -> None:
    """Write one report over several runs: an HTML page, plots as PNG, Markdown (which is also printed)."""
    records = _records(runs)
    output.mkdir(parents=True, exist_ok=True)
    typer.echo(_write_report(title, records, output), nl=False)


def compare(first: Annotated[Path, typer.Argument()], second: Annotated[Path, typer.Argument()]) -> None:
    """Compare two runs cell by cell: the same settings, then and now."""
    from adapter.bench.report.markdown import markdown

    table = _changes(_records([first]), _records([second]))
    if not table.rows:
        raise failure("the runs have no settings in common")
    typer.echo(markdown(f"{first} against {second}", [table]), nl=False)


def regrade(spec: Spec, output: Folder = None, jobs: Jobs = 1, tasks: Tasks = None) -> None:
    """Grade the kept answers of a run anew; no model is asked. Prints every verdict that changes."""
    from adapter.bench.experiment import regrade as regrade_run

    ablation = read(spec, tasks)
    folder = output or Path("bench-runs") / ablation.name
    changed = total = 0
    for old, new in regrade_run(ablation, folder, jobs):
        total += 1
        if old.passed != new.passed:
            changed += 1
            typer.echo(f"{new.task}  {new.cell.label}  sample {new.sample}: now {_word(new)}")
    typer.echo(f"{total} answers graded, {changed} verdicts changed", err=True)
    _write_report(ablation.name, _records([folder]), folder)


def read(path: Path, tasks: Path | None) -> Ablation:
    """The ablation in a file.

    Raises:
        typer.Exit: it is not as the format says, or chooses no task.
    """
    from adapter.bench.ablation import read_ablation
    from adapter.bench.tasks import TaskError

    try:
        ablation = read_ablation(path, tasks)
    except TaskError as error:
        raise failure(str(error)) from error
    if not ablation.tasks:
        raise failure(f"{path}: no task is chosen")
    return ablation


def _records(folders: Sequence[Path]) -> list[Record]:
    from adapter.bench.tasks import TaskError
    from adapter.bench.trials import read_runs

    try:
        return read_runs(folders)
    except TaskError as error:
        raise failure(str(error)) from error


def _trials(ablation: Ablation) -> int:
    return sum(len(ablation.tasks) * ablation.samples_of(cell) for cell in ablation.cells)


def _print_estimate(ablation: Ablation) -> None:
    from adapter.bench.adapting import SetupFailedError
    from adapter.bench.experiment import estimate

    typer.echo(f"{ablation.name}: {len(ablation.tasks)} tasks, {_trials(ablation)} answers", err=True)
    try:
        for item in estimate(ablation):
            tokens = f"at most {item.calls} calls, {item.tokens} tokens"
            if item.cell.arm == "hybrid":
                tokens = "questions only where no rule applies"
            typer.echo(
                f"  {item.trials:>5} answers  {item.cell.label}"
                + ("" if item.cell.arm == "rules" else f": {tokens}"),
                err=True,
            )
    except SetupFailedError as error:
        raise failure(str(error)) from error


def _word(record: Record) -> str:
    return "right" if record.passed else str(record.failure)


def _print_record(record: Record) -> None:
    typer.echo(f"{'pass' if record.passed else 'fail'}  {record.task}  {record.cell.label}  {_word(record)}")


def _write_report(title: str, records: Sequence[Record], folder: Path) -> str:
    """Write report.html, report.md and the plots; the Markdown."""
    from adapter.bench.report.markdown import markdown
    from adapter.bench.report.page import page
    from adapter.bench.report.plots import all_plots
    from adapter.bench.report.tables import all_tables
    from adapter.bench.summary import rates

    tables = all_tables(records)
    plots = all_plots(rates(records, lambda record: record.family))
    for name, data in plots.items():
        (folder / f"{name}.png").write_bytes(data)
    text = markdown(title, tables)
    (folder / "report.md").write_text(text, "utf-8")
    (folder / "report.html").write_text(page(title, tables, plots), "utf-8")
    typer.echo(f"report  {folder / 'report.html'}", err=True)
    return text


def _track(name: str, records: Sequence[Record], folder: Path) -> None:
    from adapter.bench.tracked import NotTrackedError, log_to_mlflow

    try:
        typer.echo(f"MLflow  {log_to_mlflow(name, records, folder)}", err=True)
    except NotTrackedError as error:
        typer.echo(f"adapter: {error}", err=True)


def _changes(old: Sequence[Record], new: Sequence[Record]) -> Table:
    """What changed between two runs, by the cells that both have."""
    from dataclasses import replace

    from adapter.bench.report.tables import Table, points
    from adapter.bench.summary import cell_order
    from adapter.bench.summary import compare as compare_cells

    def marked(cell: Cell, word: str) -> Cell:
        return replace(cell, prompt=f"{cell.prompt} ({word})")

    shared = {record.cell for record in old} & {record.cell for record in new}
    both = [replace(record, cell=marked(record.cell, "old")) for record in old if record.cell in shared]
    both += [replace(record, cell=marked(record.cell, "new")) for record in new if record.cell in shared]
    rows = tuple(
        (
            cell.label,
            item.group,
            str(item.tasks),
            points(item.difference),
            str(item.only_first),
            str(item.only_second),
        )
        for cell in sorted(shared, key=cell_order)
        for item in compare_cells(
            both, marked(cell, "new"), marked(cell, "old"), lambda record: record.family
        )
    )
    headings = ("Arm", "Family", "Programs", "Difference", "only second run", "only first run")
    return Table("Changes", "Difference in Pass@1, the second run against the first.", headings, rows)
