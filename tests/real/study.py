"""One repository put to the test: a scratch copy translated and written, translated again, and looked at."""

from __future__ import annotations

import hashlib
import shutil
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from adapter.graph.network import Route
from adapter.plan import Edit, FileError, Plan
from adapter.source.text import Source, read_source
from adapter.source.write import write_atomic
from adapter.translate.pipeline import Options, translate_paths
from tests.real.binding import check_new_uses
from tests.real.groups import Group, Sorted, sort_gaps

_CODE = (".py", ".pyw", ".pyi", ".ipynb")


@dataclass(slots=True)
class Study:
    """What one repository showed.

    `faults` are what must not be: each names its kind, its place and the cause. `stranded` are gaps that
    hang on an object which is one of the target library now; `forgotten` says by file how many gaps a second
    run does not see any more, which happens for the same cause.
    """

    name: str
    folder: Path
    files: int = 0
    changed: int = 0
    sites: int = 0
    ignored: int = 0
    checked: int = 0
    unknown: int = 0
    edits: list[Edit] = field(default_factory=list)
    gaps: list[tuple[Path, Sorted]] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stranded: list[str] = field(default_factory=list)
    forgotten: dict[str, int] = field(default_factory=dict)

    def in_group(self, group: Group) -> int:
        """How many gaps belong to a group."""
        return sum(item.group is group for _, item in self.gaps)

    def add(self, other: Study) -> None:
        """Counts another repository in."""
        for name in (each.name for each in fields(self) if each.name not in ("name", "folder")):
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, mine | more if isinstance(mine, dict) else mine + more)


def study(original: Path, scratch: Path, way: Route, jobs: int = 1) -> Study:
    """Copies a repository, translates the copy, writes it, and checks what came out."""
    folder = scratch / original.name
    shutil.copytree(original, folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    result = Study(original.name, folder)
    before = _digests(folder)
    first = _plans(result, way, jobs, "first run")
    sorted_gaps = sort_gaps(first, way.source)
    for plan in first:
        _count(result, plan, sorted_gaps[plan.path])
        if plan.changed and plan.after is not None and plan.error is None:
            write_atomic(plan.path, plan.after)
            result.faults += _faults_of_file(result, plan, way)
    _check_others(result, before, {plan.path for plan in first if plan.changed})
    left = {
        plan.path: len(plan.gaps)
        for plan in first
        if plan.path.suffix in _CODE and plan.path.name != "setup.py"
    }
    for plan in _plans(result, way, jobs, "second run"):
        if plan.changed:
            result.faults.append(f"second run changes {_place(result, plan.path)}: {_first_difference(plan)}")
        if plan.path in left:
            left[plan.path] -= len(plan.gaps)
    result.forgotten = {_place(result, path): count for path, count in left.items() if count}
    return result


def _plans(result: Study, way: Route, jobs: int, which: str) -> list[Plan]:
    totals: list[int] = []
    options = Options(way.source.name, way.target.name, jobs=jobs)
    found: list[Plan] = []
    try:
        found.extend(translate_paths([result.folder], options, lambda done, total: totals.append(total)))
    except Exception:  # noqa: BLE001  (a crash is a finding of the survey)
        result.faults.append(f"{which} crashed: {traceback.format_exc(limit=-6)}")
    result.files = totals[-1] if totals else 0
    return found


def _count(result: Study, plan: Plan, gaps: list[Sorted]) -> None:
    result.sites += plan.sites
    result.ignored += len(plan.ignored)
    result.changed += plan.changed
    result.edits += plan.edits
    result.gaps += [(plan.path, item) for item in gaps]
    if plan.error is not None:
        result.errors.append(plan.error)


def _faults_of_file(result: Study, plan: Plan, way: Route) -> Iterator[str]:
    if plan.path.suffix not in _CODE or plan.after is None:
        return
    before, after = read_source(plan.path, plan.before), read_source(plan.path, plan.after)
    place = _place(result, plan.path)
    if not _compiles(before):
        return
    try:
        compile(after.data.decode(), place, "exec")
    except SyntaxError as error:
        yield f"does not compile: {place}:{error.lineno}: {error.msg}: {(error.text or '').strip()}"
        return
    bound = check_new_uses(before, after, way.target)
    result.checked += bound.checked
    result.unknown += bound.unknown
    result.stranded += (f"{place}:{each.line}: {each.text}: {each.message}" for each in bound.stranded)
    for failure in bound.failures:
        yield f"does not bind: {place}:{failure.line}: {failure.text}: {failure.message}"


def _compiles(source: Source) -> bool:
    try:
        compile(source.data.decode(), str(source.path), "exec")
    except SyntaxError:
        return False
    return True


def _check_others(result: Study, before: dict[Path, str], changed: set[Path]) -> None:
    after = _digests(result.folder)
    for path in sorted(before.keys() | after.keys()):
        if path not in changed and before.get(path) != after.get(path):
            result.faults.append(f"touched without a plan: {_place(result, path)}")


def _digests(folder: Path) -> dict[Path, str]:
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def _place(result: Study, path: Path) -> str:
    return path.relative_to(result.folder.parent).as_posix()


def _first_difference(plan: Plan) -> str:
    old, new = plan.before.splitlines(), (plan.after or b"").splitlines()
    pairs = enumerate(zip(old, new, strict=False), 1)
    line = next((number for number, (one, two) in pairs if one != two), min(len(old), len(new)) + 1)
    shown = [lines[line - 1].decode(errors="replace") if line <= len(lines) else "" for lines in (old, new)]
    return f"line {line}: {shown[0]!r} becomes {shown[1]!r}"


def reasons(result: Study) -> Counter[str]:
    """Gaps by reason."""
    return Counter(item.gap.reason.value for _, item in result.gaps)
