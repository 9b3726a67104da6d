"""The measurements, each giving rows for the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.performance.generate import Tree
from tests.performance.processes import adapter_command, ast_grep_command, measure, median_walls
from tests.performance.rewriting import rename_speed, translate_speed

LIBRARIES = ("--from", "wandb", "--to", "mlflow")
AST_GREP = (
    "run",
    "-p",
    "wandb.log($$$A)",
    "-r",
    "mlflow.log_metrics($$$A)",
    "--lang",
    "py",
    "--threads",
    "2",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, the figure, and what to hold it against."""

    what: str
    figure: str
    against: str = ""


def start_up(times: int = 10) -> Iterator[Row]:
    """Wall time of `adapter --version`, the start of the interpreter included."""
    wall = median_walls([adapter_command("--version")], times)[0]
    yield Row("start-up, adapter --version", f"{wall:.3f} s", "goal: under 0.15 s")


def scan(tree: Tree, times: int = 5) -> Iterator[Row]:
    """Wall time over a tree of which few files match, beside ast-grep with two threads."""
    commands = [adapter_command("translate", str(tree.folder), *LIBRARIES)]
    rival = ast_grep_command(*AST_GREP, str(tree.folder))
    walls = median_walls([*commands, *([rival] if rival else [])], times)
    what = f"scan, {tree.files} files, {tree.megabytes:.1f} MB, {tree.matching} match"
    against = f"ast-grep, 2 threads: {walls[1]:.3f} s" if rival else "ast-grep: pip install '.[bench]'"
    yield Row(what, f"{walls[0]:.3f} s", against)


def rewrite(tree: Tree, sample: int = 300_000) -> Iterator[Row]:
    """MB/s on one core, beside LibCST on the same files."""
    files, size = [], 0
    for path in sorted(tree.folder.rglob("*.py")):
        files.append(path)
        size += path.stat().st_size
        if size >= sample:
            break
    ours, rename = translate_speed(files), rename_speed(files)
    what = f"rewrite, one core, {len(files)} files, {size / 1e6:.1f} MB"
    yield Row(what, f"{ours:.2f} MB/s", f"LibCST RenameCommand: {rename:.3f} MB/s, {ours / rename:.0f} times")


def scaling(tree: Tree) -> Iterator[Row]:
    """Wall time and memory over matching files with one process and with two."""
    command = adapter_command("translate", str(tree.folder), *LIBRARIES)
    one, two = (measure([*command, "--jobs", jobs], sampled=True) for jobs in "12")
    what = f"translate, {tree.files} files, {tree.megabytes:.1f} MB, all match"
    yield Row(f"{what}, --jobs 1", f"{one.wall:.2f} s", f"{tree.megabytes / one.wall:.2f} MB/s")
    yield Row(f"{what}, --jobs 2", f"{two.wall:.2f} s", f"{one.wall / two.wall:.2f} times as fast")
    for jobs, taken in (("1", one), ("2", two)):
        together = f"all processes: {taken.together:.0f} MB"
        yield Row(f"peak memory, --jobs {jobs}, largest process", f"{taken.largest:.0f} MB", together)
