"""The matrix: what a counted API is in a map, and how it gets through to another library."""

from __future__ import annotations

import pytest

from adapter.graph.matrix import Pair, Verdict, pairs, tracking_libraries
from adapter.graph.store import packaged_atlas
from adapter.graph.usage import Counted, _once, read_usage, site_of
from adapter.plan import SiteKind

READ, CALL = SiteKind.READ, SiteKind.CALL


@pytest.mark.parametrize(
    ("counted", "kind", "api", "owner"),
    [
        ("wandb.log()", CALL, "wandb.log", ""),
        ("wandb.Run().log()", CALL, "wandb.Run.log", "wandb.Run"),
        ("wandb.config().{name}", READ, "wandb.Config.{}", "wandb.Config"),
        ("wandb.config().{name} = value", SiteKind.WRITE, "wandb.Config.{}", "wandb.Config"),
        ("wandb.config()[]", SiteKind.SUBSCRIPT_READ, "wandb.Config[]", "wandb.Config"),
        ("wandb.config", READ, "wandb.config", ""),
        ("mlflow.ActiveRun().info.run_id", READ, "mlflow.RunInfo.run_id", "mlflow.RunInfo"),
        ("neptune.Run()[].append()", CALL, "neptune.Handler.append", "neptune.Handler"),
        ("neptune.Run()[] = value", SiteKind.SUBSCRIPT_WRITE, "neptune.Run[]", "neptune.Run"),
        ("class mlflow.pyfunc.PythonModel", SiteKind.BASE, "mlflow.pyfunc.PythonModel", ""),
    ],
)
def test_a_counted_api_is_found_in_the_map(counted: str, kind: SiteKind, api: str, owner: str) -> None:
    name = counted.removeprefix("class ").partition(".")[0]
    site = site_of(counted, packaged_atlas().library(name))
    assert (site.kind, site.api, site.owner, site.source) == (kind, api, owner, "")


def test_a_part_of_plain_data_hangs_on_what_gave_the_data() -> None:
    site = site_of("neptune.Run()[].fetch()[]", packaged_atlas().library("neptune"))
    assert site.source == "neptune.Handler.fetch()"


def test_a_call_on_an_item_is_not_counted_again_as_the_item() -> None:
    counted = [Counted("n.Run()[]", 10), Counted("n.Run()[].append()", 7), Counted("n.Run()[] = value", 2)]
    assert _once(counted)[0] == Counted("n.Run()[]", 3)


def _pair(source: str, target: str) -> Pair:
    return next(pairs(packaged_atlas(), [source], [target]))


def test_every_ordered_pair_of_tracking_libraries_is_there_once() -> None:
    atlas = packaged_atlas()
    libraries = tracking_libraries(atlas)
    found = [(pair.source, pair.target) for pair in pairs(atlas, libraries, libraries)]
    assert len(found) == len(set(found)) == len(libraries) * (len(libraries) - 1)
    assert {"wandb", "mlflow", "neptune", "tensorboard"} <= set(libraries)
    assert not {"optuna", "git", "dvc"} & set(libraries)


def test_a_gap_counts_as_not_at_all_and_says_why() -> None:
    found = {passage.counted.api: passage for passage in _pair("tensorboard", "mlflow").passages}
    shared = found["tensorboardX.GlobalSummaryWriter().add_scalar()"]
    assert shared.verdict is Verdict.NOT
    assert "one writer for all processes" in shared.why
    assert found["torch.utils.tensorboard.SummaryWriter().add_graph()"].verdict is Verdict.LOSSY
    assert found["torch.utils.tensorboard.SummaryWriter().add_scalar()"].verdict is Verdict.EXACT


def test_what_only_a_longer_use_loses_does_not_count() -> None:
    found = {passage.counted.api: passage for passage in _pair("wandb", "mlflow").passages}
    assert found["wandb.Artifact().download()"].verdict is not Verdict.NOT
    assert found["wandb.watch()"].verdict is Verdict.LOSSY
    assert found["wandb.sweep()"].verdict is Verdict.NOT


def test_counts_and_share_belong_together() -> None:
    pair = _pair("wandb", "mlflow")
    assert sum(pair.number(verdict) for verdict in Verdict) == len(read_usage("wandb"))
    assert pair.share(*Verdict) == pytest.approx(1)
    assert 0.9 < pair.translated < 1


FIVE = ("wandb", "mlflow", "comet_ml", "neptune", "clearml")


@pytest.mark.parametrize("source", FIVE)
def test_most_of_what_records_runs_gets_through(source: str) -> None:
    for pair in pairs(packaged_atlas(), [source], FIVE):
        least = 0.9 if source == "neptune" else 0.8
        assert pair.recording >= least, f"{pair.source} to {pair.target}"
        assert pair.recording >= pair.translated


def test_the_client_of_stored_runs_is_told_from_what_records_runs() -> None:
    found = {passage.counted.api: passage for passage in _pair("mlflow", "wandb").passages}
    assert found["mlflow.MlflowClient()"].apart
    assert found["mlflow.Run().data"].apart
    assert not found["mlflow.pyfunc.load_model()"].apart
