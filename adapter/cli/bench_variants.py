"""Command line: `--variants` of `adapter bench selfcheck` and `run`: tasks written another way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import Exit, failure

if TYPE_CHECKING:
    from adapter.bench.perturbing.checking import VariantCheck, Wanted

Variants = Annotated[
    bool,
    typer.Option(
        "--variants", help="On every task written another way: the verdicts must be those of the original."
    ),
]
Perturbations = Annotated[
    list[str] | None,
    typer.Option(
        "--perturbation",
        metavar="P",
        help="Only these variants: rename, reorder, alias, split.",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="What the variants are drawn from.")]


def wanted_variants(perturbations: list[str] | None, seed: int) -> Wanted:
    """The variants that the options ask for.

    Raises:
        typer.Exit: a perturbation that there is not.
    """
    from adapter.bench.perturbing.checking import Wanted
    from adapter.bench.perturbing.variants import Perturbation

    for name in perturbations or ():
        if name not in set(Perturbation):
            raise failure(f"there is no perturbation {name!r}; there are: {', '.join(Perturbation)}")
    chosen = [each for each in Perturbation if not perturbations or each in perturbations]
    return Wanted(chosen, seed)


def print_checks(checks: Iterable[VariantCheck]) -> None:
    """Print how every variant came off, then the counts.

    Raises:
        typer.Exit: a variant came off otherwise than its original.
    """
    from adapter.bench.perturbing.checking import State

    states: Counter[State] = Counter()
    made: dict[str, int] = defaultdict(int)
    for check in checks:
        states[check.state] += 1
        made[check.task.name] += check.state is not State.NOT_MADE
        said = check.said.strip().replace("\n", "\n           ")
        typer.echo(f"{check.state:<9} {check.task.name}  {check.perturbation}  {check.seconds:.0f} s")
        typer.echo(f"          {said}")
    typer.echo(
        f"{len(made)} tasks, {states[State.SAME]} variants came off as the original, "
        f"{states[State.OTHER]} otherwise, {states[State.NOT_MADE]} could not be made"
    )
    without = [name for name, count in made.items() if not count]
    if without:
        typer.echo(f"without a variant: {', '.join(without)}")
    if states[State.OTHER]:
        raise typer.Exit(Exit.NOT_CLEAN)
