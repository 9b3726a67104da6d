"""Oracle: what optimising a model with NNCF must do, wherever the model is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapter.bench.oracle.trial import OracleError, Trial
from adapter.sandbox.run import Execution

# By method: the functions of NNCF that do it, and how the names of the operators end that they put in.
METHODS: Mapping[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "quantise": (
        frozenset({"quantize", "quantize_with_accuracy_control"}),
        ("Quantizer", "QuantizeLinear", "FakeQuantize"),
    ),
    "compress-weights": (
        frozenset({"compress_weights"}),
        ("Decompressor", "DequantizeLinear", "FakeQuantize"),
    ),
    "prune": (frozenset({"prune"}), ("PruningMask",)),
}
MODEL_SUFFIXES = frozenset(
    {".pt", ".pth", ".onnx", ".pt2", ".ts", ".torchscript", ".bin", ".ckpt", ".safetensors"}
)


@dataclass(frozen=True, slots=True)
class Optimised:
    """A model that NNCF returned in a run of the adapted program, as the probe noted it."""

    notes: Mapping[str, Any]
    execution: Execution

    @property
    def operators(self) -> Sequence[str]:
        """The class names of all its modules at the end."""
        return list(self.notes["operators"])

    @property
    def trained(self) -> bool:
        """Whether its weights were changed after NNCF returned it."""
        return bool(self.notes["trained"])

    @property
    def sparsity(self) -> float:
        """The mean share of zeros in its masks; in its weight matrices when it has no masks any more."""
        shares = self.notes["masks"] or list(self.notes["weights"].values())
        return sum(shares) / len(shares) if shares else 0.0


def optimised(trial: Trial, method: str, execution: Execution | None = None) -> Optimised:
    """The model that was optimised last with this method; NNCF's operators are in it.

    Raises:
        OracleError: NNCF was not called so, or left nothing in the model.
    """
    functions, endings = METHODS[method]
    at = execution or trial.after
    calls = [call for notes in trial.notes(at, "nncf") for call in notes["calls"]]
    fitting = [call for call in calls if call["function"] in functions]
    if not fitting:
        called = ", ".join(call["function"] for call in calls) or "nothing"
        raise OracleError(f"NNCF was not asked to {method} a model; called: {called}")
    model = Optimised(fitting[-1], at)
    stripped = method == "prune" and model.sparsity > 0
    if model.operators and not stripped and not any(name.endswith(endings) for name in model.operators):
        raise OracleError(f"there is no operator of NNCF in the model that was to {method}")
    return model


def close_to_original(model: Optimised, tolerance: float, *, in_the_end: bool = False) -> None:
    """The outputs on a calibration sample are those of the original model within a tolerance.

    `tolerance` is the largest mean difference as a share of the mean size of the original outputs;
    `in_the_end` compares the model as it was when the program ended, for one that is not trained further.

    Raises:
        OracleError: they are further away, or there was no sample to compare on.
    """
    before, after = model.notes["before"], model.notes["in_the_end" if in_the_end else "after"]
    if not before or not after or len(before) != len(after):
        raise OracleError("the optimised model has no outputs to compare with those of the original one")
    size = sum(map(abs, before)) / len(before)
    difference = sum(abs(left - right) for left, right in zip(before, after, strict=True)) / len(before)
    if not math.isfinite(difference) or difference > tolerance * size:
        raise OracleError(
            f"the outputs differ by {difference / size:.1%} of their size, allowed: {tolerance:.1%}"
        )


def sparse_to(model: Optimised, ratio: float, slack: float = 0.03) -> None:
    """The share of zeros is the asked one.

    Raises:
        OracleError: it is further away than `slack`.
    """
    if abs(model.sparsity - ratio) > slack:
        raise OracleError(f"the share of zero weights is {model.sparsity:.1%}, asked was {ratio:.1%}")


def trained_after(model: Optimised) -> None:
    """The model was trained after NNCF had changed it.

    Raises:
        OracleError: its weights are as NNCF left them.
    """
    if not model.trained:
        raise OracleError("the optimised model was not trained after NNCF had changed it")


def new_model_files(trial: Trial) -> list[Path]:
    """The model files that the adapted program writes and the untouched one does not.

    Raises:
        OracleError: there is none.
    """
    old = {path.relative_to(trial.before.project) for path in trial.before.project.rglob("*")}
    project = trial.after.project
    found = [
        path
        for path in sorted(project.rglob("*"))
        if path.suffix in MODEL_SUFFIXES and path.is_file() and path.relative_to(project) not in old
    ]
    if not found:
        raise OracleError("the optimised model is not saved or exported to a new file")
    return found


def saved(trial: Trial, method: str) -> Path:
    """The new file that holds the optimised model: it loads in a fresh process and is not the plain model.

    Raises:
        OracleError: no new file, or none that loads and holds an optimised model.
    """
    _functions, endings = METHODS[method]
    said = []
    for path in new_model_files(trial):
        try:
            held = trial.ask(f"path = {str(path)!r}\n{_LOOK_INTO}")
        except OracleError as error:
            said.append(f"{path.name} does not load: {str(error).splitlines()[-1]}")
            continue
        marks = [name for name in held["names"] if name.endswith(endings) or "nncf" in name]
        if marks or (method == "prune" and held["zeros"] > 0.1):
            return path
        said.append(f"{path.name} holds a model without any trace of NNCF")
    raise OracleError("; ".join(said))


# Binds `result`: operator or tensor names, and the share of zeros in matrices. A model that was pickled as a
# whole needs the program's classes, for which any module will do.
_LOOK_INTO = """
import torch


def __getattr__(name):
    return type(name, (torch.nn.Module,), {"__module__": "__main__"})


def shares(tensors):
    return [float((t == 0).float().mean()) for t in tensors if torch.is_tensor(t) and t.ndim > 1]


def flat(held, prefix=""):
    if torch.is_tensor(held):
        yield prefix, held
    elif isinstance(held, dict):
        for key, value in held.items():
            yield from flat(value, f"{prefix}.{key}")
    elif isinstance(held, torch.nn.Module):
        yield from ((type(module).__name__, None) for module in held.modules())
        yield from ((f"{prefix}.{key}", value) for key, value in held.state_dict().items())


if path.endswith(".onnx"):
    import onnx
    import onnx.numpy_helper

    model = onnx.load(path)
    onnx.checker.check_model(path)
    names = [node.op_type for node in model.graph.node]
    tensors = [torch.from_numpy(onnx.numpy_helper.to_array(item).copy()) for item in model.graph.initializer]
elif path.endswith(".safetensors"):
    from safetensors.torch import load_file

    loaded = load_file(path)
    names, tensors = list(loaded), list(loaded.values())
elif path.endswith(".pt2"):
    program = torch.export.load(path)
    names = [*map(str, program.graph_signature.buffers), *(str(node.target) for node in program.graph.nodes)]
    tensors = list(program.state_dict.values())
else:
    pairs = list(flat(torch.load(path, weights_only=False, map_location="cpu")))
    names, tensors = [name for name, _ in pairs], [value for _, value in pairs if value is not None]
    if not pairs:
        raise ValueError("no tensors in the file")
found = shares(tensors)
result = {"names": names, "zeros": sum(found) / len(found) if found else 0.0}
"""
