"""The picture of the graph: every concept and API that the maps have is in it."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from adapter.graph.drawing import draw_html, draw_svg
from adapter.graph.store import Atlas, packaged_atlas

TEXT = "{http://www.w3.org/2000/svg}text"


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(TEXT)]


def test_concepts_and_apis_are_drawn(load: Callable[..., Atlas]) -> None:
    atlas = load(
        a="- api: a.log(values)\n  concept: tracking.log(values=values)\n",
        b="- concept: tracking.log\n  write: b.put({values})\n  fidelity: lossy\n  note: slower\n",
    )
    found = texts(draw_svg(atlas))
    assert "tracking" in found
    assert any(text.endswith("log") for text in found)
    assert "a.log: exactlog()" in [text.replace("log(): exact", "a.log: exact") for text in found]
    assert "put: slowerput" in found
    assert found[-1].startswith("2 APIs, 1 concepts, 2 libraries")


def test_the_whole_graph_is_one_well_formed_picture() -> None:
    drawn = texts(draw_svg(packaged_atlas()))
    assert len(drawn) > 300
    assert "tracking" in drawn
    page = draw_html(packaged_atlas())
    assert page.startswith("<!doctype html>")
    assert "<script" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
