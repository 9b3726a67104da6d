"""The first map of a library: it holds together as it is, and what was guessed is marked."""

from __future__ import annotations

from pathlib import Path

from adapter.graph.api_index import unpacked
from adapter.graph.beginning import begin_map
from adapter.graph.store import packaged_atlas, with_files

PACKAGE = {
    "tiny/__init__.py": "from tiny.run import *\n",
    "tiny/run.py": """
class Writer:
    def log_scalar(self, tag, value, global_step=None, walltime=None):
        "Adds a scalar."

def open_writer(path) -> Writer: ...
def log_params(params): ...
def frobnicate(*things, depth, **more):
    "Does: something else. Really."
""",
    "tiny-1.0.dist-info/METADATA": "Name: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/RECORD": "tiny/__init__.py,,\ntiny/run.py,,\n",
}


def test_a_begun_map_is_read_by_adapter(tmp_path: Path) -> None:
    for name, text in PACKAGE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    atlas = packaged_atlas()
    path = tmp_path / "tiny.yaml"
    path.write_text(begin_map(unpacked(tmp_path), atlas.concepts, "file:///schema.json"))
    library = with_files(atlas, [path]).library("tiny")
    found = {entry.name: entry for entry in library.entries}
    assert found["tiny.Writer.log_scalar"].concept == "tracking.log_metric"
    assert found["tiny.log_params"].concept == "tracking.log_params"
    assert found["tiny.frobnicate"].gap.startswith("TODO")
    assert library.types["tiny.Writer"].made_by == ("tiny.Writer()", "tiny.open_writer()")
    written = path.read_text()
    assert written.startswith("# yaml-language-server: $schema=file:///schema.json\n")
    assert 'walltime: "TODO what is lost"' in written
