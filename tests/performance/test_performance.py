"""The benchmark runs; how fast is not judged here."""

import ast
import filecmp
from pathlib import Path

import pytest

from tests.performance.generate import machine_learning_tree, tracked_tree
from tests.performance.run import main


def test_the_generated_trees_are_the_same_every_time(tmp_path: Path) -> None:
    first = machine_learning_tree(tmp_path / "first", files=30, size=90_000, every=10)
    second = machine_learning_tree(tmp_path / "second", files=30, size=90_000, every=10)
    names = [path.relative_to(first.folder).as_posix() for path in first.folder.rglob("*.py")]
    assert filecmp.cmpfiles(first.folder, second.folder, names, shallow=False) == (names, [], [])
    assert second.size == first.size


def test_generated_files_are_python_and_as_many_use_wandb_as_it_says(tmp_path: Path) -> None:
    tree = machine_learning_tree(tmp_path, files=30, size=90_000, every=10)
    texts = [path.read_text() for path in tree.folder.rglob("*.py")]
    for text in texts:
        ast.parse(text)
    assert len(texts) == tree.files == 30
    assert sum("wandb" in text for text in texts) == tree.matching == 3
    assert tree.size == pytest.approx(90_000, rel=0.3)


def test_tracked_scripts_differ_and_all_use_wandb(tmp_path: Path) -> None:
    tree = tracked_tree(tmp_path, size=40_000, file_size=4_000)
    texts = [path.read_text() for path in tree.folder.rglob("*.py")]
    assert len(set(texts)) == tree.files == 10
    for text in texts:
        ast.parse(text)
        assert "wandb.log(" in text or "wandb.init(" in text or "run.log" in text


def test_the_benchmark_prints_a_table_of_a_small_run(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--scale", "0.01"])
    printed = capsys.readouterr().out
    for name in ("start-up", "scan, 13 files", "LibCST RenameCommand", "--jobs 2", "peak memory"):
        assert name in printed
