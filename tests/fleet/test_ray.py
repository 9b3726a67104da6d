"""A fleet on a Ray cluster of two nodes on this machine: the same results, also when a worker is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fleet.conftest import DO, TRAIN, fleet_command, make_repository
from tests.fleet.measure import cluster

Fleet = Callable[..., subprocess.CompletedProcess[str]]
REPOSITORIES = 4


@pytest.fixture(scope="module", name="cluster")
def _cluster() -> Iterator[str]:
    with cluster() as address:
        yield address


@pytest.fixture
def repositories(tmp_path: Path) -> Path:
    for number in range(REPOSITORIES):
        make_repository(tmp_path / f"r{number}", {"train.py": TRAIN, "more.py": TRAIN * (number + 1)})
    return tmp_path


def patches(folder: Path) -> dict[str, bytes]:
    results = folder / ".adapter" / "fleet" / "results"
    return {path.parent.name: path.read_bytes() for path in sorted(results.glob("*/*.*"))}


def test_a_cluster_gives_what_one_process_gives(fleet: Fleet, repositories: Path, cluster: str) -> None:
    assert fleet(".", *DO).returncode == 0
    wanted = patches(repositories)
    assert len(wanted) == REPOSITORIES
    (repositories / ".adapter").rename(repositories / "serial")

    process = fleet_command(
        repositories, ".", *DO, "--engine", "ray", "--ray-address", cluster, "--jobs", "2"
    )
    kill_one_worker()
    stdout, stderr = process.communicate(timeout=300)

    assert process.returncode == 0, stdout + stderr
    assert patches(repositories) == wanted


def kill_one_worker() -> None:
    """Kill the first process that works on a repository for Ray; fails if none is seen in a minute."""
    for _ in range(1200):
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "cmdline").read_bytes().startswith(b"ray::do_job"):
                    os.kill(int(folder.name), signal.SIGKILL)
                    return
            except (OSError, ValueError):
                continue
        time.sleep(0.05)
    raise AssertionError("no worker of Ray was seen")


def test_an_address_without_a_cluster_is_said(fleet: Fleet, repositories: Path) -> None:
    done = fleet("r0", *DO, "--engine", "ray", "--ray-address", "127.0.0.1:1")
    assert done.returncode == 2
    assert "no Ray cluster at '127.0.0.1:1'" in done.stderr
