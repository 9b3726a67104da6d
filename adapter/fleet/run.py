"""Fleet: a whole fleet: what is still to do, done, and kept in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapter.fleet.engines import Engine, run_jobs
from adapter.fleet.git import remote_revision, revision
from adapter.fleet.job import Delivery, Job, Outcome, Status
from adapter.fleet.journal import open_journal
from adapter.fleet.repository import FleetError, Repository

ALLOWED = ("translate", "inline", "upgrade", "run")
_OURS = ("--write", "--check", "--review", "--format", "--output")


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with every repository, and where; see `Job` for the fields that are the same."""

    commands: tuple[tuple[str, ...], ...]
    state: Path
    delivery: Delivery = Delivery.PATCH
    branch: str = ""
    verify: str = ""
    bisect: bool = False
    seconds: float = 1800.0
    engine: Engine = Engine.LOCAL
    processes: int = 1
    ray_address: str = ""
    llm_at_once: int = 0

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            FleetError: no command, one that does not rewrite, or one with an option of the fleet's own.
        """
        if not self.commands:
            raise FleetError("say what to do, for example --do 'translate --from wandb --to mlflow'")
        for command in self.commands:
            if not command or command[0] not in ALLOWED:
                raise FleetError(f"--do takes one of {', '.join(ALLOWED)}, not {' '.join(command)!r}")
            taken = [part for part in command if part.partition("=")[0] in _OURS]
            if taken:
                raise FleetError(f"{taken[0]} in --do is the fleet's own affair; leave it out")
        if self.bisect and not self.verify:
            raise FleetError("--bisect needs --verify: it looks for the files that make it fail")


def run_fleet(repositories: Sequence[Repository], request: Request) -> Iterator[tuple[Outcome, bool]]:
    """The outcome of every repository as it comes, and whether it was known from an earlier run.

    What was done for the same request and the same commit is not done again; what failed is.

    Raises:
        FleetError: the request makes no sense, or its engine cannot be had.
    """
    request.check()
    state = request.state.resolve()
    jobs = [_job(repository, request, state) for repository in repositories]
    with open_journal(state) as journal:
        open_jobs = []
        for job in jobs:
            known = journal.known(job)
            if known is not None and _still_holds(job, known):
                yield known, True
            else:
                open_jobs.append(job)
        for job, outcome in run_jobs(open_jobs, request.engine, request.processes, request.ray_address):
            journal.keep(job, outcome)
            yield outcome, False


def _job(repository: Repository, request: Request, state: Path) -> Job:
    return Job(
        repository,
        request.commands,
        request.delivery,
        state,
        request.branch or default_branch(request.commands),
        request.verify,
        request.bisect,
        request.seconds,
        request.llm_at_once,
    )


def default_branch(commands: Sequence[Sequence[str]]) -> str:
    """The branch that a fleet makes when none is named: `adapter/translate-wandb-mlflow`."""
    words = [part.strip("-") for command in commands for part in command if not part.startswith("--")]
    return "adapter/" + "-".join("".join(c if c.isalnum() else "-" for c in word) for word in words)


def _still_holds(job: Job, known: Outcome) -> bool:
    """Whether doing the job again would give what is known, as far as that can be seen without doing it."""
    if known.status is Status.FAILED:
        return False
    if known.status is Status.CHANGED and job.delivery is Delivery.PATCH and not Path(known.result).is_file():
        return False
    folder = job.repository.folder
    if folder is None:
        return bool(known.base) and remote_revision(job.repository.name) == known.base
    if known.status is Status.CHANGED and job.delivery is Delivery.BRANCH:
        return revision(folder) == known.base and bool(revision(folder, f"refs/heads/{job.branch}"))
    return bool(known.base) and revision(folder) == known.base
