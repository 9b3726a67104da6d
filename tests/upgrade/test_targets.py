"""What upgrade rules write exists in the installed version and takes those arguments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from adapter.graph.api_index import ApiIndex, ApiNotFoundError, installed
from adapter.graph.claims import written_claims
from adapter.graph.model import Entry
from adapter.translate.upgrade.rules import Upgrade, build_upgrade, packaged_rules, read_rules

INSTALLED = ["optuna", "mlflow", "wandb", "nncf", "keras", "openai", "git", "pytorch_lightning"]


@cache
def upgrade(library: str) -> Upgrade:
    return build_upgrade(read_rules(packaged_rules()[library]))


@cache
def index(library: str) -> ApiIndex:
    return installed(upgrade(library).new_distribution)


@pytest.mark.parametrize("library", INSTALLED)
def test_what_moved_is_there(library: str) -> None:
    missing = []
    for move in upgrade(library).moves:
        if not index(library).holds(move.target):
            continue
        try:
            index(library).find(move.target)
        except ApiNotFoundError as error:
            missing.append(f"{move.source}: {error}")
        except LookupError:
            # made at run time: the programs of the benchmark run it
            continue
    assert missing == []


@pytest.mark.parametrize("library", INSTALLED)
def test_what_is_written_binds(library: str) -> None:
    assert list(misfits(library)) == []


def misfits(library: str) -> Iterator[str]:
    route = upgrade(library).route
    for entry in route.source.entries:
        for template in entry.direct.values():
            for claim in written_claims(entry, template, route.target):
                fault = bound(library, claim.name, claim.call.keywords if claim.call else ())
                if fault:
                    yield f"{entry.label}: {claim.text}: {fault}"
        if entry.change is not None:
            fault = bound(library, changed_name(entry, route.target.name), changed_keywords(entry))
            if fault:
                yield f"{entry.label}: {fault}"


def changed_name(entry: Entry, target: str) -> str:
    assert entry.change is not None
    assert entry.pattern is not None
    owner, _, member = entry.pattern.name.rpartition(".")
    return entry.change.call or f"{owner}.{entry.change.name or member}"


def changed_keywords(entry: Entry) -> tuple[str, ...]:
    assert entry.change is not None
    return (*entry.change.keywords.values(), *entry.change.add)


def bound(library: str, name: str, keywords: tuple[str, ...]) -> str:
    if not index(library).holds(name):
        return ""
    try:
        return index(library).find(name).misfit(0, keywords, partial=True)
    except ApiNotFoundError as error:
        return str(error)
    except LookupError:
        return ""
