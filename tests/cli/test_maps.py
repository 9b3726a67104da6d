"""`adapter maps`: what the maps know."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Adapter


def test_list_names_every_library(adapter: Adapter) -> None:
    done = adapter("maps", "list")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()][:1] == ["library"]
    assert {"wandb", "mlflow"} <= {line.split()[0] for line in done.stdout.splitlines()}


def test_show_prints_api_and_concept(adapter: Adapter) -> None:
    done = adapter("maps", "show", "wandb", "wandb.log")
    assert done.returncode == 0
    assert any(
        line.split()[:2] == ["wandb.log()", "tracking.log_metrics"] for line in done.stdout.splitlines()
    )


def test_graph_prints_the_path_of_an_api(adapter: Adapter) -> None:
    done = adapter("maps", "graph", "--from", "wandb", "--to", "mlflow")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["wandb.log()", "tracking.log_metrics", "mlflow.log_metrics"] in [row[:3] for row in rows]


def test_graph_of_everything_is_dot(adapter: Adapter) -> None:
    lines = adapter("maps", "graph").stdout.splitlines()
    assert (lines[0], lines[-1]) == ("digraph maps {", "}")
    assert '  "wandb.log()" -> "tracking.log_metrics";' in lines
    assert '  "tracking.log_metrics" -> "mlflow";' in lines


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "wandbb"),
        ("graph", "--from", "wandbb", "--to", "mlflow"),
        ("graph", "--from", "mlflow", "--to", "wandbb"),
    ],
)
def test_an_unknown_library_is_answered_with_the_nearest(
    adapter: Adapter, arguments: tuple[str, ...]
) -> None:
    done = adapter("maps", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean wandb?" in done.stderr


def test_an_api_that_no_entry_has_is_said(adapter: Adapter) -> None:
    done = adapter("maps", "show", "wandb", "wandb.teleport")
    assert (done.returncode, done.stdout) == (2, "")
    assert "wandb.teleport" in done.stderr


def test_one_library_of_two_is_not_enough(adapter: Adapter) -> None:
    assert adapter("maps", "graph", "--from", "wandb").returncode == 2


def test_the_matrix_is_markdown_where_no_terminal_is(adapter: Adapter) -> None:
    lines = adapter("maps", "matrix", "--from", "wandb").stdout.splitlines()
    assert lines[0].startswith("| from | to |")
    assert any(line.startswith("| wandb | mlflow | 40 |") for line in lines)


def test_the_matrix_of_one_pair_says_why(adapter: Adapter) -> None:
    done = adapter("maps", "matrix", "--from", "wandb", "--to", "mlflow", "--format", "json")
    (pair,) = json.loads(done.stdout)
    assert sum(pair["counts"].values()) == len(pair["apis"]) == 40
    assert all(api["why"] for api in pair["apis"] if api["verdict"] == "not at all")


def test_the_matrix_knows_which_libraries_track(adapter: Adapter) -> None:
    done = adapter("maps", "matrix", "--from", "wandb", "--to", "optuna")
    assert (done.returncode, done.stdout) == (2, "")
    assert "optuna tracks no runs" in done.stderr
