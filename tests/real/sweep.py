"""Every map and recipe over a large tree of other people's code: `python tests/real/sweep.py FOLDER...`.

Nothing is written. For each file: it is read and comes back byte for byte; it is translated from each library
that it names to each target (`--targets 1`: to one, picked by the file's name), and from one that it does not
name; each recipe is put into it if it trains something, one if not. What is looked for: crashes, files that
take longer than `--seconds`, files that Python could read before and not after, files on the disk that are
other ones after. `--every N` takes each Nth file, picked by its name, so that a part is the same part again.
With `--write FROM TO` the real command translates a copy of the folders too, and files that its report does
not name must have kept their bytes. Ends with 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route
from adapter.graph.store import packaged_atlas
from adapter.inline.file import inline_file
from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.script import Script
from adapter.plan import Plan
from adapter.source.errors import SourceError
from adapter.source.text import Source, encode_source, read_bytes, read_source
from adapter.translate.file import translate_file
from adapter.translate.pipeline import find_route
from tests.fuzz.targets import compiles, requests

_SUFFIXES = (".py", ".pyw", ".pyi", ".ipynb")


class TooLongError(Exception):
    """A file took longer than it may."""


@dataclass(slots=True)
class Swept:
    """What one file, or all of them, showed; `faults` are by kind: crash, hang, broken, touched."""

    files: int = 0
    size: int = 0
    refused: int = 0
    plans: int = 0
    changed: int = 0
    slowest: tuple[float, str] = (0.0, "")
    faults: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Swept) -> None:
        """Counts more files in."""
        for name in ("files", "size", "refused", "plans", "changed", "faults"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest = max(self.slowest, other.slowest)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, sweep, print; a fault makes the exit code 1."""
    parser = argparse.ArgumentParser(description="Puts every map and recipe over a tree of files.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth file, by its name")
    parser.add_argument("--targets", type=int, default=0, metavar="N", help="N targets a file; 0 for all")
    parser.add_argument("--seconds", type=int, default=60, help="limit of CPU time for one file")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", nargs=2, metavar=("FROM", "TO"), help="translate a copy with the command")
    given = parser.parse_args(arguments)
    started, total = time.monotonic(), Swept()
    paths = [path for path in _files(given.folders) if _number(path) % given.every == 0]
    for swept in _swept(paths, given.targets, given.seconds, given.jobs):
        total.add(swept)
        if total.files % 200 == 0:
            print(
                f"{total.files} of {len(paths)} files, {len(total.faults)} faults",
                file=sys.stderr,
                flush=True,
            )
    _print(total, time.monotonic() - started)
    if given.write:
        total.faults += _written(given.folders, *given.write)
    for kind, text in total.faults:
        print(f"{kind}: {text}")
    return 1 if total.faults else 0


def sweep_file(path: Path, targets: int, seconds: int) -> Swept:
    """All that is asked of one file."""
    swept, started = Swept(files=1), time.process_time()
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    doing = "read"
    try:
        raw = read_bytes(path)
        swept.size = len(raw)
        source = read_source(path, raw)
        if encode_source(source, source.data) != raw:
            swept.faults.append(("touched", f"{path}: does not come back byte for byte"))
        parsed = compiles(source.data)
        for doing, make in _plans(path, raw, source, targets):
            swept.plans += 1
            _judge(swept, make(), parsed, doing)
    except SourceError:
        swept.refused += 1
    except TooLongError:
        swept.faults.append(("hang", f"{path}: {doing} takes longer than {seconds} s"))
    except Exception as error:  # noqa: BLE001 - a crash is what is looked for
        swept.faults.append(("crash", f"{path}: {doing}: {type(error).__name__}: {str(error)[:200]}"))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    swept.slowest = (time.process_time() - started, str(path))
    return swept


def _plans(path: Path, raw: bytes, source: Source, targets: int) -> Iterator[tuple[str, Callable[[], Plan]]]:
    """What to do, in words, and how."""
    number = _number(path)
    for way in _ways(raw, number, targets):
        name = f"{way.source.name} to {way.target.name}"
        yield name, lambda way=way: translate_file(path, raw, way, catalog_of(way.source), None).plan
    asked = requests()
    trains = any(needle in raw for needle in packaged_frameworks().needles) and bool(
        find_landmarks(Script(source, packaged_frameworks())).fits
    )
    for request in asked if trains else [asked[number % len(asked)]]:
        name = f"inline {request.recipe.name} with {request.library}"
        yield name, lambda request=request: inline_file(path, raw, request, packaged_atlas(), None)


def _ways(raw: bytes, number: int, targets: int) -> Iterator[Route]:
    """Routes from each library that the file names, and from one that it does not."""
    names = packaged_atlas().names
    named = [
        name for name in names if any(each.encode() in raw for each in packaged_atlas().library(name).needles)
    ]
    others = [name for name in names if name not in named]
    for source in named:
        possible = [name for name in names if name != source]
        for turn in range(min(targets or len(possible), len(possible))):
            yield _route(source, possible[(number + turn) % len(possible)])
    if others:
        source = others[number % len(others)]
        possible = [name for name in names if name != source]
        yield _route(source, possible[number % len(possible)])


def _judge(swept: Swept, plan: Plan, parsed: bool, doing: str) -> None:
    if plan.error is not None and "report it" in plan.error.message + plan.error.remedy:
        swept.faults.append(("crash", f"{plan.path}: {doing}: {plan.error.message}"))
    if not plan.changed or plan.after is None:
        return
    swept.changed += 1
    if not plan.edits:
        swept.faults.append(("touched", f"{plan.path}: {doing}: other bytes without an edit"))
    if parsed and not compiles(read_source(plan.path, plan.after).data):
        swept.faults.append(("broken", f"{plan.path}: {doing}"))


def _swept(paths: Sequence[Path], targets: int, seconds: int, jobs: int) -> Iterator[Swept]:
    """The results, as they come, by processes of which one that dies takes only its own file along."""
    with ThreadPoolExecutor(jobs) as threads:
        for results in threads.map(lambda part: list(_share(part, targets, seconds)), _parts(paths, 100)):
            yield from results


def _share(paths: Iterable[Path], targets: int, seconds: int) -> Iterator[Swept]:
    pool = ProcessPoolExecutor(1)
    for path in paths:
        try:
            yield pool.submit(sweep_file, path, targets, seconds).result()
        except BrokenProcessPool:
            yield Swept(files=1, faults=[("crash", f"{path}: the process died")])
            pool = ProcessPoolExecutor(1)
    pool.shutdown()


def _parts(paths: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    return (paths[start : start + size] for start in range(0, len(paths), size))


def _written(folders: Iterable[Path], source: str, target: str) -> list[tuple[str, str]]:
    """What is wrong after the command has written a copy: files without a change that have other bytes."""
    with tempfile.TemporaryDirectory(prefix="adapter-sweep-") as scratch:
        for number, folder in enumerate(folders):
            _copy(folder, Path(scratch) / f"{number}-{folder.name.replace('site-packages', 'packages')}")
        before, started = _digests(Path(scratch)), time.monotonic()
        report = Path(scratch) / "report.json"
        command = [sys.executable, "-m", "adapter", "translate", ".", "--from", source, "--to", target]
        done = subprocess.run(
            [*command, "--write", "--format", "json", "--output", str(report)],
            cwd=scratch,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            check=False,
        )
        if not report.exists():
            return [("crash", done.stderr.decode(errors="replace")[-500:])]
        found = json.loads(report.read_bytes())
        report.unlink()
        shutil.rmtree(Path(scratch) / ".adapter", ignore_errors=True)
        after = _digests(Path(scratch))
        changed = {entry["path"] for entry in found["files"] if entry["status"] == "changed"}
        touched = [name for name in before if name not in changed and before[name] != after.get(name)]
        print(
            f"{source} to {target}, written: {len(before)} files, {len(changed)} changed, {len(touched)} "
            f"touched without being named, {time.monotonic() - started:.0f} s"
        )
        errors = [entry["error"] for entry in found["files"] if "report it" in (entry["error"] or "")]
        return [*(("touched", name) for name in touched), *(("crash", error) for error in errors)]


def _copy(folder: Path, target: Path) -> None:
    """Code and manifests of a folder, no links."""
    for path in _files([folder], (*_SUFFIXES, ".txt", ".toml", ".cfg", ".yaml", ".yml")):
        copy = target / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def _files(folders: Iterable[Path], suffixes: tuple[str, ...] = _SUFFIXES) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in suffixes and path.is_file() and not path.is_symlink()
    )


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _print(total: Swept, seconds: float) -> None:
    kinds = Counter(kind for kind, _ in total.faults)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"files      {total.files}, {total.size / 1e6:.1f} MB; {total.refused} refused with a message")
    print(f"plans      {total.plans}, of which {total.changed} change a file")
    print(f"time       {seconds:.0f} s, {sum(each.ru_utime + each.ru_stime for each in used):.0f} s of CPU")
    print(f"slowest    {total.slowest[0]:.1f} s of CPU for {total.slowest[1]}")
    print(f"memory     {max(each.ru_maxrss for each in used) / 1024:.0f} MB in the largest process")
    for kind, words in (
        ("crash", "crashes"),
        ("hang", "hangs"),
        ("broken", "broken"),
        ("touched", "touched"),
    ):
        print(f"{words:<10} {kinds[kind]}")


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TooLongError


def _number(path: Path) -> int:
    """The same for the same name, on every machine."""
    return zlib.crc32("/".join(path.parts[-4:]).encode(errors="surrogateescape"))


@cache
def _route(source: str, target: str) -> Route:
    return find_route(source, target)


if __name__ == "__main__":
    sys.exit(main())
