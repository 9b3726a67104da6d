"""Small maps, written to a folder for one test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.graph.store import Atlas, read_atlas

CONCEPTS = """\
room: tracking
concepts:
- concept: tracking.log(values, step=None)
  doc: Record several values.
- concept: tracking.log_one(name, value, step=None)
  doc: Record one value.
  same_as: "tracking.log(values={name: value}, step=step)"
- concept: tracking.note(name, value)
  doc: Record one value for ever.
  same_as: tracking.log_one(name=name, value=value)
- concept: tracking.stop()
  doc: End.
"""

HEAD = "library: {name}\ndistribution: {name}\napis:\n"


@pytest.fixture
def write_maps(tmp_path: Path) -> Callable[..., Path]:
    """Writes the concepts and one file for each keyword; the text of a map may leave out its head."""

    def write(concepts: str = CONCEPTS, **libraries: str) -> Path:
        for name, text in {
            "concepts/tracking": concepts,
            **{f"libraries/{n}": t for n, t in libraries.items()},
        }.items():
            path = tmp_path / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            body = textwrap.dedent(text)
            if name.startswith("libraries/") and not body.startswith("library:"):
                body = HEAD.format(name=path.stem) + body
            path.write_text(body, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def load(write_maps: Callable[..., Path]) -> Callable[..., Atlas]:
    """Reads small maps, every library of them."""

    def read(concepts: str = CONCEPTS, **libraries: str) -> Atlas:
        atlas = read_atlas(write_maps(concepts, **libraries))
        for name in atlas.names:
            atlas.library(name)
        return atlas

    return read


@pytest.fixture
def concepts() -> str:
    """The text of the concepts that small maps speak of, to add to."""
    return CONCEPTS
