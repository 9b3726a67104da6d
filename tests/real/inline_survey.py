"""What recipes do to real scripts: `python tests/real/inline_survey.py RECIPE --with LIB FOLDER...`.

Works on scratch copies. Prints how many files train something, how many were edited, which landmark the
others lack, and all that must not be: crashes, files that do not compile, a second run that changes a file.
With `--run SECONDS` the scripts that run offline are run before and after: what they print is compared, but
for times, and what tracking recorded is looked at. `--every N` runs each Nth of them.
Ends with 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rich.console import Console
from rich.table import Table

from adapter.bench.oracle.output import plain_lines
from adapter.bench.recording.programs import read_recording
from adapter.bench.recording.records import Library
from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.pipeline import Options, inline_paths
from adapter.inline.script import Script
from adapter.plan import Plan
from adapter.sandbox.run import Execution, Limits, run
from adapter.source.errors import SourceError
from adapter.source.text import read_bytes, read_source
from adapter.source.tree import read_tree


@dataclass(slots=True)
class Study:
    """What became of one folder; `missing` counts files by the landmark of their first gap."""

    name: str
    original: Path = Path()
    copy: Path = Path()
    library: str = ""
    files: int = 0
    training: int = 0
    edited: list[Path] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)
    gaps: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    ran: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, study every folder, print; faults decide the exit code."""
    parser = argparse.ArgumentParser(description="Applies a recipe to scratch copies and judges it.")
    parser.add_argument("recipe")
    parser.add_argument("--with", dest="library", default="", metavar="LIB")
    parser.add_argument("--method", metavar="WORD", help="of the recipe optimisation")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in this folder, and leave it behind")
    parser.add_argument("--run", type=float, default=0.0, metavar="SECONDS", help="limit of each run")
    parser.add_argument("--list", action="store_true", help="list every gap, and training files left quietly")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="run each Nth edited script")
    given = parser.parse_args(arguments)
    options = Options(given.recipe, given.library, {"method": given.method} if given.method else {})
    with tempfile.TemporaryDirectory() as temporary:
        scratch = given.keep or Path(temporary)
        studies = [study(folder.resolve(), scratch, options) for folder in given.folders]
        if given.run:
            for each in studies:
                _run_all(each, scratch / given.recipe, given.run, given.every)
    console = Console(width=None if sys.stdout.isatty() else 150, emoji=False)
    console.print(_table(studies, f"{given.recipe} with {given.library or 'its first library'}"))
    console.print(_gaps(studies))
    for line in _details(studies, everything=given.list):
        console.print(line, markup=False, soft_wrap=True)
    return 1 if any(each.faults or each.differing for each in studies) else 0


def study(original: Path, scratch: Path, options: Options) -> Study:
    """Applies the recipe to a copy of a folder, twice."""
    name = f"{original.parent.name}-{original.name}" if original.name == "examples" else original.name
    copy = scratch / options.recipe / name
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(original, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    result = Study(name, original, copy, options.library)
    tree = read_tree([copy])
    result.files = len(tree.code)
    plans = {plan.path: plan for plan in inline_paths([copy], options)}
    for path in tree.code:
        _count(result, path, plans.get(path), copy)
    for path in result.edited:
        after = plans[path].after
        assert after is not None
        path.write_bytes(after)
    for plan in inline_paths([copy], options):
        if plan.changed and plan.path in tree.code:
            result.faults.append(f"a second run changes {plan.path.relative_to(copy)}")
    return result


def _count(result: Study, path: Path, plan: Plan | None, folder: Path) -> None:
    name = f"{folder.name}/{path.relative_to(folder)}"
    if plan is not None and plan.error is not None:
        if "adapter" in plan.error.message:
            result.faults.append(f"{name}: {plan.error.message}")
        else:
            result.missing["file that cannot be read"] += 1
        return
    if plan is None:
        if _trains(path):
            result.training += 1
            result.quiet.append(name)
        return
    result.training += 1
    if plan.changed:
        result.edited.append(path)
        _check(result, plan, name)
    for gap in plan.gaps[:1]:
        result.missing[gap.site.api] += 1
        result.gaps.append(f"{name}:{gap.site.line}: {gap.site.api}: {gap.detail}")


def _check(result: Study, plan: Plan, name: str) -> None:
    assert plan.after is not None
    try:
        source = read_source(plan.path, plan.after)
        if source.cells is None:
            compile(source.data, name, "exec", dont_inherit=True)
    except (SourceError, SyntaxError, ValueError) as error:
        result.faults.append(f"{name} does not compile: {error}")


def _trains(path: Path) -> bool:
    try:
        raw = read_bytes(path)
        if not any(needle in raw for needle in packaged_frameworks().needles):
            return False
        return bool(find_landmarks(Script(read_source(path, raw), packaged_frameworks())).fits)
    except SourceError:
        return False


def _run_all(result: Study, scratch: Path, seconds: float, every: int) -> None:
    names = [path.relative_to(result.copy) for path in result.edited if path.suffix == ".py"][::every]
    library = Library(result.library) if scratch.name == "tracking" and result.library else None
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = [(result.original / name, result.copy / name, seconds, library) for name in names]
        for name, (verdict, detail) in zip(names, pool.map(lambda job: _compare(*job), jobs), strict=True):
            result.ran[verdict] += 1
            if detail:
                result.differing.append(f"{result.name}/{name}: {detail}")


def _compare(before: Path, after: Path, seconds: float, library: Library | None) -> tuple[str, str]:
    """How a script does before and after: a verdict, and what is wrong where something is."""
    first, _ = _run(before, seconds)
    if first.timed_out or first.code != 0:
        return "does not run here as it was", ""
    changed, recorded = _run(after, seconds * 2 + 60, library)
    if changed.timed_out or changed.code != 0:
        return "fails after", (changed.stderr.strip().splitlines() or ["it took too long"])[-1]
    if not recorded:
        return "records nothing", "nothing is recorded"
    if plain_lines(changed.stdout) == plain_lines(first.stdout):
        return "prints the same", ""
    again, _ = _run(before, seconds)
    if plain_lines(again.stdout) != plain_lines(first.stdout):
        return "prints something else each time", ""
    return "prints something else after", _first_difference(first.stdout, changed.stdout)


def _run(script: Path, seconds: float, library: Library | None = None) -> tuple[Execution, bool]:
    """A run of a script, and whether its one run in the library's store holds something."""
    with tempfile.TemporaryDirectory() as temporary:
        limits = Limits(seconds=seconds, cpu_seconds=int(seconds * 2), memory_mb=8000)
        done = run([sys.executable, script.name], script.parent, Path(temporary), limits)
        if library is None or done.code != 0:
            return done, True
        runs = read_recording(library, Path(temporary)).runs
        return done, any(each.metrics or each.artifacts or each.models for each in runs)


def _first_difference(before: str, after: str) -> str:
    lines = zip([*before.splitlines(), "<end>"], [*after.splitlines(), "<end>"], strict=False)
    return next((f"{old!r} became {new!r}" for old, new in lines if old != new), "")


def _table(studies: Iterable[Study], title: str) -> Table:
    table = Table(title=title)
    for heading in (
        "folder",
        "files",
        "that train",
        "edited",
        "share",
        "with a gap",
        "left quietly",
        "faults",
    ):
        table.add_column(heading, justify="left" if heading == "folder" else "right")
    total = Study("total")
    for each in [*studies, total]:
        share = f"{len(each.edited) / each.training:.0%}" if each.training else "-"
        counts = (each.files, each.training, len(each.edited), share)
        rest = (sum(each.missing.values()), len(each.quiet), len(each.faults) + len(each.differing))
        table.add_row(each.name, *map(str, (*counts, *rest)))
        total.files += each.files
        total.training += each.training
        total.edited += each.edited
        total.missing += each.missing
        total.quiet += each.quiet
        total.faults += each.faults
        total.differing += each.differing
    return table


def _gaps(studies: Iterable[Study]) -> Table:
    table = Table(title="files by the landmark that is missing, and by how they ran")
    table.add_column("what")
    table.add_column("files", justify="right")
    missing, ran = Counter[str](), Counter[str]()
    for each in studies:
        missing += each.missing
        ran += each.ran
    for what, count in [*missing.most_common(), *ran.most_common()]:
        table.add_row(what, str(count))
    return table


def _details(studies: Iterable[Study], *, everything: bool) -> Iterator[str]:
    for each in studies:
        yield from (f"fault: {fault}" for fault in each.faults)
        yield from (f"differs: {line}" for line in each.differing)
        if everything:
            yield from (f"gap: {line}" for line in each.gaps)
            yield from (f"left quietly: {line}" for line in each.quiet)


if __name__ == "__main__":
    sys.exit(main())
