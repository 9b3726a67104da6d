"""Measures `adapter` and prints a table: `python tests/performance/run.py [--tree DIR] [--only NAME]`.

The trees are generated, the same on every machine. With `--tree` the scan runs over a folder of your own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.performance import measures
from tests.performance.generate import Tree, machine_learning_tree, tracked_tree

NAMES = ("start-up", "scan", "rewrite", "scaling")


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Measures adapter and prints a table.")
    parser.add_argument("--tree", type=Path, metavar="DIR", help="scan this folder and not a generated one")
    parser.add_argument("--only", choices=NAMES, action="append", help="measure only this; repeatable")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="size of the generated trees, 1 for 16 MB each"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for row in rows(Path(folder), given.only or NAMES, given.tree, given.scale):
            # Measuring takes minutes: say what is there already.
            print(f"{row.what}: {row.figure}", file=sys.stderr, flush=True)
            found.append(row)
        print_table(found)


def rows(
    folder: Path, names: list[str] | tuple[str, ...], tree: Path | None, scale: float
) -> Iterator[measures.Row]:
    """The rows of the measurements asked for."""
    if "start-up" in names:
        yield from measures.start_up()
    if "scan" in names:
        yield from measures.scan(
            existing(tree)
            if tree is not None
            else machine_learning_tree(folder / "ml", round(1_300 * scale), round(16_000_000 * scale))
        )
    if "rewrite" in names or "scaling" in names:
        tracked = tracked_tree(folder / "tracked", round(16_500_000 * scale))
        if "rewrite" in names:
            yield from measures.rewrite(tracked, round(300_000 * scale))
        if "scaling" in names:
            yield from measures.scaling(tracked)


def existing(folder: Path) -> Tree:
    """A folder that is there already, with its Python files counted."""
    texts = [path.read_bytes() for path in folder.rglob("*.py") if path.is_file()]
    return Tree(folder, len(texts), sum(b"wandb" in text for text in texts), sum(map(len, texts)))


def print_table(found: list[measures.Row]) -> None:
    """Print the rows."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("measured", "figure", "beside")
    for row in found:
        table.add_row(row.what, row.figure, escape(row.against))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


if __name__ == "__main__":
    main()
