"""The texts that fuzzing begins with: programs, notebooks and maps of this repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from adapter.graph.store import packaged_atlas
from adapter.translate.examples import examples_of

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
MOST_BYTES = 20_000


@cache
def programs(library: str) -> tuple[bytes, ...]:
    """Small programs that use a library: the examples of its map, and the demo where there is one."""
    found = dict.fromkeys(example.before.encode() for example in examples_of(packaged_atlas(), library))
    demo = CORPUS / "demo" / library
    return (*found, *_texts(path for path in sorted(demo.glob("*.py"))))


@cache
def scripts() -> tuple[bytes, ...]:
    """Scripts that train something: the examples of the recipes, and what the benchmark begins with."""
    found: list[bytes] = []
    for path in sorted((ROOT / "tests" / "inline" / "examples").glob("*.yaml")):
        found += [str(item["before"]).encode() for item in yaml.safe_load(path.read_text("utf-8"))]
    return (*found, *_texts(sorted(CORPUS.glob("tasks/*/*/before.py"))))


@cache
def notebooks() -> tuple[bytes, ...]:
    """Notebooks as Jupyter writes them, and some that other tools write."""
    whole = list(_texts(sorted(CORPUS.glob("**/*.ipynb"))))
    return (*whole, *(json.dumps(json.loads(each), separators=(",", ":")).encode() for each in whole[:2]))


@cache
def documents() -> tuple[bytes, ...]:
    """Maps, recipes and upgrade rules, whole where they are short, else their first entries."""
    paths = [
        *ROOT.glob("api_maps/*/*.yaml"),
        *ROOT.glob("rules/inline/*.yaml"),
        *ROOT.glob("rules/upgrade/*.yaml"),
    ]
    return tuple(_head(path.read_bytes()) for path in sorted(paths))


def _head(data: bytes, most: int = 3_000) -> bytes:
    """The text up to the last entry that begins within the first `most` bytes."""
    if len(data) <= most:
        return data
    return data[: data.rfind(b"\n- ", 0, most) + 1]


def _texts(paths: Iterator[Path] | list[Path]) -> Iterator[bytes]:
    return (data for path in paths if len(data := path.read_bytes()) <= MOST_BYTES)
