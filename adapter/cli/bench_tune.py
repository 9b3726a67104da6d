"""Command line: `adapter bench tune`: settings of an arm chosen by Optuna on a part of the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adapter.cli import ablations
from adapter.cli.exits import failure
from adapter.cli.tables import print_table

if TYPE_CHECKING:
    from adapter.bench.tuning import Attempt, Tuning

BEST = "best.yaml"


def tune(
    path: ablations.Spec,
    trials: Annotated[int, typer.Option("--trials", metavar="N", min=1, help="Settings to try.")] = 20,
    output: ablations.Folder = None,
    jobs: ablations.Jobs = 1,
    tasks: ablations.Tasks = None,
    held_out: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0, max=1, help="This share of source programs is not touched."),
    ] = 0.5,
    seed: Annotated[
        int, typer.Option(metavar="N", help="What the split and the settings are drawn from.")
    ] = 0,
    allow_code_execution: Annotated[
        bool, typer.Option("--allow-code-execution", help="Run, in the sandbox, what a model wrote.")
    ] = False,
    only_estimate: Annotated[bool, typer.Option("--estimate", help="Only print what it will cost.")] = False,
) -> None:
    """Choose the settings of one arm: prompt, documentation, temperature, what the hybrid asks for, model.

    FILE.yaml is an ablation with one arm; the lists in it are what may be chosen. The best settings have the
    most right answers on the development tasks, then the fewest calls and tokens. They are written as an
    ablation of the tasks that were held out. Cut off, it goes on where it was.
    """
    from adapter.bench.adapting import SetupFailedError
    from adapter.bench.tuning import Tuning, TuningError
    from adapter.bench.tuning import tune as tune_settings

    tuning = Tuning(ablations.read(path, tasks), held_out, seed)
    folder = output or Path("bench-runs") / f"{tuning.ablation.name}-tuning"
    attempts = []
    try:
        tuning.check()
        _print_cost(tuning, trials)
        if only_estimate:
            return
        if not allow_code_execution:
            raise failure(ablations.NOT_ALLOWED)
        for attempt in tune_settings(tuning, folder, trials, jobs):
            attempts.append(attempt)
            typer.echo(f"{attempt.passed}/{attempt.trials} right  {attempt.cell.label}", err=True)
    except (TuningError, SetupFailedError) as error:
        raise failure(str(error)) from error
    attempts.sort(key=lambda attempt: attempt.rank, reverse=True)
    _print_attempts(attempts)
    _write_best(tuning, attempts[0], folder / BEST)
    typer.echo(f"measure it on the {len(tuning.untouched)} tasks held out: adapter bench run {folder / BEST}")


def _print_cost(tuning: Tuning, trials: int) -> None:
    from adapter.bench.experiment import estimate

    number = min(trials, tuning.combinations)
    typer.echo(
        f"{tuning.ablation.name}: {number} of {tuning.combinations} settings on {len(tuning.development)} "
        f"development tasks; {len(tuning.untouched)} tasks are held out",
        err=True,
    )
    cells = list(dict.fromkeys(tuning.ablation.cells))
    dearest = max(estimate(tuning.on_development(cells)), key=lambda item: item.tokens)
    if dearest.tokens:
        cost = f"at most {number * dearest.calls} calls, {number * dearest.tokens} tokens"
    else:
        cost = "questions only where no rule applies"
    typer.echo(f"  {number * dearest.trials} answers: {cost}", err=True)


def _print_attempts(attempts: Sequence[Attempt]) -> None:
    rows = [("right", "of", "Pass@1", "calls", "tokens", "settings")]
    for item in attempts:
        counts = str(item.passed), str(item.trials)
        rows.append((*counts, f"{item.rate:.1%}", str(item.calls), str(item.tokens), item.cell.label))
    print_table(rows)


def _write_best(tuning: Tuning, best: Attempt, path: Path) -> None:
    import yaml

    from adapter.bench.tuning import SETTINGS

    cell = best.cell
    usual = type(cell)(cell.arm, cell.model)
    arm: dict[str, Any] = {"arm": cell.arm, "model": cell.model, "temperature": cell.temperature}
    for name in SETTINGS:
        if getattr(cell, name) != getattr(usual, name):
            arm[name] = getattr(cell, name)
    document = {
        "name": f"{tuning.ablation.name}-best",
        "samples": tuning.ablation.samples,
        "tasks": {"names": [task.name for task in tuning.untouched]},
        "arms": [arm],
    }
    path.write_text(yaml.safe_dump(document, sort_keys=False, width=110), "utf-8")
