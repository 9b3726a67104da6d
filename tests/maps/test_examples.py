"""Every example of a map, wholly translated: it comes out as the map says, and fits the target."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from signatures import misfits

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route, route
from adapter.graph.store import Atlas, packaged_maps, read_atlas
from adapter.names.catalog import LibraryCatalog
from adapter.plan import Plan, SiteKind
from adapter.translate.file import translate_file


@cache
def atlas() -> Atlas:
    return read_atlas(packaged_maps())


@cache
def way(source: str, target: str) -> tuple[Route, LibraryCatalog]:
    found = route(atlas(), source, target)
    return found, catalog_of(found.source)


@dataclass(frozen=True)
class Example:
    """One example of a map's entry."""

    source: str
    target: str
    api: str
    number: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.api.partition('(')[0]}-{self.number}-to-{self.target}"

    def translated(self, text: str) -> Plan:
        found, catalog = way(self.source, self.target)
        # an example shows what an entry writes, also where that wants --unsafe
        return translate_file(Path("example.py"), text.encode(), found, catalog, None, unsafe=True).plan


def examples() -> Iterator[Example]:
    for library, document in sorted(atlas().library_documents.items()):
        for item in document.data["apis"]:
            for number, each in enumerate(item.get("examples", ()), 1):
                yield Example(library, each["to"], item["api"], number, each["before"], each["after"])


EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_comes_out_as_the_map_says(example: Example) -> None:
    plan = example.translated(example.before)
    assert plan.error is None
    assert plan.gaps == []
    assert plan.after is not None
    after = plan.after.decode()
    assert after == example.after
    ast.parse(after)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_what_an_example_writes_fits_the_installed_library(example: Example) -> None:
    assert list(misfits(example.after, example.target)) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_nothing_is_left_to_translate_in_an_example(example: Example) -> None:
    again = example.translated(example.after)
    assert again.after is None
    assert (again.edits, again.gaps) == ([], [])


@pytest.mark.parametrize("library", ["wandb", "mlflow", "neptune", "comet_ml", "clearml"])
def test_every_api_that_is_mapped_has_an_example(library: str) -> None:
    items = atlas().library_documents[library].data["apis"]
    entries = atlas().library(library).entries
    settings = {entry.index for entry in entries if entry.concept == "tracking.env_setting"}
    bare = [
        item["api"]
        for index, item in enumerate(items)
        if "api" in item and "gap" not in item and "examples" not in item and index not in settings
    ]
    assert bare == []


@pytest.mark.parametrize("library", ["wandb", "mlflow", "neptune", "comet_ml", "clearml"])
def test_every_gap_and_every_part_out_of_scope_says_why(library: str) -> None:
    found = atlas().library(library)
    assert all(len(reason) > 15 for reason in found.out_of_scope.values())
    assert all(len(entry.gap) > 15 for entry in found.entries if entry.gap)


def test_a_variable_that_only_the_source_reads_goes_away() -> None:
    found, catalog = way("wandb", "mlflow")
    names = [
        entry.pattern.name.removeprefix("env:")
        for entry in found.source.entries
        if entry.concept == "tracking.env_setting"
        and entry.pattern
        and entry.pattern.kind is SiteKind.ENVIRONMENT
    ]
    lines = "".join(f'os.environ["{name}"] = "1"\n' for name in names)
    plan = translate_file(Path("example.py"), f"import os\n\n{lines}".encode(), found, catalog, None).plan
    assert len(plan.edits) == len(names) > 20
    assert plan.after is not None
    assert b"WANDB" not in plan.after
