"""Bench: reads the files that W&B writes when it is offline.

W&B's own bookkeeping is left out: keys that start with "_" (`_wandb`, `_runtime`, `_timestamp`, `_step`),
system statistics, console output, and the artifacts in which it keeps tables and source code.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from adapter.bench.recording.records import (
    Library,
    LoggedModel,
    Recording,
    RunRecord,
    add_file,
    parameter_text,
    same_number,
    table_of,
    tag_word,
)

FILE_HEADER = 7
BLOCK = 32768
RECORD_HEADER = struct.Struct("<IHB")
FULL, LAST = 1, 4
Message = Any
MODEL_TYPE = "model"
OWN_ARTIFACT_TYPES = frozenset({"run_table", "job", "code", "wandb-history"})


def read_wandb(folder: Path) -> Recording:
    """Read all runs below the folder that WANDB_DIR named."""
    recording = Recording(Library.WANDB)
    runs = [_read_run(path) for path in folder.glob("wandb/*run-*/run-*.wandb")]
    for _started, project, record in sorted(runs, key=lambda run: run[0]):
        recording.project = recording.project or ("" if project == "uncategorized" else project)
        recording.runs.append(record)
    return recording


def records_of(data: bytes) -> Iterator[bytes]:
    """Split a run file into its records: blocks as in a LevelDB log, after a header of seven bytes."""
    position, parts = FILE_HEADER, b""
    while position + RECORD_HEADER.size <= len(data):
        rest_of_block = BLOCK - position % BLOCK
        if rest_of_block < RECORD_HEADER.size:
            position += rest_of_block
            continue
        _checksum, length, kind = RECORD_HEADER.unpack_from(data, position)
        position += RECORD_HEADER.size
        parts += data[position : position + length]
        position += length
        if kind in {FULL, LAST}:
            yield parts
            parts = b""


class _Run:
    """Collects the records of one run."""

    def __init__(self, files: Path, other: int) -> None:
        self.files = files
        self.other = other
        self.record = RunRecord(finished=False)
        self.project = ""
        self.started = (0, 0)
        self.config: dict[str, Any] = {}
        self.summary: dict[str, Any] = {}
        self.rows: list[tuple[int, dict[str, Any]]] = []

    def take(self, message: Message) -> None:
        kind = message.WhichOneof("record_type")
        if kind == "run":
            self._take_run(message.run)
        elif kind == "config":
            _update(self.config, message.config.update)
        elif kind == "history":
            row: dict[str, Any] = {}
            _update(row, message.history.item)
            self.rows.append((message.history.step.num, row))
        elif kind == "summary":
            _update(self.summary, message.summary.update)
            for item in message.summary.remove:
                self.summary.pop(item.key or item.nested_key[0], None)
        elif kind == "artifact" and message.artifact.type not in OWN_ARTIFACT_TYPES:
            self._take_artifact(message.artifact)
        elif kind == "files":
            self._take_files(message.files)
        elif kind == "exit":
            self.record.finished = message.exit.exit_code == 0

    def _take_run(self, run: Message) -> None:
        self.project = run.project
        self.started = (run.start_time.seconds, run.start_time.nanos)
        self.record.name = run.display_name
        self.record.notes = run.notes
        self.record.tags = set(run.tags)
        for key, value in (("group", run.run_group), ("job_type", run.job_type)):
            if value:
                self.record.tags.add(tag_word(key, value))
        _update(self.config, run.config.update)

    def _take_artifact(self, artifact: Message) -> None:
        files = {entry.path: Path(entry.local_path) for entry in artifact.manifest.contents}
        for name, path in files.items():
            add_file(self.record, name, path)
        if artifact.type == MODEL_TYPE:
            self.record.models.append(LoggedModel(artifact.name, files))

    def _take_files(self, files: Message) -> None:
        for item in files.files:
            if item.type == self.other and not item.path.startswith("media/"):
                add_file(self.record, item.path, self.files / item.path)

    def finish(self) -> RunRecord:
        self.record.params = {
            key: parameter_text(value) for key, value in self.config.items() if not key.startswith("_")
        }
        for step, row in self.rows:
            for key, value in _values(row):
                if isinstance(value, dict):
                    self._take_media(key, value)
                elif (number := _number(value)) is not None:
                    self.record.metrics.setdefault(key, []).append((step, number))
        for key, value in _values(self.summary):
            self._take_summary(key, value)
        return self.record

    def _take_media(self, key: str, value: dict[str, Any]) -> None:
        # W&B lists the media file by the whole key; MLflow's picture is a file, whose folder is not its name.
        name = key.rpartition("/")[2]
        self.record.media.add(name)
        if value["_type"] == "table-file":
            self.record.tables[name] = table_of((self.files / value["path"]).read_text(encoding="utf-8"))

    def _take_summary(self, key: str, value: Any) -> None:
        history = self.record.metrics.get(key)
        number = None if isinstance(value, dict) else _number(value)
        if isinstance(value, str) and number is None:
            self.record.tags.add(tag_word(key, value))
        elif number is not None and (history is None or not same_number(history[-1][1], number)):
            self.record.summary[key] = number


def _read_run(path: Path) -> tuple[tuple[int, int], str, RunRecord]:
    # W&B's protobuf classes are made when they are imported: no type checker knows them.
    from wandb.proto import wandb_internal_pb2

    messages: Any = wandb_internal_pb2
    run = _Run(path.parent / "files", messages.FilesItem.OTHER)
    for data in records_of(path.read_bytes()):
        message = messages.Record()
        message.ParseFromString(data)
        run.take(message)
    return run.started, run.project, run.finish()


def _update(target: dict[str, Any], items: Iterable[Any]) -> None:
    for item in items:
        *outer, last = item.nested_key or [item.key]
        place = target
        for key in outer:
            inner = place.get(key)
            if not isinstance(inner, dict):
                inner = place[key] = {}
            place = inner
        place[last] = json.loads(item.value_json)


def _values(row: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a row: nested names joined with dots, as W&B shows them; media stay whole."""
    for key, value in row.items():
        if not prefix and key.startswith("_"):
            continue
        if isinstance(value, dict) and "_type" not in value:
            yield from _values(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _number(value: object) -> float | None:
    if isinstance(value, bool | int | float):
        return float(value)
    return float(value) if value in {"NaN", "Infinity", "-Infinity"} else None
