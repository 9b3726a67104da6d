"""Fleet: where jobs run: in processes of this machine, or on a Ray cluster."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from enum import StrEnum
from typing import Any

from adapter.fleet.job import Job, Outcome, Status
from adapter.fleet.repository import FleetError
from adapter.fleet.work import do_job

RETRIES = 3


class Engine(StrEnum):
    """Where the repositories of a fleet are rewritten."""

    LOCAL = "local"
    RAY = "ray"


def run_local(jobs: Sequence[Job], processes: int) -> Iterator[tuple[Job, Outcome]]:
    """The outcomes as they come, `processes` repositories at a time.

    Threads are enough: each job does its work in processes of its own.
    """
    with ThreadPoolExecutor(processes) as pool:
        waiting = iter(jobs)
        running: dict[Future[Outcome], Job] = {}
        while True:
            # Only as many jobs as can run are handed out, so that memory does not grow with the fleet.
            for job in waiting:
                running[pool.submit(do_job, job)] = job
                if len(running) >= processes:
                    break
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()


def run_on_ray(jobs: Sequence[Job], processes: int, address: str) -> Iterator[tuple[Job, Outcome]]:
    """The outcomes as they come, from a Ray cluster that sees the same file system.

    A job whose worker is lost is done again, at most `RETRIES` times: doing it anew gives the same. Only the
    job and its outcome travel; what a repository is made of stays on the file system.

    Raises:
        FleetError: Ray is not installed, or there is no cluster at the address.
    """
    try:
        import ray
    except ImportError as error:
        raise FleetError("--engine ray needs Ray: pip install 'mlops-adapter[ray]'") from error
    if not ray.is_initialized():
        _connect(ray, address)
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(do_job)
    waiting = iter(jobs)
    running: dict[Any, Job] = {}
    limit = processes or int(ray.cluster_resources().get("CPU", 1))
    while True:
        for job in waiting:
            running[remote.remote(job)] = job
            if len(running) >= limit:
                break
        if not running:
            return
        (reference, *_), _ = ray.wait(list(running), num_returns=1)
        job = running.pop(reference)
        yield job, _outcome_of(ray, reference, job)


def _connect(ray: Any, address: str) -> None:
    """Join the cluster at the address; without one, start it on this machine."""
    if not address:
        ray.init(log_to_driver=False, include_dashboard=False)
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        # Ray itself waits for minutes for a cluster that is not there.
        socket.create_connection((host, int(port)), timeout=10).close()
        ray.init(address=address, log_to_driver=False)
    except (OSError, ValueError) as error:
        raise FleetError(f"no Ray cluster at {address!r}: {error}") from error


def _outcome_of(ray: Any, reference: Any, job: Job) -> Outcome:
    try:
        outcome: Outcome = ray.get(reference)
    except ray.exceptions.RayError as error:
        failed = Outcome(job.repository.name, job.repository.slug, Status.FAILED)
        return replace(failed, detail=f"its workers were lost {RETRIES + 1} times: {type(error).__name__}")
    return outcome


def run_jobs(
    jobs: Iterable[Job], engine: Engine, processes: int, address: str
) -> Iterator[tuple[Job, Outcome]]:
    """The outcomes of jobs, as they come.

    Raises:
        FleetError: the engine cannot be had.
    """
    listed = list(jobs)
    if not listed:
        return
    if engine is Engine.RAY:
        yield from run_on_ray(listed, processes, address)
    else:
        yield from run_local(listed, max(processes, 1))
