"""Databricks notebooks that are kept as .py files: masked, and put back as they were."""

from pathlib import Path

import pytest

from adapter.plan import Change, Span
from adapter.source.databricks import runs
from adapter.source.text import encode_source, read_source, rewrite

NOTEBOOK = b"""# Databricks notebook source
!pip install -U mlflow
dbutils.library.restartPython()

# COMMAND ----------

%md # A title
print("one")

# COMMAND ----------

a cell that somebody broke

# COMMAND ----------

print("two")
"""


def test_lines_that_are_not_python_are_masked_and_the_rest_is_read() -> None:
    source = read_source(Path("notebook.py"), NOTEBOOK)

    assert not source.tree.root_node.has_error
    assert len(source.data) == len(NOTEBOOK)
    assert [line.text.strip().splitlines()[0] for line in source.shell_lines] == [
        "!pip install -U mlflow",
        "%md # A title",
        "a cell that somebody broke",
    ]
    assert b'print("one")' in source.data
    assert b'print("two")' in source.data


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_change_leaves_what_is_masked_as_it_was(newline: bytes) -> None:
    raw = NOTEBOOK.replace(b"\n", newline)
    source = read_source(Path("notebook.py"), raw)
    start = source.data.index(b'"two"')

    assert rewrite(source, [Change(Span(start, start + 5), '"three"')]) == raw.replace(b"two", b"three")
    assert rewrite(source, []) == raw
    assert encode_source(source, source.data) == raw


def test_a_change_around_a_masked_line_keeps_the_line() -> None:
    source = read_source(Path("notebook.py"), NOTEBOOK)
    end = source.data.index(b"# COMMAND")
    span = Span(source.data.index(b"\n") + 1, end)

    assert rewrite(source, [Change(span, source.text(span) + "x = 1\n")]) == (
        NOTEBOOK[:end] + b"x = 1\n" + NOTEBOOK[end:]
    )


def test_a_file_that_only_mentions_databricks_is_plain_python() -> None:
    source = read_source(Path("plain.py"), b"# a Databricks notebook source\n!pip install mlflow\n")

    assert source.tree.root_node.has_error
    assert source.shell_lines == ()


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("%run ./Common", ".Common"),
        ("%run ../includes/Common", "..includes.Common"),
        ('%run "./includes/Common"', ".includes.Common"),
        ("%run ../../Versions", "...Versions"),
    ],
)
def test_notebooks_that_are_run_are_imports(line: str, module: str) -> None:
    text = f"# Databricks notebook source\n# MAGIC {line}\nprint()\n".encode()

    assert [found[2] for found in runs(text)] == [module]
    assert runs(text.partition(b"\n")[2]) == []
