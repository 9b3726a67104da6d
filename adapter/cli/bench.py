"""Command line: `adapter bench`: tasks with oracles, and how well they are solved."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli import ablations, bench_export, bench_tune, bench_variants
from adapter.cli.bench_tasks import select
from adapter.cli.exits import Exit, failure

if TYPE_CHECKING:
    from adapter.bench.arms import Result
    from adapter.bench.selfcheck import TaskCheck

app = typer.Typer(help="Measure how well programs are adapted, by running them.", no_args_is_help=True)
app.command("report", no_args_is_help=True)(ablations.report)
app.command("compare", no_args_is_help=True)(ablations.compare)
app.command("regrade", no_args_is_help=True)(ablations.regrade)
app.command("tune", no_args_is_help=True)(bench_tune.tune)
app.command("export", no_args_is_help=True)(bench_export.export)

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TASK]...", help="Tasks by ID or FAMILY/ID; all unless given.", show_default=False
    ),
]
FamilyName = Annotated[
    str | None, typer.Option("--family", metavar="F", help="Only this family.", show_default=False)
]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Tasks at a time.")]
Tasks = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Tasks of your own, as FAMILY/ID below it.", show_default=False),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what every oracle said.")]
ArmName = Annotated[str, typer.Option("--arm", metavar="ARM", help="Who adapts the programs: rules.")]
Keep = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Put every adapted program there.", show_default=False),
]


@app.command("selfcheck")
def selfcheck(
    names: Names = None,
    family: FamilyName = None,
    jobs: Jobs = 1,
    tasks: Tasks = None,
    verbose: Verbose = False,
    variants: bench_variants.Variants = False,
    perturbation: bench_variants.Perturbations = None,
    seed: bench_variants.Seed = 0,
) -> None:
    """Check the tasks: every reference passes, every untouched program and every mutant fails.

    With --variants the same for each program with renamed variables, reordered keyword arguments, aliased
    imports, or split over two files; and it must print what the original prints.
    """
    from adapter.bench.selfcheck import check_tasks

    chosen = select(names, family, tasks)
    if variants:
        from adapter.bench.perturbing.checking import check_variants

        wanted = bench_variants.wanted_variants(perturbation, seed)
        bench_variants.print_checks(check_variants(chosen, wanted, jobs))
        return
    wrong = 0
    for check in check_tasks(chosen, jobs):
        wrong += not check.right
        _print_check(check, verbose)
    typer.echo(f"{len(chosen)} tasks, {len(chosen) - wrong} hold")
    if wrong:
        raise typer.Exit(Exit.NOT_CLEAN)


@app.command("run")
def run(
    names: Names = None,
    arm: ArmName = "rules",
    family: FamilyName = None,
    jobs: Jobs = 1,
    tasks: Tasks = None,
    verbose: Verbose = False,
    output: ablations.Folder = None,
    allow_code_execution: Annotated[
        bool, typer.Option("--allow-code-execution", help="Run, in the sandbox, what a model wrote.")
    ] = False,
    only_estimate: Annotated[
        bool, typer.Option("--estimate", help="Only print what an ablation will cost.")
    ] = False,
    mlflow: Annotated[bool, typer.Option(help="Log every cell of an ablation to MLflow.")] = True,
    variants: bench_variants.Variants = False,
    perturbation: bench_variants.Perturbations = None,
    seed: bench_variants.Seed = 0,
) -> None:
    """Let an arm adapt the tasks once each and print Pass@1 with the reason of every failure.

    With --variants it adapts each program written another way too, and the verdicts are compared.

    With a FILE.yaml in the place of tasks: run the ablation that it describes, or resume it. What it will
    cost is printed first; the run's folder gets every answer, a report and a log for MLflow.
    """
    if names is not None and len(names) == 1 and names[0].endswith((".yaml", ".yml")):
        if variants:
            raise failure("--variants goes with tasks, not with an ablation")
        ablations.run_ablation_file(
            Path(names[0]),
            output,
            jobs,
            allowed=allow_code_execution,
            only_estimate=only_estimate,
            mlflow=mlflow,
            tasks=tasks,
        )
        return
    from adapter.bench.arms import ARMS, run_arm

    if arm not in ARMS:
        raise failure(f"there is no arm {arm!r}; there is: {', '.join(ARMS)}")
    chosen = select(names, family, tasks)
    if variants:
        from adapter.bench.perturbing.checking import compare_verdicts

        wanted = bench_variants.wanted_variants(perturbation, seed)
        bench_variants.print_checks(compare_verdicts(ARMS[arm], chosen, wanted, jobs))
        return
    results = []
    for result in run_arm(ARMS[arm], chosen, jobs):
        results.append(result)
        _print_result(result, verbose)
    _print_rates(results)


def _print_check(check: TaskCheck, verbose: bool) -> None:
    mutants = sum(1 for finding in check.findings if finding.what.startswith("mutant") and finding.right)
    state = "ok    " if check.right else "WRONG "
    typer.echo(f"{state} {check.task.name}  {mutants} mutants fail  {check.seconds:.0f} s")
    for finding in check.findings:
        if verbose or not finding.right:
            typer.echo(f"         {finding.what}: {_indented(finding.said)}")


def _print_result(result: Result, verbose: bool) -> None:
    verdict = result.verdict
    typer.echo(f"{'pass  ' if verdict.passed else 'fail  '} {result.task.name}  {verdict.seconds:.0f} s")
    if not verdict.passed:
        unchanged = "" if result.changed else "(the program was not changed) "
        typer.echo(f"         {unchanged}{_indented(verdict.reason)}")
    if result.said and (verbose or not verdict.passed):
        typer.echo(f"         said: {_indented(result.said)}")


def _print_rates(results: list[Result]) -> None:
    by_family: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        by_family[result.task.family].append(result.verdict.passed)
        by_family["all"].append(result.verdict.passed)
    typer.echo(f"\n{'family':<14}{'tasks':>6}{'passed':>8}{'Pass@1':>9}")
    for family in sorted(by_family, key=lambda name: (name == "all", name)):
        passed = by_family[family]
        typer.echo(f"{family:<14}{len(passed):>6}{sum(passed):>8}{sum(passed) / len(passed):>9.1%}")


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n           ")
