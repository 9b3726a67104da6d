"""Deterministic source trees to measure on: machine learning code, with and without W&B in it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from tests.performance import snippets

FILES_PER_FOLDER = 40


@dataclass(frozen=True, slots=True)
class Tree:
    """A generated folder: how many files it has, how many of them use W&B, and their bytes together."""

    folder: Path
    files: int
    matching: int
    size: int

    @property
    def megabytes(self) -> float:
        return self.size / 1e6


def machine_learning_tree(folder: Path, files: int = 1_300, size: int = 16_000_000, every: int = 50) -> Tree:
    """A large project in which one file in `every` uses W&B."""
    choose = random.Random(20)
    sizes = [choose.uniform(0.3, 1.7) * size / files for _ in range(files)]
    matching = set(range(min(every, files) // 2, files, every))
    texts = (
        snippets.tracked_script(choose, wanted)
        if number in matching
        else snippets.plain_module(choose, wanted)
        for number, wanted in enumerate(sizes)
    )
    return _write(folder, texts, len(matching))


def tracked_tree(folder: Path, size: int = 16_000_000, file_size: int = 6_000) -> Tree:
    """Training scripts that all use W&B, each in its own words."""
    choose = random.Random(21)
    files = max(size // file_size, 1)
    texts = (snippets.tracked_script(choose, choose.uniform(0.3, 1.7) * file_size) for _ in range(files))
    return _write(folder, texts, files)


def _write(folder: Path, texts: snippets.Texts, matching: int) -> Tree:
    size = number = 0
    for number, text in enumerate(texts, 1):
        path = folder / f"package_{number // FILES_PER_FOLDER:02}" / f"module_{number:04}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        size += len(text)
    return Tree(folder, number, matching, size)
