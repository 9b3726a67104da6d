"""Command line: `adapter bench export`: verified examples for the training of models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli import bench_variants
from adapter.cli.bench_tasks import select
from adapter.cli.exits import failure

if TYPE_CHECKING:
    from adapter.bench.examples.example import Example

FILES = ("train.jsonl", "held-out.jsonl")
ARMS = ("rules", "hybrid", "llm")


def export(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RUN]...", help="Folders of runs.", show_default=False),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", metavar="FOLDER", help="Gets train.jsonl and held-out.jsonl.")
    ] = Path("bench-examples"),
    references: Annotated[
        bool, typer.Option("--references", help="The tasks' references too, each graded first.")
    ] = False,
    variants: Annotated[
        bool, typer.Option("--variants", help="With the references those of programs written another way.")
    ] = False,
    perturbation: bench_variants.Perturbations = None,
    arm: Annotated[
        list[str] | None,
        typer.Option(metavar="ARM", help="Whose answers; rules and hybrid unless given.", show_default=False),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--task", metavar="TASK", help="Only these tasks.", show_default=False),
    ] = None,
    family: Annotated[
        str | None, typer.Option("--family", metavar="F", help="Only this family.", show_default=False)
    ] = None,
    held_out: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="This share of source programs is held out.")
    ] = 0.2,
    near: Annotated[
        float, typer.Option(metavar="LIKENESS", min=0.1, max=1, help="From here on examples are the same.")
    ] = 0.9,
    seed: Annotated[int, typer.Option(metavar="N", help="What the split and variants are drawn from.")] = 0,
    licence: Annotated[
        str, typer.Option(metavar="SPDX", help="Of programs of tasks of your own that do not say theirs.")
    ] = "",
    tasks: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Tasks of your own.", show_default=False)
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="References at a time.")] = 1,
) -> None:
    """Write examples (program before, instruction, program after) as chat JSONL.

    Only what its oracle took: right answers of runs, and references. Each says its source and licence; what
    is like another is left out; all examples of one source program are on the same side of the split.
    """
    from adapter.bench.examples.collect import Collector
    from adapter.bench.examples.likeness import distinct
    from adapter.bench.halves import is_held_out
    from adapter.bench.tasks import TaskError

    if not runs and not references:
        raise failure("there is nothing to export: name folders of runs, or give --references")
    if variants and not references:
        raise failure("--variants goes with --references")
    arms = arm or ["rules", "hybrid"]
    for name in arms:
        if name not in ARMS:
            raise failure(f"there is no arm {name!r}; there are: {', '.join(ARMS)}")
    chosen = select(names, family, tasks)
    wanted = bench_variants.wanted_variants(perturbation, seed) if variants else None
    collector = Collector(licence)
    try:
        found = [*collector.from_runs(runs or [], {task.name: task for task in chosen}, arms)]
    except TaskError as error:
        raise failure(str(error)) from error
    if references:
        found += collector.from_references(chosen, wanted, jobs)
    kept = [*distinct(found, near)]
    sides = {
        side: [each for each in kept if is_held_out(each.source, held_out, seed) == side] for side in (0, 1)
    }
    for side, name in enumerate(FILES):
        _write(sides[side], output / name)
    collector.left_out["like another example"] += len(found) - len(kept)
    for reason, number in sorted(collector.left_out.items()):
        if number:
            typer.echo(f"{number:>6} left out: {reason}", err=True)


def _write(examples: Sequence[Example], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{example.line()}\n" for example in examples), "utf-8")
    sources = len({example.source for example in examples})
    typer.echo(f"{path}: {len(examples)} examples of {sources} source programs")
