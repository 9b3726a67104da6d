"""Walking a project: what is its own is found, what is in the way is reported, .gitignore is honoured."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.plan import FileError
from adapter.source.walk import Found, walk


def make(root: Path, *names: str, **texts: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(name, ""))


def found(root: Path, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> list[str]:
    """What is found below a folder, relative to it; an error as its text."""
    items = list(walk([root], include, exclude))
    names = [item.path.relative_to(root).as_posix() for item in items if isinstance(item, Found)]
    assert names == sorted(names, key=lambda name: name.split("/"))
    return names + [str(item).replace(f"{root}/", "") for item in items if isinstance(item, FileError)]


def test_code_notebooks_and_manifests_are_found_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/c.ipynb", "a/b.pyi", "z.pyw", "README.md", "data.txt", "notes.yaml", ".ci/x.py")
    make(
        tmp_path,
        "requirements.txt",
        "pyproject.toml",
        "environment.yml",
        "setup.cfg",
        "Pipfile",
        "other.toml",
    )
    expected = [".ci/x.py", "Pipfile", "a/b.pyi", "a/c.ipynb", "b.py", "environment.yml", "pyproject.toml"]
    assert found(tmp_path) == [*expected, "requirements.txt", "setup.cfg", "z.pyw"]
    assert all(isinstance(item, Found) and item.root == tmp_path for item in walk([tmp_path]))


def test_what_tools_and_environments_hold_is_not_ours(tmp_path: Path) -> None:
    make(tmp_path, "a.py", ".git/hooks/a.py", "env/pyvenv.cfg", "env/lib/b.py", "conda/conda-meta/history")
    make(
        tmp_path, "conda/x.py", "__pycache__/c.py", "node_modules/d.py", ".tox/e.py", "lib/site-packages/f.py"
    )
    make(tmp_path, "cache/CACHEDIR.TAG", "cache/g.py", ".ipynb_checkpoints/h.ipynb", ".adapter/journal/i.py")
    assert found(tmp_path) == ["a.py"]
    assert found(tmp_path / "env") == ["lib/b.py"]


def test_gitignore_files_of_all_levels_count_with_negation(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", ".gitignore", "src/.gitignore", "src/gen_a.py", "src/gen_keep.py", "src/b.py")
    make(
        tmp_path, "build/x.py", "src/build/y.py", "top.py", "src/top.py", "inner/.git/HEAD", "inner/gen_c.py"
    )
    (tmp_path / ".gitignore").write_text("gen_*.py\nbuild/\n/top.py\n# note\n\n[\n")
    (tmp_path / "src/.gitignore").write_text("!gen_keep.py\r\n!build/\r\n")
    expected = ["src/b.py", "src/build/y.py", "src/gen_keep.py", "src/top.py"]
    assert found(tmp_path) == ["inner/gen_c.py", *expected]
    assert found(tmp_path / "src") == [name.removeprefix("src/") for name in expected]
    assert found(tmp_path / "build") == ["x.py"], "a folder that the user names is wanted"


def test_a_gitignore_file_above_counts_only_within_its_repository(tmp_path: Path) -> None:
    make(tmp_path, ".gitignore", "project/a.py")
    (tmp_path / ".gitignore").write_text("*.py\n")
    assert found(tmp_path) == []
    assert found(tmp_path / "project") == ["a.py"]


def test_include_and_exclude_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "tests/b.py", "src/tests/c.py", "src/d.py", "e.ipynb")
    assert found(tmp_path, exclude=["tests/"]) == ["a.py", "e.ipynb", "src/d.py"]
    assert found(tmp_path, exclude=["/tests/", "*.ipynb"]) == ["a.py", "src/d.py", "src/tests/c.py"]
    assert found(tmp_path, include=["src/**/*.py"]) == ["src/d.py", "src/tests/c.py"]
    assert found(tmp_path, include=["src/"]) == ["src/d.py", "src/tests/c.py"]
    assert found(tmp_path, include=["*.py"], exclude=["src"]) == ["a.py", "tests/b.py"]


def test_a_given_file_is_always_taken_and_every_file_once(tmp_path: Path) -> None:
    make(tmp_path, ".gitignore", "a.py", "script", "env/pyvenv.cfg", "env/b.py")
    (tmp_path / ".gitignore").write_text("a.py\n")
    given_paths = [tmp_path / "script", tmp_path / "a.py", tmp_path / "env/b.py", tmp_path, tmp_path / "a.py"]
    assert [item.path.name for item in walk(given_paths) if isinstance(item, Found)] == [
        "script",
        "a.py",
        "b.py",
    ]
    assert [item.root for item in walk([tmp_path / "a.py"]) if isinstance(item, Found)] == [tmp_path / "a.py"]


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    missing = tmp_path / "gone.py"
    items = list(walk([missing, tmp_path]))
    assert str(items[0]) == f"{missing}: does not exist (check the spelling of the path)"
    assert isinstance(items[1], Found)


def test_symlinks_that_leave_or_turn_back_are_reported(tmp_path: Path) -> None:
    project, other = tmp_path / "project", tmp_path / "other"
    make(project, "src/a.py")
    make(other, "b.py", "data.bin")
    (project / "src/back").symlink_to(project)
    (project / "away").symlink_to(other)
    (project / "away.py").symlink_to(other / "b.py")
    (project / "data.bin").symlink_to(other / "data.bin")
    (project / "gone.py").symlink_to(project / "nothing.py")
    (project / "gone.bin").symlink_to(project / "nothing")
    (project / "one").symlink_to(project / "two")
    (project / "two").symlink_to(project / "one")
    (project / "same").symlink_to(project / "src")
    (project / "same.py").symlink_to(project / "src/a.py")
    assert found(project) == [
        "src/a.py",
        f"away: is a symlink out of {project}, not followed (give {other} as a path of its own)",
        f"away.py: is a symlink out of {project}, not followed (give {other}/b.py as a path of its own)",
        "gone.py: is a symlink to a file that does not exist",
        "one: is a symlink that leads back to itself (remove the link)",
        "src/back: is a symlink loop: it leads to a folder that holds it (remove the link)",
        "two: is a symlink that leads back to itself (remove the link)",
    ]
    (project / ".gitignore").write_text("away*\none\ntwo\nback\ngone.py\n")
    assert found(project) == ["src/a.py"]


def test_a_pipe_with_the_name_of_a_file_and_a_folder_with_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    make(tmp_path, "folder.py/a.py")
    assert found(tmp_path) == ["folder.py/a.py", "pipe.py: is a named pipe, not a file (exclude it)"]
    assert [str(item) for item in walk([tmp_path / "pipe.py"])] == [
        f"{tmp_path}/pipe.py: is a named pipe, not a file (exclude it)"
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="the user is changed, which only root may")
def test_a_folder_without_permission_is_reported_and_the_others_go_on() -> None:
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    make(root, "a/x.py", "b/y.py", "c/z.py")
    (root / "b").chmod(0)
    os.setresuid(65534, 65534, 0)
    try:
        items = found(root)
    finally:
        os.setresuid(0, 0, 0)
        shutil.rmtree(root)
    assert items == ["a/x.py", "c/z.py", "b: no permission to read it (change its mode or run as its owner)"]


def test_folders_nested_without_end(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(400):
        deep /= "d"
    make(deep, "a.py")
    assert len(found(tmp_path)) == 1


NAMES = ["a.py", "b.py", "gen.py", "src/a.py", "src/gen.py", "src/deep/b.py", "build/a.py", "src/build/b.py"]
RULES = """
    *.py !a.py gen.py /a.py build/ !build/ src/* !src/gen.py /* !/src/ !/src **/deep src/**/b.py de?p/ [ab].py
    !b.py \\!x # * !*/ */ build/** !build/a.py !src/build/ src/build/ **/b.py !**/build/* src/**
    """.split()
RULES += ["", "  ", "a.py  ", "# a.py"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(RULES), max_size=5), st.lists(st.sampled_from(RULES), max_size=3))
def test_the_same_files_as_git(rules: list[str], inner_rules: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        subprocess.run(["git", "init", "-q", folder], check=True)
        make(root, *NAMES)
        (root / ".gitignore").write_text("\n".join(rules))
        (root / "src/.gitignore").write_text("\n".join(inner_rules))
        git = ["git", "-C", folder, "ls-files", "-co", "--exclude-standard", "*.py"]
        expected = subprocess.run(git, check=True, capture_output=True, text=True).stdout.split()
        assert sorted(found(root)) == sorted(expected)
