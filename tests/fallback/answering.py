"""Answers about regions, as the tests of the fence and of filling need them."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path

from adapter.fallback.fence.candidate import Candidate, Ground, read_answer
from adapter.fallback.regions import find_regions
from adapter.graph.api_index import ApiIndex, installed
from adapter.graph.catalogs import catalog_of
from adapter.graph.store import packaged_atlas
from adapter.names.uses import Names
from adapter.plan import Span
from adapter.source.text import read_source

FILE = """\
import wandb

def train(loss, rank, seen, scale):
    scale[rank] = seen
    REGION
    print(seen, best)
"""


@cache
def mlflow_index() -> ApiIndex:
    return installed("mlflow")


def ground_of(text: str, source: str = "wandb", target: str = "mlflow") -> Ground:
    """The ground of the one region of a file."""
    atlas = packaged_atlas()
    library = atlas.library(source)
    file = read_source(Path("train.py"), text.encode())
    names = Names(file, catalog_of(library))
    uses = [use for use in names.uses() if use.kind != "import" and "mystery" in use.api]
    regions, left = find_regions(file, names, [Span(use.node.start_byte, use.node.end_byte) for use in uses])
    assert not left
    assert len(regions) == 1, [region.text for region in regions]
    return Ground(file, names, regions[0], library, atlas.library(target), mlflow_index())


def file_with(region: str, file: str = FILE) -> str:
    """A file with statements put where REGION stands, with the indentation of that line."""
    line = next(line for line in file.splitlines() if "REGION" in line)
    spaces = line.removesuffix("REGION")
    return file.replace(line, textwrap.indent(region.rstrip(), spaces))


def candidate_of(region: str, answer: str, file: str = FILE, *, complete: bool = True) -> Candidate:
    """An answer, in a fence or with its own text around, about the region of a file."""
    return read_answer(answer, complete, ground_of(file_with(region, file)))


def fenced(code: str) -> str:
    return f"```python\n{code.rstrip()}\n```"
