"""Bench: the arms at work: rules, a model on the whole program, and rules with a model behind them."""

from __future__ import annotations

import json
import os
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adapter
from adapter.bench.ablation import Cell
from adapter.bench.arms import command_of
from adapter.bench.tasks import Task
from adapter.bench.whole_program import AnswerError, put_back, shown

if TYPE_CHECKING:
    from adapter.fallback.asking import Asker
    from llm_backends.protocol import Backend

SECONDS = 3600
MOST_TOKENS = 4096
# What a byte of Python costs in tokens, rather too high than too low.
BYTES_PER_TOKEN = 3


class SetupFailedError(Exception):
    """An arm cannot work at all (no model, a package is missing); the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """What an arm did: what it said, whether there is an answer, what it took; sites by who solved them."""

    said: str
    answered: bool = True
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    sites: int = 0
    rule_sites: int = 0


Adapt = Callable[[Task, Path, int], Adapted]
"""Adapts the program in a folder, in place; the number tells samples of the same question apart."""


def adapter_of(cell: Cell) -> Adapt:
    """What adapts programs as a cell says; models are opened once.

    Raises:
        SetupFailedError: the model cannot be opened.
    """
    if cell.arm == "llm":
        backend = _backend(cell.model)
        return lambda task, folder, sample: _by_model(cell, backend, task, folder, sample)
    return lambda task, folder, sample: _by_command(cell, task, folder, sample)


def _by_command(cell: Cell, task: Task, folder: Path, sample: int) -> Adapted:
    """Run `adapter` in the folder, with a model behind the rules in the hybrid arm."""
    with tempfile.TemporaryDirectory(prefix="adapter-report-") as place:
        target = Path(place) / "report.json"
        command = [
            *command_of(task),
            "--format",
            "json",
            "--output",
            str(target),
            *_model_options(cell, task, sample),
        ]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "adapter", *command],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(Path(adapter.__file__).parents[1])},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Adapted(f"adapter had not ended after {SECONDS} s", answered=False)
        if not target.exists() or not target.stat().st_size:
            raise SetupFailedError(done.stderr.strip().removeprefix("adapter: "))
        report = json.loads(target.read_bytes())
    edits = [edit for file in report["files"] for edit in file["edits"]]
    return Adapted(
        done.stderr.strip(),
        calls=report["summary"]["llm"]["calls"],
        completion_tokens=report["summary"]["llm"]["tokens"],
        sites=report["summary"]["sites"],
        rule_sites=sum(not is_by_model(edit) for edit in edits),
    )


def is_by_model(edit: dict[str, Any]) -> bool:
    """Whether an edit of a report came from a model's answer, as code or as an edge."""
    from adapter.fallback.filling import RULE

    return bool(edit["rule"].startswith(RULE) or edit["note"].startswith("edge answered by"))


def _model_options(cell: Cell, task: Task, sample: int) -> list[str]:
    """The options of a command that asks a model; upgrades ask none, inlining only about landmarks."""
    if cell.arm != "hybrid" or task.function == "upgrade":
        return []
    model = _from_anywhere(cell.model)
    always = ["--llm", model, "--llm-temperature", str(cell.temperature), "--llm-sample", str(sample)]
    if task.function != "translate":
        return always
    strategies = "edge,code" if cell.fallback == "both" else cell.fallback
    return [*always, "--llm-strategy", strategies, "--llm-docs", cell.manual or cell.docs]


def _from_anywhere(model: str) -> str:
    """The same model for a command that runs in another folder: a file's path becomes absolute."""
    kind, _, rest = model.partition(":")
    path, mark, settings = rest.partition("?")
    return f"{kind}:{Path(path).absolute()}{mark}{settings}" if path and Path(path).exists() else model


def _by_model(cell: Cell, backend: Backend, task: Task, folder: Path, sample: int) -> Adapted:
    """Ask for the whole program, the way of arXiv 2405.06835."""
    from adapter.fallback.answers import AnswerCache, answers_file
    from adapter.fallback.asking import Asker, NotAnsweredError
    from adapter.fallback.budget import Spending
    from adapter.graph.store import cache_folder

    spending = Spending()
    cache_of_answers = AnswerCache(answers_file(cache_folder()))
    asker = Asker(backend, spending, cache_of_answers, temperature=cell.temperature, sample=sample)
    prompt = whole_program_prompt(cell, task, folder, asker)
    try:
        answer = asker.ask(prompt)
    except NotAnsweredError as error:
        return Adapted(str(error), answered=False, calls=spending.calls)
    assert answer is not None
    try:
        put_back(answer.text, folder)
    except AnswerError as error:
        return Adapted(f"{error}\n\n{answer.text}", False, 1, answer.prompt_tokens, answer.completion_tokens)
    return Adapted(
        answer.text, True, max(spending.calls, 1), answer.prompt_tokens, answer.completion_tokens, answer.cost
    )


def whole_program_prompt(cell: Cell, task: Task, folder: Path, asker: Asker | None) -> Any:
    """The question of the pure-model arm; without an asker no model is asked for names of APIs.

    Raises:
        SetupFailedError: the documentation cannot be searched.
    """
    from adapter.fallback.asking import Prompt

    program = shown(folder)
    found = documentation(cell, task, program, asker)
    system, text = prompt_texts(cell.prompt, task, program, found)
    wanted = min(MOST_TOKENS, 2 * len(program.encode()) // BYTES_PER_TOKEN + 256)
    return Prompt(system, (text,), wanted)


def prompt_texts(version: str, task: Task, program: str, found: str) -> tuple[str, str]:
    """What the system and the user say for a task and a program as it is shown; `found` is documentation.

    Raises:
        SetupFailedError: there is no such version.
    """
    text = _template(version, "user").substitute(
        instruction=task.instruction.strip(),
        documentation=f"\nDocumentation that may help:\n{found}\n" if found else "",
        program=program,
    )
    return _template(version, "system").substitute(), text


def documentation(cell: Cell, task: Task, program: str, asker: Asker | None) -> str:
    """What the cell's way of finding documentation brings for a program; "" for nothing."""
    from adapter.fallback.edge import naming_by
    from adapter.fallback.wanted import index_of
    from adapter.graph.store import packaged_atlas
    from adapter.retrieval.documents import Document
    from adapter.retrieval.search import MissingPackageError
    from adapter.retrieval.strategies import Documentation, Wanted, Way, retrieval_of

    way = Way(cell.docs)
    if way is Way.NONE:
        return ""
    if way is Way.MANUAL:
        return Path(cell.manual).read_text("utf-8")
    distribution = packaged_atlas().library(task.target).distribution
    index = index_of(distribution)
    if index is None:
        raise SetupFailedError(f"{distribution} is not installed, so its documentation cannot be searched")

    def naming(wanted: Wanted) -> Sequence[str]:
        if asker is None:
            return []
        names: Sequence[str] = naming_by(asker, task.source or "plain Python", task.target)(wanted)
        return names

    goal = Document(task.function, task.function, task.instruction.strip())
    try:
        retrieval = retrieval_of(way, Documentation(index), naming)
        found = retrieval.find(Wanted(goal, program), cell.documents)
    except MissingPackageError as error:
        raise SetupFailedError(str(error)) from error
    return "\n".join(f"- {document.line}" for document in found)


def _backend(spec: str) -> Backend:
    from llm_backends.protocol import BackendError
    from llm_backends.spec import open_backend

    try:
        return open_backend(spec)
    except BackendError as error:
        raise SetupFailedError(str(error)) from error


@cache
def _template(version: str, name: str) -> string.Template:
    path = files("adapter.bench") / "prompts" / version / f"{name}.txt"
    if not path.is_file():
        raise SetupFailedError(f"there is no prompt {version!r}")
    return string.Template(path.read_text("utf-8").strip())
