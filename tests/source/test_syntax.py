"""Syntax errors: the place and the words of Python, also for Python 2, which tree-sitter reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapter.source.syntax import first_syntax_error
from adapter.source.text import read_source


def error_of(text: str, strict: bool = False) -> tuple[int, int, str] | None:
    return first_syntax_error(read_source(Path("a.py"), text.encode()), strict)


def test_a_syntax_error_has_its_place() -> None:
    assert error_of("x = 1\ndef train(:\n    pass\n") == (2, 11, "invalid syntax")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('import wandb\nprint "loss", loss\n', 2),
        ('exec "x = 1" in scope\n', 1),
        ("try:\n    pass\nexcept ValueError, error:\n    pass\n", 3),
        ('raise ValueError, "no"\n', 1),
        ("os.makedirs(path, 0755)\n", 1),
        ("x = 10L\n", 1),
        ("if a <> b:\n    pass\n", 1),
        ('x = ur"a"\n', 1),
    ],
)
def test_python_2_is_called_by_its_name(text: str, line: int) -> None:
    problem = error_of(text)
    assert problem is not None
    assert (problem[0], problem[2].startswith("Python 2 code: ")) == (line, True)


@pytest.mark.parametrize(
    "text",
    ["", "print (a), b\n", 'x = """\nprint "a"\n"""\n', "match = 1\nprint\n", "é = lambda *, a: (yield)\n"],
)
def test_python_3_is_no_error(text: str) -> None:
    assert error_of(text) is None


def test_what_only_python_refuses_is_found_when_asked_strictly() -> None:
    assert error_of("f(a=1, 2)\n") is None
    assert error_of("f(a=1, 2)\n", strict=True) == (1, 9, "positional argument follows keyword argument")


def test_nesting_without_end_is_an_error_and_no_crash() -> None:
    problem = error_of("x = " + "(" * 100_000 + ")" * 100_000 + "\n", strict=True)
    assert problem is not None


def test_in_a_notebook_the_cell_is_named_and_its_lines_are_counted() -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("await load()", "x = 1\nprint 'x'")]
    source = read_source(Path("a.ipynb"), json.dumps({"cells": cells}).encode())
    problem = first_syntax_error(source)
    assert problem is not None
    assert problem[0] == 2
    assert problem[2].startswith("cell 2: Python 2 code")
