"""`adapter maps`: what the maps know."""

from __future__ import annotations

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
