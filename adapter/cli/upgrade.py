"""Command line: `adapter upgrade`."""

from __future__ import annotations

from typing import Annotated

import typer

from adapter.cli import options
from adapter.cli.exits import failure
from adapter.cli.rewriting import Mode, rewrite

Library = Annotated[str, typer.Argument(metavar="LIB", help="The library to upgrade.", show_default=False)]
Old = Annotated[
    str,
    typer.Option(
        "--from", metavar="VERSION", help="The version in use; else the manifest's.", show_default=False
    ),
]
New = Annotated[
    str,
    typer.Option("--to", metavar="VERSION", help="The version wanted; else the latest.", show_default=False),
]


def upgrade(
    library: Library,
    paths: options.Paths,
    new: New = "",
    old: Old = "",
    write: options.Write = False,
    check: options.Check = False,
    unsafe: options.Unsafe = False,
    strict: options.Strict = False,
    jobs: options.Jobs = 1,
    include: options.Include = None,
    exclude: options.Exclude = None,
    form: options.Form = None,
    output: options.OutputFile = None,
) -> None:
    """Move code from the version of a library that it uses to a newer one.

    The rules between the two versions are applied, and the requirement in the manifests is moved. The
    version in use is what the manifests ask for, unless --from gives it; where nothing tells, all rules are
    applied. Prints the diff and writes nothing unless --write is given. Exit code: 0 done, 1 with --check
    when something would change and with --strict when sites are left, 2 wrong usage or when a file could not
    be handled.
    """
    from adapter.translate.pipeline import UsageError
    from adapter.translate.upgrade.pipeline import UpgradeOptions, prepare, upgrade_paths

    settings = UpgradeOptions(
        library=library,
        old=old,
        new=new,
        unsafe=unsafe,
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        jobs=options.processes(jobs),
    )
    try:
        ready = prepare(paths, settings)
        known = f"from {ready.old}" if ready.old is not None else "from any older version"
        typer.echo(f"{library}: {known} to {ready.new}, {ready.upgrade.rules} rules", err=True)
        rewrite(
            lambda progress: upgrade_paths(ready, settings, progress),
            paths,
            Mode(write, check, strict, form, output),
        )
    except UsageError as error:
        raise failure(str(error)) from error
