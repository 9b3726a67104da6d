"""Perturbing: the variants of a task: its program written another way, under the same oracle."""

from __future__ import annotations

import ast
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from adapter.bench.answers import put_before, put_reference
from adapter.bench.perturbing.aliasing import alias_imports
from adapter.bench.perturbing.keywords import reorder_keywords
from adapter.bench.perturbing.program import NotApplicableError, Program, read_program, write_program
from adapter.bench.perturbing.renaming import rename_locals
from adapter.bench.perturbing.splitting import split_script
from adapter.bench.tasks import ORACLE_FILE, Task


class Perturbation(StrEnum):
    """A way to write a program differently that changes nothing of what it does."""

    RENAME = "rename"
    REORDER = "reorder"
    ALIAS = "alias"
    SPLIT = "split"


_MADE_BY: dict[Perturbation, Callable[[Program, random.Random], Program]] = {
    Perturbation.RENAME: rename_locals,
    Perturbation.REORDER: reorder_keywords,
    Perturbation.ALIAS: alias_imports,
    Perturbation.SPLIT: split_script,
}


def variant_of(task: Task, perturbation: Perturbation, seed: int, place: Path) -> Task:
    """The task with its untouched program perturbed; the variant's programs are put into `place`.

    The reference is perturbed likewise where that is possible; where it is not it is left as it is.

    Raises:
        NotApplicableError: the perturbation cannot be made of this program.
    """
    before = put_before(task, place / "before")
    original = read_program(before, task.entry, _held_words(task))
    changed = _perturbed(original, task, perturbation, seed)
    write_program(changed, before)
    _check_held_texts(task, original, changed)
    reference = put_reference(task, place / "reference")
    try:
        program = read_program(reference, task.entry, _held_words(task))
        write_program(_perturbed(program, task, perturbation, seed), reference)
    except NotApplicableError:
        shutil.rmtree(reference)
        put_reference(task, reference)
    return replace(task, programs=place)


def _perturbed(program: Program, task: Task, perturbation: Perturbation, seed: int) -> Program:
    rng = random.Random(f"{seed} {task.name} {perturbation}")  # noqa: S311 - nothing secret is drawn
    return _MADE_BY[perturbation](program, rng)


def _held_texts(task: Task) -> list[str]:
    """The texts of the oracle, some of which are pieces of the program that it looks for or replaces.

    A place like `lr=<0.1>)` stands for the text without its brackets.
    """
    tree = ast.parse((task.folder / ORACLE_FILE).read_text("utf-8"))
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return texts + [re.sub(r"<(.*)>", r"\1", text) for text in texts if "<" in text]


def _held_words(task: Task) -> frozenset[str]:
    """The words of oracle, instruction and options, which may know a name of the program by them."""
    texts = [*_held_texts(task), task.instruction, str(dict(task.options))]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def _check_held_texts(task: Task, original: Program, changed: Program) -> None:
    before, after = original.files[task.entry], changed.files[task.entry]
    for text in _held_texts(task):
        if text in before and text not in after:
            raise NotApplicableError(f"the oracle looks for {text!r} in {task.entry}")
