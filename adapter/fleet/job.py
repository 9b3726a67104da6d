"""Fleet: what is asked for one repository, and what came of it: values that travel between processes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from adapter.fleet.repository import Repository


class Delivery(StrEnum):
    """How a rewritten repository is handed over."""

    PATCH = "patch"
    BRANCH = "branch"
    IN_PLACE = "in-place"


class Status(StrEnum):
    """What became of a repository.

    `REJECTED`: the verification failed and nothing was handed over. `FAILED`: it could not be handled.
    """

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with one repository. `state` is the folder in which the fleet keeps its work.

    `commands` are those of `adapter` without paths: `("translate", "--from", "wandb", "--to", "mlflow")`.
    `seconds` limits each command; `llm_at_once` the questions to a model that are open at one time in the
    whole fleet, 0 for no limit.
    """

    repository: Repository
    commands: tuple[tuple[str, ...], ...]
    delivery: Delivery
    state: Path
    branch: str = ""
    verify: str = ""
    bisect: bool = False
    seconds: float = 1800.0
    llm_at_once: int = 0

    @property
    def results(self) -> Path:
        """Where patch, report and pull-request text are put."""
        return self.state / "results" / self.repository.slug

    @property
    def key(self) -> str:
        """Stands for all that decides the result but the repository's contents."""
        asked = [self.commands, self.delivery, self.branch, self.verify, self.bisect]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one repository.

    `base` is the commit that was rewritten ("" without git), `result` the patch, the branch or the folder,
    `dropped` the files that the verification did not bear, `seconds` wall time, `sums` the summary of the
    reports, `detail` why it was rejected or failed.
    """

    name: str
    slug: str
    status: Status
    base: str = ""
    result: str = ""
    detail: str = ""
    dropped: tuple[str, ...] = ()
    seconds: float = 0.0
    sums: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """The outcome as a line of JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Outcome:
        """The outcome that `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        values |= {"status": Status(values["status"]), "dropped": tuple(values["dropped"])}
        return Outcome(**values)
