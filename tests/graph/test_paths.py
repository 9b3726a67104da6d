"""The way from one library to another: the cheapest by what is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.graph import store
from adapter.graph.network import Route, concept_path, route
from adapter.graph.store import Atlas, read_atlas

SOURCE = "- api: a.note(name, value)\n  concept: tracking.note(name=name, value=value)\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(store, "cache_folder", lambda: folder)
    return folder


def concepts(way: Route, index: int = 0) -> tuple[str, ...]:
    return way.paths[index].concepts


def test_a_concept_that_the_target_writes_itself_is_the_shortest_way(load: Callable[..., Atlas]) -> None:
    atlas = load(a=SOURCE, b="- concept: tracking.note\n  write: b.note({name}, {value})\n")
    assert concepts(route(atlas, "a", "b")) == ("tracking.note",)


def test_a_chain_of_equal_concepts_leads_to_one_that_the_target_has(load: Callable[..., Atlas]) -> None:
    atlas = load(a=SOURCE, b="- concept: tracking.log\n  write: b.log({values})\n")
    assert concepts(route(atlas, "a", "b")) == ("tracking.note", "tracking.log_one", "tracking.log")


def test_an_exact_detour_wins_over_a_lossy_short_cut(load: Callable[..., Atlas]) -> None:
    target = (
        "- concept: tracking.note\n  write: b.shout({value})\n  fidelity: lossy\n  note: the name is lost\n"
        "- concept: tracking.log\n  write: b.log({values})\n"
    )
    atlas = load(a=SOURCE, b=target)
    assert concepts(route(atlas, "a", "b"))[-1] == "tracking.log"


def test_a_direct_edge_wins_over_a_lossy_way_through_the_hub(load: Callable[..., Atlas]) -> None:
    target = (
        "- concept: tracking.note\n  write: b.note({name})\n  fidelity: lossy\n  note: the value is lost\n"
    )
    atlas = load(a=f"{SOURCE}  direct:\n    b: b.note_all({{name}}, {{value}})\n", b=target)
    path = route(atlas, "a", "b").paths[0]
    assert path.direct
    assert path.concepts == ()


def test_an_api_that_reaches_nothing_has_no_path(load: Callable[..., Atlas]) -> None:
    atlas = load(a=SOURCE, b="- concept: tracking.stop\n  write: b.stop()\n")
    assert route(atlas, "a", "b").paths == {}


def test_entries_that_ask_for_a_shape_are_tried_first(load: Callable[..., Atlas]) -> None:
    target = (
        "- concept: tracking.note\n  write: b.note({name}, {value})\n"
        "- concept: tracking.note\n  when: {value: text}\n  write: b.text({name}, {value})\n"
    )
    way = route(load(a=SOURCE, b=target), "a", "b")
    assert [dict(entry.when) for entry in way.paths[0].lowers] == [{"value": "text"}, {}]


def test_a_concept_inside_a_call_finds_its_own_way(load: Callable[..., Atlas]) -> None:
    atlas = load(a=SOURCE, b="- concept: tracking.log\n  write: b.log({values})\n")
    found = concept_path(atlas, "tracking.log_one", atlas.library("b"))
    assert found is not None
    assert found.concepts == ("tracking.log_one", "tracking.log")
    assert concept_path(atlas, "tracking.stop", atlas.library("b")) is None


def test_a_way_is_found_again_in_the_cache(load: Callable[..., Atlas], own_cache: Path) -> None:
    atlas = load(a=SOURCE, b="- concept: tracking.note\n  write: b.note({name}, {value})\n")
    first = route(atlas, "a", "b")
    kept = list(own_cache.glob("route-a-b-*.json"))
    assert len(kept) == 1
    assert kept[0].stem.endswith(atlas.digest)
    assert route(atlas, "a", "b").paths == first.paths


@pytest.mark.parametrize("content", ["", "[1", "[]"])
def test_a_broken_cache_is_made_anew(load: Callable[..., Atlas], own_cache: Path, content: str) -> None:
    atlas = load(a=SOURCE, b="- concept: tracking.note\n  write: b.note({name}, {value})\n")
    first = route(atlas, "a", "b")
    kept = next(own_cache.glob("route-a-b-*.json"))
    kept.write_text(content)
    assert route(atlas, "a", "b").paths == first.paths
    assert kept.read_text() != content


def test_another_content_of_the_maps_is_another_cache(
    write_maps: Callable[..., Path], own_cache: Path
) -> None:
    first = read_atlas(write_maps(a=SOURCE, b="- concept: tracking.note\n  write: b.note({name})\n"))
    second = read_atlas(write_maps(a=SOURCE, b="- concept: tracking.log\n  write: b.log({values})\n"))
    assert concepts(route(first, "a", "b")) == ("tracking.note",)
    assert concepts(route(second, "a", "b"))[-1] == "tracking.log"
    assert len(list(own_cache.glob("route-a-b-*.json"))) == 2


def test_a_cache_that_cannot_be_written_is_no_error(
    load: Callable[..., Atlas], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(store, "cache_folder", lambda: tmp_path / "file" / "below")
    atlas = load(a=SOURCE, b="- concept: tracking.note\n  write: b.note({name}, {value})\n")
    assert concepts(route(atlas, "a", "b")) == ("tracking.note",)
