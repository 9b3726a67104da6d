"""Whatever the imports of a file look like, planning them keeps it a program and loses no other import."""

import ast
import textwrap
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.names.imports import find_imports
from adapter.source.edits import apply_changes
from adapter.source.text import read_source
from adapter.translate.imports import NeededImport, StaleImport, plan_imports

STATEMENTS = """\
import wandb
import wandb as wb
import wandb.sdk
import os, wandb, sys
import wandb, wandb.sdk
from wandb import init
from wandb import init, log as l
from wandb import *
import torch
import os
import numpy as np
import json  # noqa
from os import (path)
from types import MappingProxyType
# a comment
x = 1
import a; import wandb; import b
import wandb; import a
import a; import wandb
if x: import wandb""".splitlines()
LONG = [
    "from wandb import (\n    init,\n    # log\n    log,  # noqa\n)",
    "from wandb import init, \\\n    log",
    "from types import (\n    MappingProxyType,\n)",
    "try: import wandb\nexcept ImportError: wandb = None",
    "",
    "\n",
]
SINGLE = st.sampled_from([*STATEMENTS, *LONG])


def function(body: str) -> str:
    return "def f():\n" + textwrap.indent(body or "pass", "    ") + "\n    return 1"


def guard(body: str) -> str:
    return "try:\n" + textwrap.indent(body or "pass", "\t") + "\nexcept ImportError:\n\twandb = None"


def condition(body: str) -> str:
    return "if TYPE_CHECKING:\n" + textwrap.indent(body or "pass", "  ") + "\nelse:\n  wandb = None"


BODIES = st.lists(SINGLE, min_size=1, max_size=3).map(lambda lines: "\n".join([*lines, "pass"]))
BLOCKS = st.one_of(
    SINGLE, SINGLE, st.builds(function, BODIES), st.builds(guard, BODIES), st.builds(condition, BODIES)
)
HEADS = st.sampled_from(
    ["", '"""Doc."""\n', "#!/usr/bin/env python\n", "from __future__ import annotations\n"]
)
PROGRAMS = st.builds(
    lambda head, blocks: head + "\n".join(blocks) + "\n", HEADS, st.lists(BLOCKS, max_size=6)
)
NEEDED = st.lists(
    st.sampled_from(
        [
            NeededImport("mlflow"),
            NeededImport("os"),
            NeededImport("types", "SimpleNamespace"),
            NeededImport("mlflow.keras", "MlflowCallback"),
            NeededImport("pandas", alias="pd"),
        ]
    ),
    unique=True,
)


def imported(text: str) -> list[str]:
    """Every imported name, spelled out, in no order."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [f"{alias.name} as {alias.asname}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name} as {alias.asname}" for alias in node.names]
    return sorted(found)


def others(text: str) -> list[str]:
    return [
        name
        for name in imported(text)
        if not name.startswith(("wandb", "mlflow", "pandas", "os as", "types.Simple"))
    ]


@settings(max_examples=400)
@given(PROGRAMS, NEEDED, st.sets(st.integers(0, 6), max_size=2))
def test_a_program_stays_one_and_no_other_import_is_lost(
    text: str, needed: list[NeededImport], kept: set[int]
) -> None:
    ast.parse(text)
    source = read_source(Path("a.py"), text.encode())
    clauses = [
        (StaleImport(statement, clause), target)
        for statement, parts in find_imports(source.tree.root_node, source.data)
        for clause, _, _, target in parts
        if target.partition(".")[0] == "wandb"
    ]
    stale = [item for number, (item, _) in enumerate(clauses) if number not in kept]
    staying = [item.statement for number, (item, _) in enumerate(clauses) if number in kept]
    after = apply_changes(source.data, plan_imports(source, needed, stale, staying)).decode()

    ast.parse(after)
    names = imported(after)
    assert others(after) == others(text)
    assert sum(name.startswith("wandb") for name in names) == len(staying)
    assert [need for need in needed if f"{need.module}" not in after] == []
    assert after.count("# a comment") == text.count("# a comment")
    assert after.startswith("#!") == text.startswith("#!")
    assert ast.get_docstring(ast.parse(after)) == ast.get_docstring(ast.parse(text))


@settings(max_examples=200)
@given(PROGRAMS, NEEDED)
def test_what_was_put_in_is_not_put_in_again(text: str, needed: list[NeededImport]) -> None:
    first = read_source(Path("a.py"), text.encode())
    # With nothing stale, everything needed goes to the top of the module, where a second run finds it.
    once = apply_changes(first.data, plan_imports(first, needed, []))
    second = read_source(Path("a.py"), once)
    assert plan_imports(second, needed, []) == []
