"""Maps from installed packages and from a project's folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from adapter.graph.discovery import found_atlas
from adapter.graph.yamlfile import MapError

MAP = """\
library: {name}
distribution: {name}
apis:
- api: {api}
  concept: tracking.finish()
"""


def write(path: Path, name: str, api: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(MAP.format(name=name, api=api))
    return path


def test_a_project_has_maps_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / ".adapter/maps/ours.yaml", "ours", "ours.stop()")
    (tmp_path / "src").mkdir()
    assert "ours" in found_atlas([tmp_path / "src"]).names
    assert "wandb" in found_atlas([tmp_path / "src"]).names
    assert "ours" not in found_atlas([tmp_path.parent]).names


def test_a_package_ships_maps_without_being_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "theirs/maps/theirs.yaml", "theirs", "theirs.stop()")
    (tmp_path / "theirs/__init__.py").write_text("raise RuntimeError('imported')")
    info = tmp_path / "theirs-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: theirs\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[adapter.maps]\ntheirs = theirs.maps\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert "theirs" in found_atlas([]).names


def test_two_maps_of_one_library_are_an_error_with_both_places(tmp_path: Path) -> None:
    path = write(tmp_path / ".adapter/maps/again.yaml", "wandb", "wandb.stop()")
    with pytest.raises(MapError) as raised:
        found_atlas([tmp_path])
    assert f"{path}:1" in str(raised.value)
    assert "libraries/wandb.yaml:2" in str(raised.value)


def test_two_maps_that_claim_one_api_are_an_error_with_both_places(tmp_path: Path) -> None:
    first = write(tmp_path / ".adapter/maps/first.yaml", "first", "other.stop()")
    second = write(tmp_path / ".adapter/maps/second.yaml", "second", "other.stop()")
    with pytest.raises(MapError) as raised:
        found_atlas([tmp_path])
    assert f"{second}:4" in str(raised.value)
    assert f"{first}:4" in str(raised.value)
