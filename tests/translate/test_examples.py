"""Whole files before and after, by theme; the examples are data."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route, route
from adapter.graph.store import packaged_atlas
from adapter.plan import Fidelity, Plan
from adapter.translate.file import translate_file

FOLDER = Path(__file__).parent / "examples"


def _examples() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        document = yaml.safe_load(path.read_text("utf-8"))
        found += [
            pytest.param(document["from"], document["to"], example, id=f"{path.stem}: {example['name']}")
            for example in document["examples"]
        ]
    return found


@lru_cache
def _route(source: str, target: str) -> Route:
    return route(packaged_atlas(), source, target)


def _plan(source: str, target: str, text: str) -> Plan:
    way = _route(source, target)
    return translate_file(Path("example.py"), text.encode(), way, catalog_of(way.source), None).plan


@pytest.mark.parametrize(("source", "target", "example"), _examples())
def test_example(source: str, target: str, example: dict[str, Any]) -> None:
    plan = _plan(source, target, example["before"])
    assert plan.error is None
    assert (plan.after or plan.before).decode() == example["after"]
    gaps = [f"{gap.site.line} {gap.site.api} {gap.reason}" for gap in plan.gaps]
    assert gaps == example.get("gaps", [])
    lossy = [
        f"{edit.site.line} {edit.site.api}: {edit.note}"
        for edit in plan.edits
        if edit.fidelity is not Fidelity.EXACT
    ]
    assert lossy == example.get("lossy", [])


@pytest.mark.parametrize(("source", "target", "example"), _examples())
def test_a_second_translation_changes_nothing(source: str, target: str, example: dict[str, Any]) -> None:
    assert not _plan(source, target, example["after"]).changed


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_new_lines_end_like_the_old_ones(newline: str) -> None:
    lines = ["import wandb", "", "wandb.init(", '    project="demo",', '    config={"lr": 1},', ")", ""]
    text = newline.join(lines)
    after = _plan("wandb", "mlflow", text).after
    assert after is not None
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)
    assert after.count(b"\n") > 3
