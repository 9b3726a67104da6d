"""Examples: one example, and the line of chat JSONL that it becomes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from adapter.bench.adapting import prompt_texts
from adapter.bench.answers import put_before
from adapter.bench.tasks import Task
from adapter.bench.whole_program import shown

# The licence of the tasks that come with the package.
OWN_LICENCE = "Apache-2.0"


class WithoutLicenceError(Exception):
    """A task does not say which licence its program has."""


@dataclass(frozen=True, slots=True)
class Example:
    """A program before and after, as a question and its answer.

    `source` is the program that it was made from, `made_by` who wrote the program after.
    """

    source: str
    family: str
    licence: str
    made_by: str
    system: str
    question: str
    answer: str

    def line(self) -> str:
        """A line of chat JSONL."""
        said = (("system", self.system), ("user", self.question), ("assistant", self.answer))
        about = {
            "source": self.source,
            "family": self.family,
            "licence": self.licence,
            "made_by": self.made_by,
        }
        identity = hashlib.sha256(f"{self.question}\0{self.answer}".encode()).hexdigest()[:16]
        return json.dumps(
            {
                "messages": [{"role": role, "content": content} for role, content in said],
                "metadata": {"id": identity, "oracle": "passed", **about},
            },
            ensure_ascii=False,
        )


def example_of(task: Task, after: Path, made_by: str, licence: str, place: Path) -> Example:
    """The example of a task that the program in `after` makes.

    Raises:
        WithoutLicenceError: neither the task nor `licence` says the licence of the program.
    """
    licence = task.licence or licence or (OWN_LICENCE if task.packaged else "")
    if not licence:
        raise WithoutLicenceError(task.name)
    before = put_before(task, place)
    system, question = prompt_texts("v1", task, shown(before), "")
    return Example(task.name, task.family, licence, made_by, system, question, shown(after))
