"""Command line: `adapter rules`: the upgrade rules that there are, and new ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import Exit, failure
from adapter.cli.tables import print_table

if TYPE_CHECKING:
    from adapter.translate.upgrade.rules import RuleFile

app = typer.Typer(help="Show, test and begin upgrade rules.", no_args_is_help=True)

_NEW = """\
# yaml-language-server: $schema={schema}
library: {library}
distribution: {library}
latest: "{version}"
types: {{}}
apis:
- since: "{version}"
  api: {library}.old_call(first, second=None)
  change: {{name: new_call, keywords: {{second: other}}}}
  examples:
  - before: |
      import {library}

      {library}.old_call(1, second=2)
    after: |
      import {library}

      {library}.new_call(1, other=2)
moved:
- since: "{version}"
  from: {library}.old_module
  to: {library}.new_module
  examples:
  - before: |
      from {library}.old_module import thing

      thing()
    after: |
      from {library}.new_module import thing

      thing()
gone:
- {{since: "{version}", api: {library}.removed, reason: what to do instead}}
"""


@app.command("list")
def list_rules() -> None:
    """List the libraries that have upgrade rules."""
    from adapter.translate.upgrade.rules import packaged_rules

    rows = [("library", "distribution", "up to", "rewritten", "moved", "listed as gone")]
    for path in packaged_rules().values():
        rules = _read(path)
        kinds = Counter(kind for kind, _, _ in rules.all_items())
        data = rules.document.data
        new = str(data.get("new_distribution", data["distribution"]))
        distribution = str(data["distribution"]) + ("" if new == data["distribution"] else f" > {new}")
        rows.append(
            (
                rules.library,
                distribution,
                rules.latest,
                str(kinds["apis"]),
                str(kinds["moved"]),
                str(kinds["gone"]),
            )
        )
    print_table(rows)


@app.command("show", no_args_is_help=True)
def show(name: Annotated[str, typer.Argument(metavar="LIB|FILE", show_default=False)]) -> None:
    """Show the rules of a library: what changed in which version, and what becomes of it."""
    rows = [("since", "old", "new", "fidelity", "remark")]
    for kind, _, item in _named(name).all_items():
        old = str(item.get("api", item.get("from")))
        new = (
            "-"
            if kind == "gone" or "gap" in item
            else str(item.get("to") or item.get("write") or _said(item))
        )
        remark = str(item.get("reason") or item.get("gap") or item.get("note") or "")
        fidelity = "gap" if new == "-" else str(item.get("fidelity", "exact"))
        rows.append((str(item["since"]), old, new.strip().replace("\n", "; "), fidelity, remark))
    print_table(rows)


def _said(item: object) -> str:
    change = item["change"] if isinstance(item, dict) else {}
    return "; ".join(f"{key}: {value}" for key, value in change.items())


@app.command("test")
def run_examples(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LIB|FILE]...", help="Rules by library or file; all.", show_default=False),
    ] = None,
) -> None:
    """Run the examples beside upgrade rules, and name what became of each, as `adapter maps test` does."""
    from adapter.graph.yamlfile import MapError
    from adapter.translate.examples import ExampleVerdict
    from adapter.translate.upgrade.examples import UpgradeExampleRunner, examples_of
    from adapter.translate.upgrade.rules import packaged_rules

    counts: Counter[str] = Counter()
    for name in names or packaged_rules():
        rules = _named(name)
        try:
            runner = UpgradeExampleRunner.of(rules)
        except MapError as error:
            raise failure(str(error)) from error
        for example in examples_of(rules):
            result = runner.run(example)
            counts[result.verdict.value] += 1
            if result.verdict is not ExampleVerdict.VALIDATED:
                typer.echo(f"{example.path}:{example.line}: {result.verdict.value}: {example.api}")
                typer.echo("  " + result.detail.replace("\n", "\n  "))
    typer.echo(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) or "no examples")
    if counts.total() > counts[ExampleVerdict.VALIDATED.value]:
        raise typer.Exit(Exit.NOT_CLEAN)


@app.command("new", no_args_is_help=True)
def new(
    library: Annotated[str, typer.Argument(metavar="LIB", show_default=False)],
    version: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="The version that rules lead to.")
    ] = "2.0",
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Else LIB.yaml here.")
    ] = None,
) -> None:
    """Begin a file of upgrade rules with one of each kind; `adapter run FILE PATH` applies it."""
    from importlib.resources import files

    path = output or Path(f"{library}.yaml")
    if path.exists():
        raise failure(f"{path} is there already; name another file with --output")
    schema = Path(str(files("rules") / "schema" / "upgrade.schema.json")).as_uri()
    path.write_text(_NEW.format(library=library, version=version, schema=schema), encoding="utf-8")
    typer.echo(f"{path}: begun; edit it, then run `adapter rules test {path}`", err=True)


def _named(name: str) -> RuleFile:
    from adapter.graph.yamlfile import MapError
    from adapter.translate.upgrade.rules import UnknownUpgradeError, rules_for

    if name.endswith((".yaml", ".yml")):
        return _read(Path(name))
    try:
        return rules_for(name)
    except (UnknownUpgradeError, MapError) as error:
        raise failure(str(error)) from error


def _read(path: Path) -> RuleFile:
    from adapter.graph.yamlfile import MapError
    from adapter.translate.upgrade.rules import read_rules

    try:
        return read_rules(path)
    except MapError as error:
        raise failure(str(error)) from error
