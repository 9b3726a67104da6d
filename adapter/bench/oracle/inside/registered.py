"""Oracle, inside: loads the registered MLflow model and compares what it predicts."""

from __future__ import annotations

import contextlib
import pickle
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


def look_at_model(name: str, expected: str) -> Facts:
    """What the registry holds under a name; `expected` is a pickle of inputs and outputs."""
    from mlflow import MlflowClient
    from mlflow.models import get_model_info

    client = MlflowClient()
    names = [model.name for model in client.search_registered_models()]
    versions = client.search_model_versions(f"name='{name}'")
    if not versions:
        return {"names": names, "versions": 0}
    version = max(versions, key=lambda item: int(item.version))
    uri = f"models:/{name}/{version.version}"
    info = get_model_info(uri)
    run = client.get_run(version.run_id).info if version.run_id else None
    signature = info.signature
    facts: Facts = {
        "names": names,
        "versions": len(versions),
        "run": run.run_name if run else "",
        "run_status": run.status if run else "FINISHED",
        "signature_inputs": bool(signature and signature.inputs),
        "signature_outputs": bool(signature and signature.outputs),
        "example": info.saved_input_example_info is not None,
        "flavors": sorted(info.flavors),
    }
    return facts | _predictions(uri, facts, pickle.loads(Path(expected).read_bytes()))  # noqa: S301


def _predictions(uri: str, facts: Facts, expected: Facts) -> Facts:
    found: Facts = {"difference": None, "error": "", "example_error": "", "example_fits": True}
    try:
        outputs = _predict(uri, facts["flavors"], expected["inputs"])
        found["difference"] = _difference(outputs, expected["outputs"])
    except Exception as error:  # noqa: BLE001
        found["error"] = f"{type(error).__name__}: {error}"
    if facts["example"]:
        try:
            found["example_fits"] = _try_example(uri, expected["inputs"])
        except Exception as error:  # noqa: BLE001
            found["example_error"] = f"{type(error).__name__}: {error}"
    return found


def _predict(uri: str, flavors: list[str], inputs: Any) -> Any:
    """What the model itself says, loaded by its own flavour."""
    import mlflow

    if "pytorch" in flavors:
        import torch

        module = mlflow.pytorch.load_model(uri)
        with contextlib.suppress(NotImplementedError):
            module.eval()  # an exported model has one mode only
        with torch.no_grad():
            return _in_batches(module, torch.as_tensor(inputs))
    if "keras" in flavors:
        return mlflow.keras.load_model(uri).predict(inputs, verbose=0)
    if "xgboost" in flavors:
        booster = mlflow.xgboost.load_model(uri)
        if type(booster).__name__ == "Booster":
            import xgboost

            return booster.predict(xgboost.DMatrix(inputs))
        return booster.predict(inputs)
    if "sklearn" in flavors:
        return mlflow.sklearn.load_model(uri).predict(inputs)
    return mlflow.pyfunc.load_model(uri).predict(inputs)


def _in_batches(module: Any, inputs: Any) -> Any:
    """The outputs of a module; row by row where it was exported for one row at a time."""
    import torch

    try:
        return module(inputs)
    except Exception:  # noqa: BLE001
        return torch.cat([module(row) for row in inputs.split(1)])


def _difference(found: Any, wanted: Any) -> float:
    """The largest difference, relative to the largest wanted value; infinite for another shape or label."""
    import numpy as np

    left = np.asarray(found.detach() if hasattr(found, "detach") else found)
    right = np.asarray(wanted)
    if left.shape != right.shape:
        return float("inf")
    if not np.issubdtype(right.dtype, np.number):
        return 0.0 if bool((left == right).all()) else float("inf")
    scale = max(float(np.abs(right.astype(float)).max()), 1e-9)
    return float(np.abs(left.astype(float) - right.astype(float)).max()) / scale


def _try_example(uri: str, inputs: Any) -> bool:
    """Predict the model's own input example through its signature; whether its rows are like the inputs."""
    import mlflow

    model = mlflow.pyfunc.load_model(uri)
    example = model.input_example
    if hasattr(example, "items") and not hasattr(example, "shape"):
        return bool(model.predict(example) is not None)
    model.predict(example)
    return tuple(example.shape[1:]) == tuple(inputs.shape[1:])
