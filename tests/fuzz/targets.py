"""What is fuzzed: for each room a check that takes any bytes and raises where something is not as it must be.

The first byte of an input picks among what a room can be asked (which libraries, which recipe), the rest is
the file.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route
from adapter.graph.store import packaged_atlas, with_files
from adapter.graph.yamlfile import MapError
from adapter.inline.file import inline_file
from adapter.inline.pipeline import Options, request_of
from adapter.inline.recipe import Request, packaged_recipe, read_recipe, recipe_names
from adapter.names.uses import Names
from adapter.plan import Change, Plan, Span
from adapter.source.errors import SourceError
from adapter.source.syntax import first_syntax_error
from adapter.source.text import Source, encode_source, read_source, rewrite
from adapter.translate.file import translate_file
from adapter.translate.pipeline import find_route
from tests.fuzz import seeds

PROGRAM, NOTEBOOK = Path("train.py"), Path("train.ipynb")


@dataclass(frozen=True, slots=True)
class Target:
    """A check, what to begin with, and words that inputs are made of."""

    check: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    words: Callable[[], Sequence[bytes]]


def check_source(data: bytes) -> None:
    """A file comes back byte for byte or is refused with a message, and its places are where they are."""
    raw = data[1:]
    try:
        source = read_source(PROGRAM, raw)
    except SourceError as refused:
        _is_said(refused.error.message)
        return
    assert encode_source(source, source.data) == raw
    assert rewrite(source, []) == raw
    _places_hold(source)
    problem = first_syntax_error(source)
    if problem is not None:
        assert not compiles(source.data), problem


def check_notebook(data: bytes) -> None:
    """A notebook comes back byte for byte; a change in one cell changes the source of that cell alone."""
    raw = data[1:]
    try:
        source = read_source(NOTEBOOK, raw)
    except SourceError as refused:
        _is_said(refused.error.message)
        return
    assert encode_source(source, source.data) == raw
    assert rewrite(source, []) == raw
    _places_hold(source)
    first_syntax_error(source)
    if not source.cells:
        return
    cell = source.cells[data[0] % len(source.cells)]
    after = rewrite(source, [Change(Span(cell.start, cell.start), "import mlflow\n")])
    before_cells, after_cells = json.loads(raw.decode("utf-8-sig")), json.loads(after.decode("utf-8-sig"))
    changed = after_cells["cells"][cell.number - 1]
    assert "".join(changed["source"]).startswith("import mlflow\n")
    changed["source"] = before_cells["cells"][cell.number - 1]["source"]
    assert before_cells == after_cells


def check_names(data: bytes) -> None:
    """Every use lies in the file, once, and asking anew gives the same."""
    library = _libraries()[data[0] % len(_libraries())]
    source = _readable(PROGRAM, data[1:])
    if source is None:
        return
    names = Names(source, catalog_of(packaged_atlas().library(library)))
    found = [*names.uses(), *names.unknown_receivers()]
    for use in found:
        assert 0 <= use.node.start_byte < use.node.end_byte <= len(source.data)
    places = [(use.kind, use.api, use.node.start_byte, use.node.end_byte) for use in names.uses()]
    assert len(places) == len(set(places))


def check_translation(data: bytes) -> None:
    """A translated file parses, nothing overlaps, and a second run changes nothing."""
    way = _routes()[data[0] % len(_routes())]

    def plan(raw: bytes) -> Plan:
        return translate_file(PROGRAM, raw, way, catalog_of(way.source), None, unsafe=bool(data[0] & 1)).plan

    plan_holds(data[1:], plan)


def check_inlining(data: bytes) -> None:
    """A script with a recipe put into it parses, and a second run changes nothing."""
    request = requests()[data[0] % len(requests())]

    def plan(raw: bytes) -> Plan:
        return inline_file(PROGRAM, raw, request, packaged_atlas(), None)

    plan_holds(data[1:], plan)


def check_map(data: bytes) -> None:
    """A map or recipe is built or refused at a line and column."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.yaml"
        path.write_bytes(data[1:])
        try:
            atlas = with_files(packaged_atlas(), [path])
            for name in atlas.names:
                if atlas.library_documents[name] is not packaged_atlas().library_documents.get(name):
                    atlas.library(name)
        except MapError as refused:
            _is_said(refused.message, refused.line, refused.column)
    try:
        read_recipe("recipe", data[1:].decode("utf-8", "replace"))
    except MapError as refused:
        _is_said(refused.message, refused.line, refused.column)


def compiles(data: bytes) -> bool:
    """Whether Python itself takes the text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<source>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def plan_holds(raw: bytes, plan: Callable[[bytes], Plan]) -> None:
    """What holds of the plan of any file; `plan` makes one of the bytes of a file."""
    first = plan(raw)
    if first.error is not None:
        assert "report it" not in first.error.remedy + first.error.message, first.error
        assert not first.changed
        return
    if first.after is None:
        return
    source, after = read_source(PROGRAM, raw), read_source(PROGRAM, first.after)
    if compiles(source.data):
        assert compiles(after.data), "what is written does not parse"
    again = plan(first.after)
    assert again.error is None, again.error
    assert again.after in (None, first.after), "a second run changes something"


def _is_said(message: str, line: int = 1, column: int = 1) -> None:
    assert message
    assert line >= 1
    assert column >= 1


def _places_hold(source: Source) -> None:
    for offset in (0, len(source.data) // 2, len(source.data)):
        line, column, _ = source.place(offset)
        assert line >= 1
        assert column >= 1


def _readable(path: Path, raw: bytes) -> Source | None:
    try:
        return read_source(path, raw)
    except SourceError:
        return None


@cache
def _libraries() -> tuple[str, ...]:
    return tuple(packaged_atlas().names)


@cache
def _routes() -> tuple[Route, ...]:
    """One byte picks a route, so not every pair of libraries has one: each source has its targets in turn."""
    pairs = [(one, other) for one in _libraries() for other in _libraries() if one != other]
    return tuple(find_route(one, other) for one, other in pairs)


@cache
def requests() -> tuple[Request, ...]:
    """Every recipe with every library that it can be written with, and every method it knows."""
    found = []
    for name in recipe_names():
        recipe = packaged_recipe(name)
        for library in recipe.libraries:
            methods = recipe.choices.get("method", ())
            found += [request_of(Options(name, library, {"method": method})) for method in methods]
            found += [] if methods else [request_of(Options(name, library))]
    return tuple(found)


def _library_seeds() -> list[bytes]:
    """Programs, each behind the byte of its library."""
    return [
        bytes([number]) + program
        for number, library in enumerate(_libraries())
        for program in seeds.programs(library)
    ]


def _route_seeds() -> list[bytes]:
    """Programs, each behind the byte of a route from its library; the targets take turns."""
    found = []
    for library in _libraries():
        numbers = [number for number, way in enumerate(_routes()) if way.source.name == library]
        programs = seeds.programs(library)
        found += [bytes([numbers[turn % len(numbers)]]) + text for turn, text in enumerate(programs)]
    return found


def _script_seeds() -> list[bytes]:
    count = len(requests())
    return [bytes([turn % count]) + text for turn, text in enumerate(seeds.scripts())]


def _plain(texts: Callable[[], Sequence[bytes]]) -> Callable[[], list[bytes]]:
    return lambda: [b"\0" + text for text in texts()]


def _library_words() -> list[bytes]:
    return [*b"run self lambda await yield * **".split(), *(name.encode() for name in _libraries())]


def _python_words() -> list[bytes]:
    return rb"print exec await lambda match case := -> f\'{ 0777 <> ` @ \ # coding: latin-1".split()


def _json_words() -> list[bytes]:
    return rb'"source" "cell_type" "code" [ ] { } , null 1e400 "\ud800" "\u000a" "!pip" "%%bash" NaN'.split()


def _yaml_words() -> list[bytes]:
    return b"api concept write entries examples extends on types &a *a << ! ? | > null {} [] - : 1.0".split()


TARGETS = {
    "source": Target(check_source, _plain(seeds.scripts), _python_words),
    "names": Target(check_names, _library_seeds, _library_words),
    "translate": Target(check_translation, _route_seeds, _library_words),
    "inline": Target(check_inlining, _script_seeds, _library_words),
    "notebook": Target(check_notebook, _plain(seeds.notebooks), _json_words),
    "maps": Target(check_map, _plain(seeds.documents), _yaml_words),
}
