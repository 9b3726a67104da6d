"""The survey of real repositories, on the demo: it finds nothing wrong there, and sees what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.source.text import read_source
from adapter.translate.pipeline import find_route
from tests.real.binding import check_new_uses
from tests.real.groups import Group
from tests.real.study import study
from tests.real.survey import main

DEMO = Path(__file__).parents[2] / "corpus" / "demo"
WAY = find_route("wandb", "mlflow")


@pytest.mark.parametrize(("source", "target"), [("wandb", "mlflow"), ("mlflow", "wandb")])
def test_the_demo_has_no_fault(source: str, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--from", source, "--to", target, str(DEMO / source)]) == 0

    printed = capsys.readouterr().out
    assert f"Sites, {source} to {target}" in printed
    assert "new uses bound" in printed
    assert printed.endswith(", 0 faults\n")


def test_gaps_go_to_the_group_of_what_they_hang_on(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(
        "import wandb\n\nfor stored in wandb.Api().runs('digits'):\n    stored.delete()\nwandb.sweep({})\n"
    )

    found = study(folder, tmp_path / "scratch", WAY)

    by_api = {item.gap.site.api: item.group for _, item in found.gaps}
    assert by_api["wandb.sweep"] is Group.SWEEPS
    assert by_api["wandb.Api().runs"] is Group.CLIENT
    assert found.in_group(Group.OTHER) == 0


@pytest.mark.parametrize(
    "line",
    [
        "mlflow.log_metric('a', 1, 2, 3, 4, 5, 6, 7, 8)",
        "mlflow.log_nothing()",
        "mlflow.active_run().info.nothing",
    ],
)
def test_a_call_that_does_not_fit_is_found(line: str, tmp_path: Path) -> None:
    before = read_source(tmp_path / "a.py", b"import mlflow\n")
    after = read_source(tmp_path / "a.py", f"import mlflow\n{line}\n".encode())

    assert [failure.line for failure in check_new_uses(before, after, WAY.target).failures] == [2]


def test_what_was_there_before_is_not_blamed_on_the_translation(tmp_path: Path) -> None:
    source = read_source(tmp_path / "a.py", b"import mlflow\nmlflow.log_nothing()\n")
    assert check_new_uses(source, source, WAY.target).failures == []
