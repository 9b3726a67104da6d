"""Command line: `adapter inline`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli import asking, options
from adapter.cli.exits import failure
from adapter.cli.rewriting import Mode, rewrite

if TYPE_CHECKING:
    from adapter.inline.recipe import Option

RecipeName = Annotated[
    str,
    typer.Argument(metavar="RECIPE", help="tracking, registry, tuning or optimisation.", show_default=False),
]
With = Annotated[str, typer.Option("--with", metavar="LIB", help="The library to use.", show_default=False)]


def inline(
    recipe: RecipeName,
    paths: options.Paths,
    library: With = "",
    experiment: Annotated[
        str | None, typer.Option(help="Experiment or project that runs belong to.", metavar="NAME")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run or of the model.", metavar="NAME")] = None,
    metric: Annotated[
        list[str] | None, typer.Option(help="Only these reported values; repeatable.", metavar="NAME")
    ] = None,
    nested: Annotated[
        bool | None, typer.Option("--nested", help="One run within another per fold or trial.")
    ] = None,
    autolog: Annotated[
        bool | None, typer.Option("--autolog", help="The library's own automatic logging.")
    ] = None,
    space: Annotated[
        str | None, typer.Option(help="YAML file with the ranges to search.", metavar="FILE")
    ] = None,
    direction: Annotated[str | None, typer.Option(help="minimize or maximize.", metavar="WORD")] = None,
    method: Annotated[
        str | None,
        typer.Option(help="quantise, compress-weights, prune or quantise-aware-training.", metavar="WORD"),
    ] = None,
    ratio: Annotated[
        float | None, typer.Option(help="Share of the weights to prune.", min=0.0, max=1.0)
    ] = None,
    write: options.Write = False,
    check: options.Check = False,
    review: options.ReviewHunks = False,
    strict: options.Strict = False,
    verify: options.Verify = "",
    jobs: options.Jobs = 1,
    include: options.Include = None,
    exclude: options.Exclude = None,
    form: options.Form = None,
    output: options.OutputFile = None,
    llm: asking.Llm = "",
    llm_calls: asking.Calls = None,
    llm_tokens: asking.Tokens = None,
    llm_cost: asking.Cost = None,
    llm_dry_run: asking.DryRun = False,
    llm_local_only: asking.LocalOnly = False,
    llm_temperature: asking.Temperature = 0.0,
    llm_sample: asking.Sample = 0,
) -> None:
    """Put experiment tracking, model registration, tuning or optimisation into training scripts.

    Prints the diff; writes nothing without --write or --review. A script in which something is missing
    is left as it is, and the gap is named. Exit code: 0 done, 1 with --check when something would
    change, with --verify when it failed and with --strict when gaps remain, 2 wrong usage or when a file
    could not be handled.
    """
    from adapter.inline.pipeline import Options, inline_paths, request_of
    from adapter.translate.pipeline import UsageError

    values: dict[str, Option | None] = {
        "experiment": experiment,
        "name": name,
        "metric": tuple(metric) if metric else None,
        "nested": nested,
        "autolog": autolog,
        "space": space,
        "direction": direction,
        "method": method,
        "ratio": ratio,
    }
    given = {key: value for key, value in values.items() if value is not None}
    session = asking.open_session(
        llm,
        llm_calls,
        llm_tokens,
        llm_cost,
        dry_run=llm_dry_run,
        local_only=llm_local_only,
        temperature=llm_temperature,
        sample=llm_sample,
    )
    settings = Options(
        recipe, library, given, tuple(include or ()), tuple(exclude or ()), options.processes(jobs)
    )
    try:
        if session is not None:
            settings = replace(settings, refine=session.for_inlining(request_of(settings)).refine)
        if llm_dry_run:
            asking.only_show(inline_paths(paths, settings))
        rewrite(
            lambda progress: inline_paths(paths, settings, progress),
            paths,
            Mode(write, check, strict, form, output, review, verify),
            asking.teller(session),
        )
    except UsageError as error:
        raise failure(str(error)) from error
