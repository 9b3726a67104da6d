"""Fleet: one repository from its clone to what is handed over.

All work is done in a clone or copy, so the repository itself is touched once, at the end, and only where a
branch was asked for, or a change in place.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import adapter
from adapter.fallback.slots import VARIABLE, Slots
from adapter.fleet.git import GitError, clone, commit_all, git, hand_over, revision
from adapter.fleet.job import Delivery, Job, Outcome, Status
from adapter.fleet.message import commit_message, pull_request
from adapter.fleet.verify import Verified, largest_passing, verify
from adapter.sandbox.run import SandboxError
from adapter.source.errors import SourceError
from adapter.source.journal import Journal
from adapter.source.write import write_atomic

Report = dict[str, Any]
_COUNTED = ("files", "changed", "sites", "edits", "gaps", "errors")


class JobError(Exception):
    """A repository could not be handled; the message says why."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One try at a job, in a folder that no other try has: what a killed one still writes does no harm."""

    job: Job
    folder: Path

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    @property
    def results(self) -> Path:
        return self.folder / "results"


def do_job(job: Job) -> Outcome:
    """Rewrite one repository and hand it over; never raises for what is wrong with the repository.

    Doing a job again, after it was cut off or for good measure, gives the same.
    """
    started = time.monotonic()
    outcome = Outcome(job.repository.name, job.repository.slug, Status.FAILED)
    folder = job.state / "work" / f"{job.repository.slug}.{secrets.token_hex(4)}"
    try:
        (folder / "results").mkdir(parents=True)
        outcome = _done(_Attempt(job, folder), outcome)
    except (JobError, GitError, SandboxError, SourceError, OSError) as error:
        outcome = replace(outcome, status=Status.FAILED, detail=str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(outcome, seconds=round(time.monotonic() - started, 3))


def _done(attempt: _Attempt, outcome: Outcome) -> Outcome:
    job = attempt.job
    _prepare(attempt)
    outcome = replace(outcome, base=revision(attempt.clone) if _keeps_history(job) else "")
    reports = [_rewrite(attempt, command, number) for number, command in enumerate(job.commands, 1)]
    outcome = replace(outcome, sums=_sums(reports))
    changed = _changed(attempt)
    if not changed:
        return replace(outcome, status=Status.UNCHANGED)
    verified = verify(job.verify, attempt.clone) if job.verify else None
    dropped: list[str] = []
    if verified is not None and not verified.passed:
        kept = _bisected(attempt, changed) if job.bisect else []
        if not kept:
            return replace(outcome, status=Status.REJECTED, detail=_why(job, verified))
        dropped = [path for path in changed if path not in kept]
        for path in dropped:
            write_atomic(attempt.clone / path, _before(attempt, path))
    result = _deliver(attempt, reports, [path for path in changed if path not in dropped], dropped)
    return replace(outcome, status=Status.CHANGED, result=result, dropped=tuple(dropped))


def _keeps_history(job: Job) -> bool:
    """Whether the work is done in a clone, not in a copy of what lies in the folder."""
    return job.repository.is_git and job.delivery is not Delivery.IN_PLACE


def _prepare(attempt: _Attempt) -> None:
    """Clone the repository; where it has no history, or is changed in place, copy it and commit the copy."""
    job, repository = attempt.job, attempt.job.repository
    if _keeps_history(job):
        clone(repository.name if repository.folder is None else str(repository.folder), attempt.clone)
        if not revision(attempt.clone):
            raise JobError("it has no commit")
        return
    if repository.folder is None:
        raise JobError("an address cannot be changed in place; ask for branches or patches")
    if job.delivery is Delivery.BRANCH:
        raise JobError("it is no git repository, so it can have no branch; ask for patches")
    shutil.copytree(repository.folder, attempt.clone, symlinks=True, ignore=_left_behind)
    git(attempt.clone, "init", "--quiet", "--template=")
    git(attempt.clone, "add", "--all")
    commit_all(attempt.clone, "as it was")


def _left_behind(folder: str, names: list[str]) -> list[str]:
    """What a copy does not need: git's own files, environments and caches."""
    junk = {".git", "__pycache__", "node_modules", ".adapter"}
    return [name for name in names if name in junk or (Path(folder) / name / "pyvenv.cfg").exists()]


def _rewrite(attempt: _Attempt, command: Sequence[str], number: int) -> Report:
    """Run one command of `adapter` on the clone, in a process of its own; its report."""
    target = attempt.results / f"report-{number}.json"
    package_root = str(Path(adapter.__file__).parents[1])
    arguments = [*command, ".", "--write", "--format", "json", "--output", str(target.resolve())]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "adapter", *arguments],
            cwd=attempt.clone,
            env=os.environ | {"PYTHONPATH": package_root, "PYTHONHASHSEED": "0"} | _slots(attempt.job),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=attempt.job.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise JobError(f"adapter {command[0]}: no end after {attempt.job.seconds:.0f} s") from error
    try:
        report: Report = json.loads(target.read_bytes())
    except (OSError, ValueError) as error:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"ended with {done.returncode}"]
        raise JobError(f"adapter {command[0]}: {said[-1]}") from error
    # Wall time differs from run to run; a report of a fleet must not.
    report["summary"]["seconds"] = 0.0
    target.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return report


def _slots(job: Job) -> dict[str, str]:
    """The variable that limits the questions to a model that are open at one time."""
    slots = Slots(job.llm_at_once, job.state / "slots")
    return {VARIABLE: slots.setting()} if job.llm_at_once else {}


def _sums(reports: Sequence[Report]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for report in reports:
        sums.update({key: report["summary"][key] for key in _COUNTED})
    # Every command looks at the same files.
    sums["files"] = max((report["summary"]["files"] for report in reports), default=0)
    return dict(sums)


def _changed(attempt: _Attempt) -> list[str]:
    """The files of the clone that have other contents than its commit."""
    listed = git(attempt.clone, "diff", "--name-only", "--no-renames", "-z", "HEAD")
    return sorted(os.fsdecode(name) for name in listed.split(b"\0") if name)


def _before(attempt: _Attempt, path: str) -> bytes:
    """What a file of the clone was, with the line ends that it has in a work tree."""
    return git(attempt.clone, "cat-file", "--filters", f"HEAD:{path}")


def _bisected(attempt: _Attempt, changed: list[str]) -> list[str]:
    """The changed files that the verification bears together."""
    originals = {path: _before(attempt, path) for path in changed}
    if not verify(attempt.job.verify, attempt.clone, originals).passed:
        raise JobError(f"`{attempt.job.verify}` fails without any change too; nothing was handed over")
    return largest_passing(
        changed,
        lambda kept: (
            verify(
                attempt.job.verify,
                attempt.clone,
                {path: data for path, data in originals.items() if path not in kept},
            ).passed
        ),
    )


def _why(job: Job, verified: Verified) -> str:
    return f"`{job.verify}` failed: {verified.said}" if verified.said else f"`{job.verify}` failed"


def _deliver(attempt: _Attempt, reports: list[Report], changed: list[str], dropped: list[str]) -> str:
    """Hand over what the clone has become; the patch, the branch or the folder that holds it."""
    job = attempt.job
    text = pull_request(job.commands, reports, job.verify, dropped)
    (attempt.results / "pull-request.md").write_text(text, "utf-8")
    patch = git(attempt.clone, "diff", "--binary", "--no-ext-diff", "--no-textconv", "--no-renames", "HEAD")
    (attempt.results / "changes.patch").write_bytes(patch)
    folder = job.repository.folder
    result = str(job.results / "changes.patch")
    if job.delivery is Delivery.IN_PLACE and folder is not None:
        _write_in_place(attempt, folder, changed)
        result = str(folder)
    elif job.delivery is Delivery.BRANCH:
        result = _make_branch(attempt, commit_message(job.commands, reports))
    _publish(attempt)
    return result


def _make_branch(attempt: _Attempt, message: str) -> str:
    """Commit the clone to a branch; that, or the clone of an address, which holds it."""
    job = attempt.job
    git(attempt.clone, "checkout", "--quiet", "-b", job.branch)
    commit_all(attempt.clone, message)
    if job.repository.folder is not None:
        hand_over(attempt.clone, job.repository.folder, job.branch)
        return job.branch
    attempt.clone.rename(attempt.results / "clone")
    return str(job.results / "clone")


def _publish(attempt: _Attempt) -> None:
    """Put the results where they are looked for, in place of older ones."""
    target = attempt.job.results
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    attempt.results.rename(target)


def _write_in_place(attempt: _Attempt, folder: Path, changed: list[str]) -> None:
    """Write the changed files into the repository itself, journaled for `adapter undo`."""
    commands = "; ".join(" ".join(command) for command in attempt.job.commands)
    journal = Journal.start(folder, f"adapter fleet: {commands}")
    for path in changed:
        before = _before(attempt, path)
        if (folder / path).read_bytes() != before:
            raise JobError(f"{path} was changed meanwhile; `adapter undo --in {folder}` takes back the rest")
        journal.write(folder / path, before, (attempt.clone / path).read_bytes())
    journal.finish()
