"""Bench: reads an MLflow file store with MLflow's own client.

MLflow's bookkeeping is left out: tags that start with "mlflow." (but for the run's description), the tags
"artifact." by which a translated program finds an artifact again, system metrics, and the thumbnails of
logged images. A generated run name (adjective-noun-number) counts as none.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from adapter.bench.recording.records import (
    Library,
    LoggedModel,
    Recording,
    RunRecord,
    add_file,
    media_key,
    parameter_text,
    table_of,
    tag_word,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModelOutput, Run

GENERATED_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")
NOTES_TAG = "mlflow.note.content"
BOOKKEEPING = ("mlflow.", "artifact.")
PARENT_TAG = "mlflow.parentRunId"
TABLES_TAG = "mlflow.loggedArtifacts"
# `log_image(key=...)` names its files so; older versions write "%" for "+", a slash in the key is "#".
IMAGE_FILE = re.compile(r"images/(?:.*#)?(?P<key>[^#]+?)[+%]step[+%]\d+[+%]timestamp[+%]")


def read_mlflow(store: Path) -> Recording:
    """Read all runs of all experiments in a file store."""
    # MLflow refuses file stores, which are much faster to make than a database, unless this is set.
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow import MlflowClient

    recording = Recording(Library.MLFLOW)
    if not store.is_dir():
        return recording
    client = MlflowClient(tracking_uri=store.as_uri())
    projects = {item.experiment_id: item.name for item in client.search_experiments()}
    runs = client.search_runs(list(projects), order_by=["attributes.start_time ASC"])
    for run in sorted(runs, key=lambda run: run.info.start_time):
        project = projects[run.info.experiment_id]
        recording.project = recording.project or ("" if project == "Default" else project)
        recording.runs.append(_read_run(client, run))
    return recording


def _read_run(client: MlflowClient, run: Run) -> RunRecord:
    name = run.info.run_name or ""
    tags = run.data.tags
    record = RunRecord(
        name="" if GENERATED_NAME.fullmatch(name) else name,
        notes=tags.get(NOTES_TAG, ""),
        params={key: parameter_text(value) for key, value in run.data.params.items()},
        tags={tag_word(key, value) for key, value in tags.items() if not key.startswith(BOOKKEEPING)},
        finished=run.info.status == "FINISHED",
        nested=PARENT_TAG in tags,
    )
    for key in run.data.metrics:
        if not key.startswith("system/"):
            history = client.get_metric_history(run.info.run_id, key)
            record.metrics[key] = [(item.step, item.value) for item in history]
    tables = {item["path"] for item in json.loads(tags.get(TABLES_TAG, "[]")) if item["type"] == "table"}
    root = Path(run.info.artifact_uri.removeprefix("file://"))
    for path in sorted(root.rglob("*")):
        if path.is_file():
            _take_file(record, path.relative_to(root).as_posix(), path, tables)
    record.models = [_read_model(client, output.model_id) for output in _outputs(run)]
    return record


def _outputs(run: Run) -> list[LoggedModelOutput]:
    return list(run.outputs.model_outputs) if run.outputs else []


def _read_model(client: MlflowClient, model_id: str) -> LoggedModel:
    model = client.get_logged_model(model_id)
    root = Path(model.artifact_location.removeprefix("file://"))
    files = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
    return LoggedModel(model.name or "", files)


def _take_file(record: RunRecord, name: str, path: Path, tables: set[str]) -> None:
    if name in tables:
        key = media_key(name)
        record.media.add(key)
        record.tables[key] = table_of(path.read_text(encoding="utf-8"))
    elif image := IMAGE_FILE.match(name):
        record.media.add(image["key"])
    else:
        add_file(record, name, path)
