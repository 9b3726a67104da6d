"""Maps held against a package: what they read and write exists and binds, or the row says why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.graph.api_index import ApiIndex, installed, unpacked
from adapter.graph.checking import Row, check_map, inside
from adapter.graph.store import Atlas, packaged_maps, read_atlas

PACKAGE = """
def log(values, step=None): ...
def stop(): ...
class Run:
    def note(self, name, value): ...
def start() -> Run: ...
"""

MAP = """
types:
  Run: {{made_by: [tiny.start()]}}
apis:
- api: {api}
  concept: {concept}
  write: {write}
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., ApiIndex]:
    def build(version: str = "1.0", text: str = PACKAGE) -> ApiIndex:
        folder = tmp_path / f"tiny-{version}"
        for name, content in {
            "tiny/__init__.py": text,
            f"tiny-{version}.dist-info/METADATA": f"Name: tiny\nVersion: {version}\n",
            f"tiny-{version}.dist-info/RECORD": "tiny/__init__.py,,\n",
        }.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return unpacked(folder)

    return build


def rows(load: Callable[..., Atlas], *indexes: ApiIndex, **entry: str) -> list[Row]:
    head = 'library: tiny\ndistribution: tiny\nversions: ">=1"\n'
    return check_map(load(tiny=head + MAP.format(**entry).lstrip()), "tiny", indexes)


LOG = {"api": "tiny.log(values, step=None)", "concept": "tracking.log(values=values, step=step)"}


@pytest.mark.parametrize(
    ("entry", "verdicts", "reason"),
    [
        (LOG | {"write": "tiny.log({values}, step={step})"}, ["fits", "fits"], ""),
        (
            LOG | {"write": "tiny.log({values}, at={step})"},
            ["fits", "arguments"],
            "unexpected keyword argument 'at'",
        ),
        (LOG | {"write": "tiny.record({values})"}, ["fits", "missing"], "tiny has no record"),
        (
            {
                "api": "tiny.log(step=None, values=None)",
                "concept": "tracking.log(values=values, step=step)",
                "write": '""',
            },
            ["arguments"],
            "parameter 1 is 'values', not 'step'",
        ),
        (
            {
                "api": "Run.note(name, value, unit=None)",
                "concept": "tracking.note(name=name, value=value)",
                "write": "tiny.start().note({name}, {value}, 3)",
            },
            ["arguments", "arguments"],
            "too many positional arguments",
        ),
    ],
)
def test_uses_are_bound(
    load: Callable[..., Atlas],
    tiny: Callable[..., ApiIndex],
    entry: dict[str, str],
    verdicts: list[str],
    reason: str,
) -> None:
    found = rows(load, tiny(), **entry)
    used = [row for row in found if row.claim.name.startswith("tiny") and row.claim.text != "tiny.start()"]
    assert [row.findings[0].verdict for row in used] == verdicts
    assert reason in used[-1].findings[0].reason


def test_what_is_written_has_to_fit_each_version_described_and_what_is_read_one(
    load: Callable[..., Atlas], tiny: Callable[..., ApiIndex]
) -> None:
    indexes = [tiny("1.0"), tiny("2.0", PACKAGE.replace("log", "record"))]
    read, written = rows(load, *indexes, **LOG, write="tiny.log({values})")
    assert [f.verdict for f in written.findings] == ["fits", "missing"]
    assert (read.faults([True, True]), written.faults([True, True])) == (False, True)
    assert written.faults([True, False]) is False
    assert [inside("<2", index) for index in indexes] == [True, False]


def test_a_fault_has_its_place(load: Callable[..., Atlas], tiny: Callable[..., ApiIndex]) -> None:
    row = rows(load, tiny(), **LOG, write="tiny.record({values})")[-1]
    assert (Path(row.path).name, row.line) == ("tiny.yaml", 7)


@pytest.mark.parametrize("library", ["optuna", "nncf", "wandb", "mlflow"])
def test_what_our_maps_write_fits_the_installed_libraries(library: str) -> None:
    atlas = read_atlas(packaged_maps())
    index = installed(atlas.library(library).distribution)
    written = [row for row in check_map(atlas, library, [index]) if row.claim.is_written]
    assert len(written) > 5
    assert [
        f"{row.line}: {row.claim.text}: {row.findings[0].reason}" for row in written if row.faults([True])
    ] == []
