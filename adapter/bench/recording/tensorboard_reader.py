"""Bench: reads the event files that TensorBoard's writers leave.

A run is a folder with event files; folders below it are parts of it, because `add_hparams` makes one for
itself. Parameters are the hyper-parameters of `add_hparams` and what a text says: `name=value` by its tag,
or a JSON object, a dictionary, a `Namespace(...)` or a Markdown table of names and values.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adapter.bench.recording.records import Library, Recording, RunRecord, parameter_text

EVENT_FILES = "*tfevents*"
SESSION_START = "_hparams_/session_start_info"
TEXT_SUFFIX = "/text_summary"
TABLE_ROW = re.compile(r"^\s*\|?\s*(?P<name>[^|\n]+?)\s*\|\s*(?P<value>[^|\n]+?)\s*\|?\s*$", re.MULTILINE)
RULE = re.compile(r":?-+:?")


def read_tensorboard(folder: Path) -> Recording:
    """Read all runs below a folder; MLflow's and W&B's own folders are not looked into."""
    files = sorted(folder.rglob(EVENT_FILES)) if folder.is_dir() else []
    roots: list[Path] = []
    for place in sorted({file.parent for file in files}, key=lambda path: len(path.parts)):
        if not any(root in place.parents for root in roots):
            roots.append(place)
    recording = Recording(Library.TENSORBOARD)
    for root in sorted(roots, key=lambda path: min(file.stat().st_mtime for file in path.rglob(EVENT_FILES))):
        recording.runs.append(_read_run(root))
    return recording


def _read_run(root: Path) -> RunRecord:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    record = RunRecord()
    places = sorted({file.parent for file in root.rglob(EVENT_FILES)})
    for place in places:
        events: Any = EventAccumulator(str(place), size_guidance={"scalars": 0, "tensors": 0, "images": 0})
        events.Reload()
        _take_scalars(record, events, place.name if place != root else "")
        record.params.update(_parameters(events))
        record.media.update(events.Tags()["images"])
    return record


def _take_scalars(record: RunRecord, events: Any, below: str) -> None:
    """The scalars of one folder; `add_scalars` keeps each of its series in a folder `below`."""
    for tag in events.Tags()["scalars"]:
        series = [(event.step, event.value) for event in events.Scalars(tag)]
        if below and SESSION_START in events.summary_metadata:
            record.summary[tag] = series[-1][1]
        else:
            record.metrics.setdefault(_name_of_series(tag, below), []).extend(series)


def _name_of_series(tag: str, below: str) -> str:
    """`loss/val` for the values that `add_scalars("loss", {"val": ...})` keeps in the folder `loss_val`."""
    start = f"{tag.replace('/', '_')}_"
    return f"{tag}/{below.removeprefix(start)}" if below.startswith(start) else tag


def _parameters(events: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, metadata in events.summary_metadata.items():
        if tag == SESSION_START:
            found |= _hyperparameters(metadata.plugin_data.content)
        elif metadata.plugin_data.plugin_name == "text":
            name = tag.removesuffix(TEXT_SUFFIX)
            for event in events.Tensors(tag):
                found |= _parameters_of_text(name, event.tensor_proto.string_val[0].decode())
    return found


def _hyperparameters(content: bytes) -> dict[str, str]:
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    data: Any = HParamsPluginData.FromString(content)
    found = {}
    for name, value in data.session_start_info.hparams.items():
        kind = value.WhichOneof("kind")
        found[name] = parameter_text(getattr(value, kind) if kind else "")
    return found


def _parameters_of_text(name: str, text: str) -> dict[str, str]:
    stated = _stated(text)
    if stated is None:
        return {name: parameter_text(text)}
    return {key: parameter_text(value) for key, value in stated.items()}


def _stated(text: str) -> Mapping[str, object] | None:
    """The names and values that a text states, or None when it is a plain value."""
    plain = text.strip().strip("`").strip()
    try:
        loaded = json.loads(plain)
    except ValueError:
        loaded = _literal(plain)
    if isinstance(loaded, dict):
        return {str(key): value for key, value in loaded.items()}
    rows = list(_rows(text))
    return dict(rows) or None


def _literal(text: str) -> object:
    """A dictionary or the arguments of `Namespace(...)`."""
    try:
        tree = ast.parse(text, mode="eval").body
        if isinstance(tree, ast.Call):
            return {item.arg: ast.literal_eval(item.value) for item in tree.keywords if item.arg}
        return ast.literal_eval(tree)
    except (ValueError, SyntaxError):
        return None


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """The rows of a table with two columns, without its head."""
    found = [(match["name"], match["value"]) for match in TABLE_ROW.finditer(text)]
    rules = [index for index, (name, _value) in enumerate(found) if RULE.fullmatch(name)]
    yield from found[rules[0] + 1 :] if rules else found
