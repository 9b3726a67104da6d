"""Command line: `adapter translate`."""

from __future__ import annotations

from adapter.cli import asking, options
from adapter.cli.exits import failure
from adapter.cli.rewriting import Mode, rewrite


def translate(
    paths: options.Paths,
    source: options.Source,
    target: options.Target,
    write: options.Write = False,
    check: options.Check = False,
    review: options.ReviewHunks = False,
    alongside: options.Alongside = False,
    unsafe: options.Unsafe = False,
    strict: options.Strict = False,
    verify: options.Verify = "",
    jobs: options.Jobs = 1,
    include: options.Include = None,
    exclude: options.Exclude = None,
    data: options.Data = None,
    form: options.Form = None,
    output: options.OutputFile = None,
    llm: asking.Llm = "",
    llm_calls: asking.Calls = None,
    llm_tokens: asking.Tokens = None,
    llm_cost: asking.Cost = None,
    llm_dry_run: asking.DryRun = False,
    llm_local_only: asking.LocalOnly = False,
    llm_strategy: asking.Strategies = "edge,code",
    llm_docs: asking.Documentation = "docssearch",
    llm_temperature: asking.Temperature = 0.0,
    llm_sample: asking.Sample = 0,
) -> None:
    """Translate code from one library to another.

    Prints the diff; writes nothing without --write or --review. What is left to do by hand is listed on
    stderr. Exit code: 0 done, 1 with --check when something would change, with --verify when it failed
    and with --strict when sites are left, 2 wrong usage or when a file could not be handled.
    """
    from adapter.translate.pipeline import Options, UsageError, translate_paths

    session = asking.open_session(
        llm,
        llm_calls,
        llm_tokens,
        llm_cost,
        dry_run=llm_dry_run,
        local_only=llm_local_only,
        strategies=llm_strategy,
        documentation=llm_docs,
        temperature=llm_temperature,
        sample=llm_sample,
    )
    settings = Options(
        source_library=source,
        target_library=target,
        unsafe=unsafe,
        alongside=alongside,
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        data=tuple(data or ()),
        jobs=options.processes(jobs),
        refine=asking.refiner(session, paths, source, target, unsafe=unsafe),
    )
    try:
        if llm_dry_run:
            asking.only_show(translate_paths(paths, settings))
        rewrite(
            lambda progress: translate_paths(paths, settings, progress),
            paths,
            Mode(write, check, strict, form, output, review, verify),
            asking.teller(session, paths),
        )
    except UsageError as error:
        raise failure(str(error)) from error
