"""Command line: `adapter fleet`."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli import options
from adapter.cli.exits import Exit, failure
from adapter.cli.progress import ProgressBar

if TYPE_CHECKING:
    from adapter.fleet.job import Outcome
    from adapter.fleet.run import Request

_PATCH, _LOCAL = "patch", "local"


def fleet(
    repositories: Annotated[
        list[str] | None,
        typer.Argument(metavar="REPOS...", help="Folders, folders of clones, addresses of git repositories."),
    ] = None,
    from_file: Annotated[
        Path | None, typer.Option("--from-file", metavar="FILE", help="A list of them, one a line.")
    ] = None,
    do: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COMMAND", help="'translate --from wandb --to mlflow', for example; repeatable."
        ),
    ] = None,
    deliver: Annotated[str, typer.Option(metavar="WAY", help="patch, branch or in-place.")] = _PATCH,
    branch: Annotated[
        str, typer.Option(metavar="NAME", help="The branch to make; by default named after the commands.")
    ] = "",
    verify: options.Verify = "",
    bisect: Annotated[
        bool, typer.Option("--bisect", help="When that fails, keep the files that it does not fail with.")
    ] = False,
    state: Annotated[
        Path, typer.Option(metavar="DIR", help="Where journal, patches and reports are kept.")
    ] = Path(".adapter/fleet"),
    jobs: options.Jobs = 1,
    engine: Annotated[str, typer.Option(metavar="NAME", help="local, or ray for a cluster.")] = _LOCAL,
    ray_address: Annotated[str, typer.Option(metavar="ADDRESS", help="Of the Ray cluster.")] = "",
    llm_at_once: Annotated[
        int, typer.Option(metavar="N", min=0, help="Questions to a model at one time, in the whole fleet.")
    ] = 0,
    strict: options.Strict = False,
) -> None:
    """Rewrite many repositories: clone, rewrite, verify, hand over; resumable.

    Every repository is rewritten in a clone of its own and handed over as a patch, as a branch with a commit,
    or in place. Run again, it does what is not done yet. Exit code: 0 done, 1 when a verification failed and
    with --strict when sites are left, 2 wrong usage or when a repository could not be handled.
    """
    from adapter.fleet.engines import Engine
    from adapter.fleet.job import Delivery
    from adapter.fleet.repository import FleetError, find_repositories
    from adapter.fleet.run import Request, run_fleet

    for word, known in ((deliver, Delivery), (engine, Engine)):
        if word not in set(known):
            raise failure(f"{word!r} is none of {', '.join(known)}")
    request = Request(
        tuple(tuple(shlex.split(command)) for command in do or ()),
        state,
        Delivery(deliver),
        branch,
        verify,
        bisect,
        engine=Engine(engine),
        processes=options.processes(jobs),
        ray_address=ray_address,
        llm_at_once=llm_at_once,
    )
    try:
        found = find_repositories(repositories or [], from_file)
        if not found:
            raise failure("name repositories, or a file that lists them with --from-file")
        outcomes = _shown(run_fleet(found, request), len(found))
    except FleetError as error:
        raise failure(str(error)) from error
    _print_sums(outcomes, request)
    raise typer.Exit(_exit_code(outcomes, strict))


def _shown(results: Iterator[tuple[Outcome, bool]], total: int) -> list[Outcome]:
    """Print a line per repository as it comes, the machine's own words on stdout; all outcomes."""
    outcomes = []
    with ProgressBar("Repositories") as bar:
        for outcome, known in results:
            outcomes.append(outcome)
            bar.update(len(outcomes), total)
            with bar.hidden():
                typer.echo(_line(outcome, known))
    return outcomes


def _line(outcome: Outcome, known: bool) -> str:
    parts = [f"{outcome.status:<9} {outcome.name}"]
    if outcome.sums:
        parts.append(f"{outcome.sums['edits']} edited, {outcome.sums['gaps']} left")
    if outcome.dropped:
        parts.append(f"{len(outcome.dropped)} files put back: {', '.join(outcome.dropped)}")
    parts += [text for text in (outcome.result, " ".join(outcome.detail.split())) if text]
    return "  ".join(parts) + ("  (done before)" if known else "")


def _print_sums(outcomes: list[Outcome], request: Request) -> None:
    counts = Counter(outcome.status for outcome in outcomes)
    sums: Counter[str] = Counter()
    for outcome in outcomes:
        sums.update(outcome.sums)
    states = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    typer.echo(f"repositories  {len(outcomes)}: {states}", err=True)
    typer.echo(
        f"sites         {sums['sites']} seen, {sums['edits']} edited, {sums['gaps']} left in "
        f"{sums['files']} files; {sums['errors']} files could not be handled",
        err=True,
    )
    typer.echo(f"results       {request.state / 'results'}", err=True)


def _exit_code(outcomes: list[Outcome], strict: bool) -> Exit:
    from adapter.fleet.job import Status

    states = {outcome.status for outcome in outcomes}
    if Status.FAILED in states:
        return Exit.FAILED
    left = strict and any(outcome.sums.get("gaps") for outcome in outcomes)
    return Exit.NOT_CLEAN if Status.REJECTED in states or left else Exit.DONE
