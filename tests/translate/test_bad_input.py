"""Bad maps are refused at their file, line and column; a bad source is the error of its own plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.graph.store import packaged_maps, read_atlas
from adapter.graph.yamlfile import MapError
from adapter.plan import GapReason, Plan
from adapter.translate.pipeline import Options, UsageError, find_route, translate_paths

CONCEPTS = "room: tracking\nconcepts:\n- concept: tracking.log(values)\n  doc: Record several values.\n"
HEAD = "library: {0}\ndistribution: {0}\napis:\n"
ENTRY = "- api: one.log(values)\n  concept: tracking.log(values=values)\n"
FOREIGN = "- api: third.Logger(values)\n  concept: tracking.log(values=values)\n"
GOOD = "import wandb\nwandb.log({'loss': 1.0})\n"


def maps(folder: Path, **libraries: str) -> Path:
    """A folder of maps with one concept."""
    texts = {"concepts/tracking": CONCEPTS} | {f"libraries/{name}": text for name, text in libraries.items()}
    for name, text in texts.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


WRONG = {
    "a YAML error": (
        {"one": HEAD.format("one") + "- api: one.log(values)\n  concept: [tracking.log\n- x: y\n"},
        "one.yaml:6:",
        "not valid YAML: ",
    ),
    "an unknown placeholder in the concept": (
        {"one": HEAD.format("one") + "- api: one.log(values)\n  concept: tracking.log(values=valeus)\n"},
        "one.yaml:5:12: ",
        "unknown placeholder 'valeus' in 'tracking.log(values=valeus)' (known: values)",
    ),
    "an unknown placeholder in what is written": (
        {"one": HEAD.format("one") + "- concept: tracking.log\n  write: one.log({valeus})\n"},
        "one.yaml:5:10: ",
        "unknown placeholder 'valeus' (known: ",
    ),
    "two maps of one library": (
        {"one": HEAD.format("one") + ENTRY, "two": HEAD.format("one") + ENTRY},
        "two.yaml:1:10: ",
        "'one' is mapped already at ",
    ),
    "two maps that claim one API of a third package": (
        {name: HEAD.format(name) + FOREIGN for name in ("one", "two")},
        "two.yaml:4:8: ",
        "third.Logger is claimed already at ",
    ),
    "two entries that claim one API": (
        {"one": HEAD.format("one") + ENTRY + ENTRY},
        "one.yaml:6:8: ",
        "one.log is claimed already by the entry at line 4; keep one",
    ),
}


@pytest.mark.parametrize(("libraries", "place", "message"), WRONG.values(), ids=list(WRONG))
def test_a_bad_map_is_refused_at_its_place(
    tmp_path: Path, libraries: dict[str, str], place: str, message: str
) -> None:
    folder = maps(tmp_path, **libraries)
    with pytest.raises(MapError) as caught:
        read_atlas(folder).library("one")

    said = str(caught.value)
    assert said.startswith(f"{folder / 'libraries'}/{place}")
    assert message in said


def test_a_bad_map_stops_the_translation_as_wrong_usage(tmp_path: Path) -> None:
    libraries = {
        name: HEAD.format(name) + "- api: log(\n  concept: tracking.log()\n" for name in ("one", "two")
    }
    atlas = read_atlas(maps(tmp_path, **libraries))
    with pytest.raises(UsageError, match=r"/one\.yaml:4:8: expected a signature"):
        find_route("one", "two", atlas)


def test_the_packaged_maps_hold_together() -> None:
    atlas = read_atlas(packaged_maps())
    assert [atlas.library(name).name for name in atlas.names] == atlas.names


@pytest.mark.parametrize("name", ["wandb", "nothing"])
def test_two_libraries_that_are_one_or_none_are_wrong_usage(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        find_route(name, "wandb")


def plans(folder: Path, jobs: int) -> dict[str, Plan]:
    return {p.path.name: p for p in translate_paths([folder], Options("wandb", "mlflow", jobs=jobs))}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bad_source_is_the_error_of_its_own_plan(tmp_path: Path, jobs: int) -> None:
    bad = {
        "syntax.py": GOOD.encode() + b"x = (\n",
        "nul.py": GOOD.encode() + b"\0",
        "cookie.py": b"# coding: none\n" + GOOD.encode(),
        "book.ipynb": b'{"cells": wandb',
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    for number in range(40):
        (tmp_path / f"good_{number:02}.py").write_text(GOOD)

    found = plans(tmp_path, jobs)

    assert {name for name, plan in found.items() if plan.error is not None} == bad.keys()
    for name, data in bad.items():
        assert (found[name].before, found[name].after, found[name].edits) == (data, None, [])
    assert all(found[f"good_{number:02}.py"].changed for number in range(40))
    assert {gap.reason for gap in found["syntax.py"].gaps} == {GapReason.UNPARSABLE}
    assert [gap.site.api for gap in found["syntax.py"].gaps] == ["wandb", "wandb.log"]


def test_the_encoding_of_a_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_bytes(
        "# coding: latin-1\nimport wandb\nwandb.log({'é': 1.0})\n".encode("latin-1")
    )

    plan = plans(tmp_path, jobs=1)["train.py"]

    assert plan.error is None
    assert plan.after is not None
    assert plan.after.decode("latin-1").startswith("# coding: latin-1\nimport mlflow\n")
    assert "{'é': 1.0}" in plan.after.decode("latin-1")
