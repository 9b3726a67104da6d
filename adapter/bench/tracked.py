"""Bench: a run of the benchmark logged to MLflow: a run there per cell, with settings, rates and report."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from adapter.bench.summary import ALL, Rates, rates
from adapter.bench.trials import Record


class NotTrackedError(Exception):
    """The run could not be logged; the message says why."""


def log_to_mlflow(name: str, records: Sequence[Record], folder: Path) -> str:
    """Log every cell of a run; where the store is. `MLFLOW_TRACKING_URI` decides, else the run's folder.

    A cell that was logged before gets its new figures into the same MLflow run.

    Raises:
        NotTrackedError: MLflow is not installed, or its store does not take the run.
    """
    try:
        import mlflow
    except ImportError as error:
        raise NotTrackedError("MLflow is not installed; pip install 'mlops-adapter[bench]'") from error
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(folder / 'mlflow.db').resolve()}"
    try:
        mlflow.set_tracking_uri(uri)
        experiment = f"adapter bench {name}"
        if mlflow.get_experiment_by_name(experiment) is None:
            place = (
                None
                if "MLFLOW_TRACKING_URI" in os.environ
                else (folder / "mlflow-artifacts").resolve().as_uri()
            )
            mlflow.create_experiment(experiment, artifact_location=place)
        mlflow.set_experiment(experiment)
        for rate_group in _by_cell(rates(records, lambda record: record.family)):
            _log_cell(experiment, rate_group, folder)
    except (mlflow.exceptions.MlflowException, OSError) as error:
        raise NotTrackedError(f"MLflow at {uri} did not take the run: {error}") from error
    return uri


def _by_cell(found: Sequence[Rates]) -> Iterator[list[Rates]]:
    for cell in dict.fromkeys(rate.cell for rate in found):
        yield [rate for rate in found if rate.cell == cell]


def _log_cell(experiment: str, found: Sequence[Rates], folder: Path) -> None:
    import mlflow

    cell = found[0].cell
    known = mlflow.search_runs(
        experiment_names=[experiment], filter_string=f"tags.cell = '{cell.key}'", output_format="list"
    )
    with mlflow.start_run(run_id=known[0].info.run_id if known else None, run_name=cell.label):
        mlflow.set_tag("cell", cell.key)
        if not known:
            mlflow.log_params(asdict(cell))
        mlflow.log_metrics(
            {key: value for rate in found for key, value in _metrics(rate) if not math.isnan(value)}
        )
        for path in (*folder.glob("report.*"), *folder.glob("*.png"), *folder.glob("*.yaml")):
            mlflow.log_artifact(str(path))


def _metrics(rate: Rates) -> Iterator[tuple[str, float]]:
    prefix = "" if rate.group == ALL else f"{rate.group}/"
    yield f"{prefix}pass_1", rate.pass_1.value
    yield f"{prefix}pass_3", rate.pass_3.value
    yield f"{prefix}all_3", rate.all_3.value
    yield f"{prefix}trials", float(rate.trials)
    if rate.group == ALL:
        yield from (("calls", float(rate.calls)), ("tokens", float(rate.tokens)), ("cost", rate.cost))
        yield from (("reach", rate.reach), ("by_rules", rate.by_rules), ("seconds", rate.seconds))
