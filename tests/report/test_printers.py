"""Diff, JSON and summary of a run."""

import io
import json
from pathlib import Path

import pytest

from adapter.plan import Edit, Fidelity, Plan
from adapter.report.diff import DiffPrinter, unified
from adapter.report.machine import JsonPrinter
from adapter.report.printer import Format, Output
from adapter.report.printers import printer_for
from adapter.report.run import Run
from adapter.report.summary import summary
from tests.report.examples import broken_plan, changed_plan, site, unchanged_plan


def run_of(*plans: Plan) -> Run:
    run = Run(files=10, seconds=1.23456)
    for plan in plans:
        run.add(plan)
    return run


def printed(form: Format, *plans: Plan, terminal: bool = False, color: bool = False) -> bytes:
    stream = io.BytesIO()
    printer = printer_for(form, Output(stream, terminal, color))
    for plan in plans:
        printer.add(plan)
    printer.finish(run_of(*plans))
    return stream.getvalue()


def notebook(*cells: str) -> bytes:
    entries = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": entries, "nbformat": 4}, indent=1).encode()


def test_a_diff_has_git_style_headers() -> None:
    assert printed(Format.DIFF, changed_plan()) == (
        b"--- a/train.py\n+++ b/train.py\n@@ -1,3 +1,4 @@\n"
        b"+import mlflow\n import wandb\n-wandb.log(x)\n+mlflow.log_metrics(x)\n wandb.sweep(y)\n"
    )


def test_a_diff_leaves_out_files_that_do_not_change() -> None:
    assert printed(Format.DIFF, broken_plan(), unchanged_plan()) == b""


def test_a_path_inside_the_working_directory_is_relative() -> None:
    assert unified(Path.cwd() / "src" / "train.py", b"a\n", b"b\n").startswith(b"--- a/src/train.py\n")
    assert unified(Path("/elsewhere/train.py"), b"a\n", b"b\n").startswith(b"--- a/elsewhere/train.py\n")


def test_a_terminal_gets_colours() -> None:
    shown = printed(Format.DIFF, changed_plan(), terminal=True, color=True).decode()
    assert "\x1b[31m-wandb.log(x)\x1b[0m\n\x1b[32m+mlflow.log_metrics(x)\x1b[0m\n wandb.sweep(y)\n" in shown


def test_a_terminal_without_colours_gets_plain_text() -> None:
    assert b"\x1b" not in printed(Format.DIFF, changed_plan(), terminal=True)


def test_a_file_cannot_steer_the_terminal_that_shows_it() -> None:
    plan = Plan(Path("evil\x1b[2J.py"), b"a = '\x1b[2J'\n", b"b = '\x1b[2J\x9b'\n")
    assert b"\x1b" not in printed(Format.DIFF, plan, terminal=True)
    assert "\N{SYMBOL FOR ESCAPE}[2J" in printed(Format.DIFF, plan, terminal=True).decode()


def test_a_terminal_shows_a_file_in_its_own_encoding() -> None:
    plan = Plan(Path("a.py"), b"# coding: latin-1\r\nx = '\xe9'\r\n", b"# coding: latin-1\r\ny = '\xe9'\r\n")
    assert (
        printed(Format.DIFF, plan, terminal=True)
        .decode()
        .endswith(" # coding: latin-1\n-x = 'é'\n+y = 'é'\n")
    )


def test_a_terminal_says_where_the_last_newline_is_missing() -> None:
    shown = printed(Format.DIFF, Plan(Path("a.py"), b"a", b"b\n"), terminal=True)
    assert shown.endswith(b"-a\n\\ No newline at end of file\n+b\n")


def test_a_terminal_shows_notebooks_cell_by_cell() -> None:
    before = notebook("import wandb", "print(1)", "wandb.log(x)\ny = 2")
    after = notebook("import mlflow", "print(1)", "mlflow.log_metrics(x)\ny = 2")
    assert printed(Format.DIFF, Plan(Path("n.ipynb"), before, after), terminal=True).decode() == (
        "--- a/n.ipynb cell 1\n+++ b/n.ipynb cell 1\n@@ -1 +1 @@\n-import wandb\n+import mlflow\n"
        "--- a/n.ipynb cell 3\n+++ b/n.ipynb cell 3\n@@ -1,2 +1,2 @@\n"
        "-wandb.log(x)\n+mlflow.log_metrics(x)\n y = 2\n"
    )


def test_a_pipe_gets_the_patch_of_the_notebook_file() -> None:
    before, after = notebook("import wandb"), notebook("import mlflow")
    assert printed(Format.DIFF, Plan(Path("n.ipynb"), before, after)) == unified(
        Path("n.ipynb"), before, after
    )


def test_a_notebook_whose_cells_are_equal_is_shown_as_a_file() -> None:
    before = notebook("x = 1")
    shown = printed(Format.DIFF, Plan(Path("n.ipynb"), before, before + b"\n"), terminal=True)
    assert shown.startswith(b"--- a/n.ipynb\n")


def test_json_holds_the_contract() -> None:
    document = json.loads(
        printed(Format.JSON, changed_plan(), broken_plan(), unchanged_plan(), Plan(Path("x.py")))
    )
    assert document == {
        "version": 1,
        "summary": {
            "files": 10,
            "changed": 1,
            "sites": 6,
            "edits": 2,
            "gaps": 3,
            "errors": 1,
            "seconds": 1.235,
            "llm": {"calls": 0, "tokens": 0},
        },
        "files": [
            {
                "path": "train.py",
                "status": "changed",
                "edits": [
                    {
                        "line": 1,
                        "column": 1,
                        "end_line": 1,
                        "end_column": 10,
                        "api": "wandb",
                        "to": "mlflow",
                        "rule": "import",
                        "fidelity": "exact",
                        "note": "",
                    },
                    {
                        "line": 2,
                        "column": 1,
                        "end_line": 2,
                        "end_column": 10,
                        "api": "wandb.log",
                        "to": "mlflow.log_metrics",
                        "rule": "wandb: wandb.log",
                        "fidelity": "lossy",
                        "note": "commit: every call commits",
                    },
                ],
                "gaps": [
                    {
                        "line": 3,
                        "column": 5,
                        "api": "wandb.sweep",
                        "reason": "no-edge",
                        "detail": "sweeps have\nno counterpart",
                    }
                ],
                "error": None,
            },
            {
                "path": "old.py",
                "status": "error",
                "edits": [],
                "gaps": [
                    {"line": 2, "column": 1, "api": "wandb.log", "reason": "unparsable", "detail": ""},
                ],
                "error": "old.py:3:7: Python 2 code (convert it to Python 3 first)",
            },
            {
                "path": "look.ipynb",
                "status": "unchanged",
                "edits": [],
                "gaps": [
                    {
                        "cell": 2,
                        "line": 4,
                        "column": 3,
                        "api": "wandb.Api",
                        "reason": "no-edge",
                        "detail": "",
                    }
                ],
                "error": None,
            },
        ],
    }


def test_json_of_a_run_without_news_is_complete() -> None:
    document = json.loads(printed(Format.JSON))
    assert document["files"] == []
    assert document["summary"]["files"] == 10


def test_the_summary_lists_all_that_is_left_and_the_sums() -> None:
    assert summary(run_of(changed_plan(), broken_plan(), unchanged_plan())) == (
        "Translated with a remark:\n"
        "  1x wandb.log -> mlflow.log_metrics: commit: every call commits\n"
        "\n"
        "Left as it was:\n"
        "  train.py:3:5 wandb.sweep no-edge sweeps have no counterpart\n"
        "  old.py:2:1 wandb.log unparsable\n"
        "  look.ipynb:cell 2:4:3 wandb.Api no-edge\n"
        "\n"
        "Could not be handled:\n"
        "  old.py:3:7: Python 2 code (convert it to Python 3 first)\n"
        "\n"
        "files  10 seen, 1 would change, 1 error\n"
        "sites  6 seen, 2 edited (1 exact, 1 lossy), 3 left, 1 ignored\n"
        "left   2 no-edge: wandb.Api (1), wandb.sweep (1)\n"
        "       1 unparsable: wandb.log (1)\n"
        "time   1.23 s\n"
    )


def test_a_remark_on_an_edit_that_leaves_nothing_names_no_target() -> None:
    plan = Plan(
        Path("a.py"), edits=[Edit(site("wandb.watch", 1), "", "rule", Fidelity.LOSSY, "not recorded")]
    )
    assert "  1x wandb.watch: not recorded\n" in summary(run_of(plan))


def test_the_summary_of_a_clean_run_is_short() -> None:
    assert summary(Run(files=3), "changed") == (
        "files  3 seen, 0 changed, 0 errors\nsites  0 seen, 0 edited, 0 left\ntime   0.00 s\n"
    )


def test_the_counts_add_up() -> None:
    run = run_of(changed_plan(), broken_plan(), unchanged_plan())
    assert run.sites == sum(plan.sites for plan in (changed_plan(), broken_plan(), unchanged_plan()))


@pytest.mark.parametrize(("form", "kind"), [(Format.DIFF, DiffPrinter), (Format.JSON, JsonPrinter)])
def test_every_format_has_its_printer(form: Format, kind: type) -> None:
    assert isinstance(printer_for(form, Output(io.BytesIO())), kind)
