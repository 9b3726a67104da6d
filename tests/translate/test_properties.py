"""Whatever a program looks like: it parses after, a second run changes nothing, and no site is lost."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.graph.catalogs import catalog_of
from adapter.names.uses import Names, Use
from adapter.plan import Plan, Site, SiteKind
from adapter.source.text import read_source
from adapter.translate.file import translate_file
from adapter.translate.pipeline import Options, find_route, translate_paths
from tests.translate.programs import is_code, program

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "corpus" / "demo"
OTHER = {"wandb": "mlflow", "mlflow": "wandb"}
WAYS = {source: find_route(source, target) for source, target in OTHER.items()}


def translated(library: str, data: bytes, name: str = "train.py") -> Plan:
    way = WAYS[library]
    return translate_file(Path(name), data, way, catalog_of(way.source), None).plan


@pytest.mark.parametrize("library", OTHER)
@given(random=st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_any_program(library: str, random: Random) -> None:
    check(library, program(random, library).encode())


@pytest.mark.parametrize("library", OTHER)
def test_many_programs(library: str) -> None:
    for seed in range(600):
        check(library, program(Random(seed), library).encode())


def check(library: str, data: bytes) -> None:
    """Everything that holds of one file, whatever is in it."""
    compile(data, "before", "exec")
    plan = translated(library, data)
    assert plan.error is None, plan.error
    after = plan.after if plan.after is not None else data
    compile(after, "after", "exec")
    every_site_is_there_once(library, data, plan)
    lines_without_a_site_stay(library, data, after, plan)
    second = translated(library, after)
    assert second.after in (None, after)
    what_is_left_is_reported(library, after, plan, second)
    assert has_one_newline_style(after)


def every_site_is_there_once(library: str, data: bytes, plan: Plan) -> None:
    uses = Names(read_source(Path("train.py"), data), catalog_of(WAYS[library].source)).uses()
    sites = [site for site in plan.all_sites() if not site.api.startswith("?.")]
    found = sorted(
        (use.kind, use.api, use.node.start_byte, use.node.end_byte) for use in uses if not is_import(use)
    )
    assert sorted((s.kind, s.api, s.span.start, s.span.end) for s in sites if not is_import(s)) == found
    assert sorted(s.api for s in sites if is_import(s)) == sorted(use.api for use in uses if is_import(use))


def is_import(place: Site | Use) -> bool:
    return place.kind is SiteKind.IMPORT


def lines_without_a_site_stay(library: str, data: bytes, after: bytes, plan: Plan) -> None:
    """The code lines of statements without an edited site are all there, in their order."""
    edited = [edit.site for edit in plan.edits] + [site for site in plan.all_sites() if is_import(site)]
    tree = ast.parse(data)
    touched = {number for site in edited for number in statement_lines(tree, site)}
    touched |= set(guard_lines(tree, touched))
    lines = [line for number, line in enumerate(data.splitlines(), 1) if number not in touched]
    remaining = iter(after.splitlines())
    for line in lines:
        if is_code(line.decode()) and line.strip() != f"{library} = None".encode():
            assert line in remaining, line


def statement_lines(tree: ast.Module, site: Site) -> range:
    """The lines of the innermost statement around a site; of a compound statement, those of its head."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= site.line and site.end_line <= (node.end_lineno or 0)
    ]
    innermost = max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    body = getattr(innermost, "body", None)
    last = max(site.end_line, body[0].lineno - 1) if body else innermost.end_lineno
    return range(innermost.lineno, (last or 0) + 1)


def guard_lines(tree: ast.Module, touched: set[int]) -> Iterator[int]:
    """The heads of `try` and `except` around an import that goes: they may go with it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and {each.lineno for each in node.body} <= touched:
            yield node.lineno
            yield from (handler.lineno for handler in node.handlers)


def what_is_left_is_reported(library: str, after: bytes, plan: Plan, second: Plan) -> None:
    """Every mention of the library in the new text lies in a site that is reported, then and now.

    But for `wandb = None`, which stands in for an import that fails. Of an import the names are sites.
    """
    starts = [0]
    for line in after.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    spans = [item.site.span for item in (*second.gaps, *second.ignored)]
    for row, column in mentions(after, library):
        text = after[starts[row - 1] : starts[row]].decode()
        if text.strip() == f"{library} = None" or text.startswith(f"from {library} import"):
            continue
        offset = starts[row - 1] + len(text[:column].encode())
        assert plan.gaps or plan.ignored
        assert any(span.start <= offset < span.end for span in spans), text


def mentions(data: bytes, library: str) -> Iterator[tuple[int, int]]:
    """Line and column of every name that is the library's, unless it is a parameter of that name."""
    parameters = {
        arg.arg for node in ast.walk(ast.parse(data)) if isinstance(node, ast.arguments) for arg in node.args
    }
    for token in tokenize.tokenize(io.BytesIO(data).readline):
        if token.type == tokenize.NAME and token.string == library and library not in parameters:
            yield token.start


def has_one_newline_style(data: bytes) -> bool:
    return data.count(b"\r\n") in (0, data.count(b"\n"))


def test_every_site_of_a_line_to_be_left_alone_is_counted() -> None:
    plan = translated("wandb", b"import wandb\nwandb.run.log({'loss': 1})  # adapter: ignore[legacy]\n")

    assert [(item.site.api, item.reason) for item in plan.ignored][1:] == [
        ("wandb.run", "legacy"),
        ("wandb.Run.log", "legacy"),
    ]


def test_newlines_behind_a_comment_stay_whole() -> None:
    check("mlflow", b"import mlflow  # tracking\r\n\r\nmlflow.start_run()\r\nmlflow.autolog()\r\n")


@pytest.mark.parametrize(
    "value",
    [
        "call(\n    a,\n)",
        'rows["it\'s"]',
        "'\\n'.join(rows)",
        "{1: 2}[1]",
        "'one\\ntwo'",
        "f'{a}'",
        "a or b",
        "'{'",
    ],
)
@pytest.mark.parametrize("key", ["'stage'", "name", "'\"'"])
def test_a_tag_of_any_value_becomes_a_word(key: str, value: str) -> None:
    data = f"import mlflow\nmlflow.set_tag({key}, {value})\n".encode()
    after = (translated("mlflow", data).after or b"").decode()

    given = {"name": "stage", "a": 1, "b": 2, "rows": {"it's": 3}, "call": str}
    words = after.partition(" += ")[2].strip()
    assert eval(words, given) == (f"{eval(key, given)}:{eval(value, given)}",)


@pytest.mark.parametrize("library", OTHER)
def test_the_demo_a_second_time(library: str, tmp_path: Path) -> None:
    options = Options(library, OTHER[library])
    for path in (DEMO / library).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for plan in translate_paths([tmp_path], options):
        assert plan.error is None
        if plan.changed:
            plan.path.write_bytes(plan.after or b"")

    assert [plan.path for plan in translate_paths([tmp_path], options) if plan.changed] == []


@pytest.mark.parametrize("library", OTHER)
def test_of_a_notebook_only_the_code_changes(library: str) -> None:
    (path,) = (DEMO / library).glob("*.ipynb")
    (plan,) = translate_paths([path], Options(library, OTHER[library]))

    before, after = json.loads(plan.before), json.loads(plan.after or b"")

    assert plan.changed
    for cells in zip(before["cells"], after["cells"], strict=True):
        if cells[0]["cell_type"] != "code":
            assert cells[0] == cells[1]
        for cell in cells:
            del cell["source"]
    assert before == after


def notebook(*cells: str) -> bytes:
    """A notebook with these code cells."""
    entries = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
        for cell in cells
    ]
    return json.dumps({"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.mark.parametrize(
    ("code", "install"),
    [
        ("import wandb\nwandb.log({'loss': 1})", '!pip install -q "mlflowVERSIONS" torch'),
        (
            "import wandb\nwandb.log({'loss': 1})\nwandb.sweep({})",
            '!pip install -q wandb "mlflowVERSIONS" torch',
        ),
        ("import wandb\nwandb.sweep({})", "!pip install -q wandb torch"),
        ("import wandb\nwandb.login()\nwandb.sweep({})", "!pip install -q wandb torch"),
        ("import torch", '!pip install -q "mlflowVERSIONS" torch'),
    ],
    ids=["all is translated", "some is left", "nothing is translated", "nothing new is needed", "no use"],
)
def test_what_a_notebook_installs_follows_its_code(code: str, install: str) -> None:
    data = notebook("!pip install -q wandb torch", code)

    first = translated("wandb", data, "train.ipynb")
    after = first.after or data
    second = translated("wandb", after, "train.ipynb")

    assert json.loads(after)["cells"][0]["source"] == install.replace(
        "VERSIONS", WAYS["wandb"].target.requirement
    )
    assert second.after in (None, after)


def test_the_requirements_do_not_grow_for_code_that_only_loses_calls(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import wandb\n\nwandb.watch(model)\nwandb.sweep({})\n")
    (tmp_path / "requirements.txt").write_text("wandb\n")

    changed = [
        plan.path.name for plan in translate_paths([tmp_path], Options("wandb", "mlflow")) if plan.changed
    ]

    assert changed == ["train.py"]


@pytest.mark.parametrize("library", OTHER)
def test_the_output_depends_on_the_input_alone(library: str, tmp_path: Path) -> None:
    for path in (DEMO / library).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for seed in range(60):
        (tmp_path / f"train_{seed}.py").write_text(program(Random(seed), library), newline="")

    outputs = {
        printed(tmp_path, library, seed, jobs)
        for seed, jobs in [("0", "1"), ("1", "1"), ("2", "2"), ("3", "2")]
    }

    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


def printed(folder: Path, library: str, seed: str, jobs: str) -> bytes:
    """The diff and the JSON of a run in a process of its own."""
    texts = []
    for form in ("diff", "json"):
        command = [sys.executable, "-m", "adapter", "translate", ".", "--jobs", jobs, "--format", form]
        done = subprocess.run(
            [*command, "--from", library, "--to", OTHER[library]],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        texts.append(b"\n".join(line for line in done.stdout.splitlines() if b'"seconds"' not in line))
    return b"\n".join(texts)
