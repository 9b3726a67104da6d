"""What is wrong with a map is said with its file, line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapter.graph.store import Atlas, UnknownLibraryError
from adapter.graph.yamlfile import MapError

TWICE = """\
- api: a.log(values)
  concept: tracking.log(values=values)
- api: a.log(values)
  concept: tracking.stop()
"""
WRONG = {
    "a value of the wrong kind": (
        "- api: a.log(values)\n  concept: tracking.log(values=values)\n  drops: [step]\n",
        "a.yaml:6:10: apis.0.drops: ['step'] is not of type 'object'",
    ),
    "a key that the schema does not know": (
        "- api: a.log(values)\n  concpet: tracking.log(values=values)\n",
        "a.yaml:4:3: apis.0: Additional properties are not allowed ('concpet' was unexpected)",
    ),
    "text that is no YAML": (
        "- api: a.log(values)\n  concept: [tracking.log\n",
        "a.yaml:6:1: not valid YAML: ",
    ),
    "a control character": (
        "- api: a.log(values)\n  note: \0\n",
        "a.yaml:5:9: not valid YAML: control characters are not allowed",
    ),
    "a value that is no date": (
        "- api: a.log(values)\n  note: 2020-13-99\n",
        "a.yaml:5:9: '2020-13-99' cannot be read as timestamp; put it in quotes if it is a text",
    ),
    "a tag that nothing reads": (
        "- api: a.log(values)\n  note: !path b\n",
        "a.yaml:5:9: 'b' cannot be read as !path; put it in quotes if it is a text",
    ),
    "an anchor that holds itself": (
        "- api: a.log(values)\n  drops: &all {step: *all}\n",
        "a.yaml:5:10: an anchor that holds itself; write the value out",
    ),
    "anchors that grow without end": (
        "- &a0 [x, x, x, x, x, x, x, x]\n"
        + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]\n" for n in range(1, 9)),
        "a.yaml:4:29: too many values; anchors within anchors grow without end",
    ),
    "a key that stands twice": (
        "- api: a.log(values)\n  concept: tracking.stop()\n  api: a.stop()\n",
        "a.yaml:6:3: the key 'api' stands twice; keep one",
    ),
    "a name in the concept that the API does not bind": (
        "- api: a.log(values)\n  concept: tracking.log(values=valeus)\n",
        "a.yaml:5:12: unknown placeholder 'valeus' in 'tracking.log(values=valeus)' (known: values)",
    ),
    "a placeholder that the concept does not have": (
        "- concept: tracking.log\n  write: a.log({valeus})\n",
        "a.yaml:5:10: unknown placeholder 'valeus' (known: ",
    ),
    "a concept that does not exist": (
        "- api: a.log(values)\n  concept: tracking.lgo(values=values)\n",
        "a.yaml:5:12: unknown concept 'tracking.lgo'; did you mean tracking.log",
    ),
    "an argument that the concept does not have": (
        "- api: a.log(values)\n  concept: tracking.log(numbers=values)\n",
        "a.yaml:5:12: tracking.log has no argument 'numbers' (it has: values, step)",
    ),
    "a converter that does not exist": (
        "- concept: tracking.log\n  write: a.log({values!nicely})\n",
        "a.yaml:5:10: unknown converter 'nicely' (known: ",
    ),
    "two entries for one API": (
        TWICE,
        "a.yaml:6:8: a.log is claimed already by the entry at line 4; keep one, or tell them apart",
    ),
    "a signature that cannot be read": (
        "- api: a.log(values\n  concept: tracking.stop()\n",
        "a.yaml:4:8: expected a signature like 'library.call(first, second=None)', got 'a.log(values'",
    ),
    "a template that is no Python": (
        "- concept: tracking.log\n  write: a.log({values}\n",
        "a.yaml:5:10: the template line 'a.log({values}' is not Python: '(' was never closed",
    ),
    "a loss of an argument that the entry does not bind": (
        "- api: a.log(values)\n  concept: tracking.log(values=values)\n  drops: {colour: it is lost}\n",
        "a.yaml:6:10: drops names 'colour', which the entry does not bind",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_map_is_refused_at_its_place(load: Callable[..., Atlas], text: str, message: str) -> None:
    with pytest.raises(MapError) as caught:
        load(a=text)
    path, _, rest = str(caught.value).rpartition("/")
    assert Path(path).name == "libraries"
    assert rest.startswith(message)


def test_two_maps_of_one_library_are_refused(load: Callable[..., Atlas]) -> None:
    text = "library: a\ndistribution: a\napis: []\n"
    with pytest.raises(MapError, match=r"b\.yaml:1:10: .*'a' is mapped already at .*a\.yaml:1; keep one"):
        load(a=text, b=text)


def test_a_concept_that_stands_twice_is_refused(load: Callable[..., Atlas], concepts: str) -> None:
    twice = concepts + "- concept: tracking.stop()\n  doc: End again.\n"
    with pytest.raises(MapError, match=r"tracking\.yaml:13:12: the concept tracking\.stop is defined twice"):
        load(twice, a="- api: a\n  concept: tracking.stop()\n")


def test_a_file_that_is_not_utf8_is_refused(
    write_maps: Callable[..., Path], load: Callable[..., Atlas]
) -> None:
    folder = write_maps(a="[]")
    (folder / "libraries" / "b.yaml").write_bytes(b"library: caf\xe9\n")
    with pytest.raises(MapError, match=r"b\.yaml:1:1: not UTF-8: .*; save the file as UTF-8"):
        load(a="- api: a\n  concept: tracking.stop()\n")


def test_an_unknown_library_is_named_with_the_nearest(load: Callable[..., Atlas]) -> None:
    atlas = load(
        wandb="- api: wandb\n  concept: tracking.stop()\n",
        mlflow="- api: mlflow\n  concept: tracking.stop()\n",
    )
    with pytest.raises(UnknownLibraryError, match=r"no map for the library 'wanbd'; did you mean wandb\?"):
        atlas.library("wanbd")
