"""Oracle: what model registration must leave: a model that anybody can find, load and use."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapter.bench.oracle.names import same_name
from adapter.bench.oracle.trial import OracleError, Trial
from adapter.bench.recording.records import Library
from adapter.sandbox.run import mlflow_store

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOAD = {
    Library.MLFLOW: "import mlflow\nmodel = mlflow.pyfunc.load_model(folder)\n",
    Library.WANDB: "",
}


@dataclass(frozen=True, slots=True)
class Registered:
    """The newest version of a registered model; `folder` holds its files."""

    name: str
    version: int
    folder: Path
    flavors: frozenset[str] = frozenset()
    signature: bool = False
    example: bool = False


def registered(trial: Trial, name: str) -> Registered:
    """The registered model of this name, with all that belongs to it.

    For MLflow: a registered model with a version whose files are there, with a signature and an input
    example. For W&B, which is offline here: an artifact of type `model`.

    Raises:
        OracleError: one of these is missing.
    """
    if trial.store.library is Library.WANDB:
        return _from_wandb(trial, name)
    return _from_mlflow(trial, name)


def evaluate(trial: Trial, model: Registered, code: str) -> Any:
    """Run code in a fresh process, in the program's folder, and give what it binds `result` to.

    It finds the model's files at `folder`, and with MLflow the loaded model (pyfunc) as `model`.

    Raises:
        OracleError: the code ends with an error, because the model does not load or predict.
    """
    load = LOAD[trial.store.library]
    return trial.ask(f"folder = {str(model.folder)!r}\n{load}{code}")


def expect_close(found: Any, expected: Any, what: str, tolerance: float = 1e-5) -> None:
    """Two nested lists of numbers (or other values) are the same within a tolerance.

    Raises:
        OracleError: they differ in shape or in a value.
    """
    left, right = list(_flat(found)), list(_flat(expected))
    if len(left) != len(right):
        raise OracleError(f"{what}: {len(left)} values, expected {len(right)}")
    for one, other in zip(left, right, strict=True):
        if not _close(one, other, tolerance):
            raise OracleError(f"{what}: {one!r}, expected {other!r}")


def _from_mlflow(trial: Trial, name: str) -> Registered:
    from mlflow import MlflowClient

    store = mlflow_store(trial.after.workdir)
    if not store.is_dir():
        raise OracleError("nothing was recorded with MLflow")
    client = MlflowClient(tracking_uri=store.as_uri(), registry_uri=store.as_uri())
    versions = client.search_model_versions(f"name = '{name}'")
    if not versions:
        known = ", ".join(model.name for model in client.search_registered_models()) or "none"
        raise OracleError(f"no version of a model named {name!r} is registered; registered: {known}")
    newest = max(versions, key=lambda version: int(version.version))
    return _complete(name, int(newest.version), _files_of(client, name, str(newest.version)))


def _files_of(client: MlflowClient, name: str, version: str) -> Path:
    uri = client.get_model_version_download_uri(name, version)
    if uri.startswith("models:/m-"):
        uri = client.get_logged_model(uri.removeprefix("models:/")).artifact_location
    folder = Path(uri.removeprefix("file://"))
    if not (folder / "MLmodel").is_file():
        raise OracleError(f"the registered version {version} of {name} has no model files")
    return folder


def _complete(name: str, version: int, folder: Path) -> Registered:
    import yaml

    says = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
    signature, example = says.get("signature"), says.get("saved_input_example_info")
    if not signature or not signature.get("inputs") or not signature.get("outputs"):
        raise OracleError(f"the registered model {name} has no signature with inputs and outputs")
    if not example or not (folder / example["artifact_path"]).is_file():
        raise OracleError(f"the registered model {name} has no input example")
    return Registered(name, version, folder, frozenset(says["flavors"]), signature=True, example=True)


def _from_wandb(trial: Trial, name: str) -> Registered:
    models = [model for run in trial.store.runs for model in run.models]
    fitting = [model for model in models if model.name == name or same_name(model.name, name)]
    if not fitting:
        known = ", ".join(model.name for model in models) or "none"
        raise OracleError(f"no artifact of type model named {name!r} is logged; logged: {known}")
    newest = fitting[-1]
    if not newest.files:
        raise OracleError(f"the logged model {name} has no files")
    folder = trial.after.workdir / "registered" / str(len(fitting))
    for place, path in newest.files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / place)
    return Registered(newest.name, len(fitting), folder)


def _flat(value: Any) -> Sequence[Any]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        return _flat(json.loads(value))
    if isinstance(value, list | tuple):
        return [item for part in value for item in _flat(part)]
    if isinstance(value, dict):
        return [item for key in sorted(value) for item in _flat(value[key])]
    return [value]


def _close(left: Any, right: Any, tolerance: float) -> bool:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)
    return bool(left == right)
