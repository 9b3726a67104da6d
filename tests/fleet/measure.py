"""Times a fleet: `python tests/fleet/measure.py [--repositories 50] [--files 40] [--real FOLDER]`.

Repositories are generated, the same on every machine; those below `--real` are copied and join them.
The fleet goes over them by one process, by two, and by Ray on a cluster of two nodes on this machine;
every patch, report and text must be the same byte for byte. Prints a table of wall time and files a
second, and peak memory; ends with 1 where results differ.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from rich.console import Console
from rich.table import Table

from tests.fleet.conftest import DO, ROOT, make_repository
from tests.performance import snippets

_TRIES = 3
_FILE_BYTES = 3_000
_EVERY = 5
"""One file in so many uses W&B."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One way to run the fleet: its name, wall time, and the results' digest and number."""

    name: str
    seconds: float
    digest: str
    results: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, generate, measure, print."""
    parser = argparse.ArgumentParser(description="Times a fleet by one process, by two, and on Ray.")
    parser.add_argument("--repositories", type=int, default=50)
    parser.add_argument("--files", type=int, default=40, help="in each repository")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="a folder of clones that join them")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="adapter-fleet-") as scratch:
        generate(Path(scratch), given.repositories, given.files)
        if given.real is not None:
            shutil.copytree(given.real, scratch, symlinks=True, dirs_exist_ok=True)
        what, files = described(Path(scratch))
        measured = [
            measure(Path(scratch), "one process"),
            measure(Path(scratch), "two processes", "--jobs", "2"),
        ]
        # Ray's workers are no children of this process, so their memory is not in this figure.
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        with cluster() as address:
            ray = ("--engine", "ray", "--ray-address", address, "--jobs", "2")
            measured.append(measure(Path(scratch), "Ray, two nodes", *ray))
    table = Table(title=what)
    for heading in ("way", "seconds", "files a second"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for each in measured:
        table.add_row(each.name, f"{each.seconds:.1f}", f"{files / each.seconds:.0f}")
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    same = len({each.digest for each in measured}) == 1 and measured[0].results > 0
    print(f"peak memory of the largest process, without Ray's: {largest:.0f} MB")
    print(f"results: {measured[0].results} files of results each, {'identical' if same else 'DIFFERENT'}")
    return 0 if same else 1


def described(folder: Path) -> tuple[str, int]:
    """How large the fleet in a folder is, in words, and its number of scripts and notebooks."""
    code = [path for pattern in ("*.py", "*.ipynb") for path in folder.rglob(pattern)]
    sizes = [path.stat().st_size for path in code if path.is_file() and not path.is_symlink()]
    repositories = sum((each / ".git").exists() for each in folder.iterdir())
    return f"{repositories} repositories, {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB", len(sizes)


def generate(folder: Path, repositories: int, files: int) -> None:
    """Writes the repositories below a folder."""
    choose = random.Random(30)
    for number in range(repositories):
        texts = {}
        for file in range(files):
            wanted = choose.uniform(0.3, 1.7) * _FILE_BYTES
            make = snippets.tracked_script if file % _EVERY == 0 else snippets.plain_module
            texts[f"package_{file % 7}/module_{file:03}.py"] = make(choose, wanted)
        texts["requirements.txt"] = "wandb\ntorch\n"
        make_repository(folder / f"repository_{number:03}", texts)


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a cluster with two nodes of one processor each."""
    started = _started_cluster(_TRIES)
    try:
        yield started.address
    finally:
        started.shutdown()


def _started_cluster(tries: int) -> Any:
    """A node has 30 s to start, which Ray fixes; on a busy machine the first try may take longer."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 100_000_000}
    started = Cluster()
    try:
        started.add_node(**node, include_dashboard=False)
        started.add_node(**node)
    except Exception as error:  # Ray raises no class of its own
        started.shutdown()
        if "timed out during startup" not in str(error) or tries == 1:
            raise
        return _started_cluster(tries - 1)
    return started


def measure(folder: Path, name: str, *arguments: str) -> Measured:
    """Runs the fleet one way; results of an earlier way go first."""
    shutil.rmtree(folder / ".adapter", ignore_errors=True)
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "adapter", "fleet", ".", *DO, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1700000000"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.monotonic() - started
    # The next way takes minutes, and may fail: what is measured is said at once.
    print(f"{name}: {seconds:.1f} s", file=sys.stderr, flush=True)
    results = folder / ".adapter" / "fleet" / "results"
    paths = sorted(path for path in results.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(results)}\0".encode() + path.read_bytes())
    return Measured(name, seconds, digest.hexdigest(), len(paths))


if __name__ == "__main__":
    sys.exit(main())
