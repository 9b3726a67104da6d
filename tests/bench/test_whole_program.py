"""A program in a question, and an answer put back into its files."""

import json
from pathlib import Path

import pytest

from adapter.bench.whole_program import AnswerError, put_back, shown


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text("a = 1\n")
    return tmp_path


def test_a_script_is_one_block(script: Path) -> None:
    assert shown(script) == "```python\na = 1\n```"


@pytest.mark.parametrize(
    "answer",
    [
        "```python\na = 2\n```",
        "Here it is:\n\n```py\na = 2\n```\nRun it with\n```sh\nls\n```",
        "```\na = 2\n```",
        "```python\na = 2\n",
    ],
)
def test_the_longest_block_is_the_program(script: Path, answer: str) -> None:
    put_back(answer, script)
    assert (script / "train.py").read_text() == "a = 2\n"


def test_an_answer_without_code_is_none(script: Path) -> None:
    with pytest.raises(AnswerError, match="no block of code"):
        put_back("I cannot do that.", script)
    assert (script / "train.py").read_text() == "a = 1\n"


def test_files_are_told_apart_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "train.py").write_text("import lib.data\n")
    (tmp_path / "lib" / "data.py").write_text("x = 1\n")
    assert shown(tmp_path) == (
        "### File: lib/data.py\n```python\nx = 1\n```\n\n### File: train.py\n```python\nimport lib.data\n```"
    )
    put_back("**lib/data.py**\n```python\nx = 2\n```\nAnd `train.py`:\n\n```python\npass\n```", tmp_path)
    assert (tmp_path / "lib" / "data.py").read_text() == "x = 2\n"
    assert (tmp_path / "train.py").read_text() == "pass\n"


def test_a_file_that_is_left_out_stays(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n")
    put_back("### File: b.py\n```python\nx = 2\n```", tmp_path)
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py")] == ["x = 1\n", "x = 2\n"]
    with pytest.raises(AnswerError, match="names a file"):
        put_back("```python\nx = 2\n```", tmp_path)


def notebook(*cells: str) -> str:
    entries = [{"cell_type": "markdown", "source": ["# title"]}]
    entries += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": entries})


def cells(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"][1:]]


def test_a_notebook_goes_through_as_one_script(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    path.write_text(notebook("a = 1\n", "b = 2"))
    assert shown(tmp_path) == "```python\n# %%\na = 1\n\n# %%\nb = 2\n```"
    put_back(shown(tmp_path), tmp_path)
    assert cells(path) == ["a = 1", "b = 2"]
    put_back("```python\n# %%\na = 3\n# %%\nb = 4\n# %%\nc = 5\n```", tmp_path)
    assert cells(path) == ["a = 3", "b = 4\n\nc = 5"]
    put_back("```python\na = 6\n```", tmp_path)
    assert cells(path) == ["a = 6", ""]
