"""Command line: `adapter run`: rules of one's own over files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapter.cli import options
from adapter.cli.exits import failure
from adapter.cli.rewriting import Mode, rewrite

Rules = Annotated[
    str,
    typer.Argument(
        metavar="RULES",
        help="A rules file (.yaml), a Python file (file.py or file.py:name) or module:name.",
        show_default=False,
    ),
]
Trust = Annotated[
    bool,
    typer.Option("--trust-project-rules", help="Import Python rules that lie in the project; it runs them."),
]


def run(
    rules: Rules,
    paths: options.Paths,
    trust: Trust = False,
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
    """Run rules of your own: a YAML file, a LibCST codemod class, or a function over sites.

    Prints the diff and writes nothing unless --write is given. Exit code: 0 done, 1 with --check when
    something would change and with --strict when sites are left, 2 wrong usage or when a file could not be
    handled.
    """
    from adapter.translate.pipeline import UsageError

    mode = Mode(write, check, strict, form, output)
    included, excluded = tuple(include or ()), tuple(exclude or ())
    try:
        if rules.endswith((".yaml", ".yml")):
            _run_yaml(Path(rules), paths, mode, unsafe, included, excluded, options.processes(jobs))
            return
        from adapter.translate.running.load import load_python
        from adapter.translate.running.pipeline import run_python

        found = load_python(rules, paths, trusted=trust)
        rewrite(
            lambda progress: run_python(
                found, paths, progress, unsafe=unsafe, include=included, exclude=excluded
            ),
            paths,
            mode,
        )
    except UsageError as error:
        raise failure(str(error)) from error


def _run_yaml(
    file: Path,
    paths: list[Path],
    mode: Mode,
    unsafe: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    jobs: int,
) -> None:
    from adapter.graph.yamlfile import MapError
    from adapter.translate.upgrade.pipeline import UpgradeOptions, prepare, upgrade_paths
    from adapter.translate.upgrade.rules import read_rules

    try:
        rules = read_rules(file)
    except MapError as error:
        raise failure(str(error)) from error
    settings = UpgradeOptions(rules.library, unsafe=unsafe, include=include, exclude=exclude, jobs=jobs)
    ready = prepare(paths, settings, rules)
    rewrite(lambda progress: upgrade_paths(ready, settings, progress), paths, mode)
