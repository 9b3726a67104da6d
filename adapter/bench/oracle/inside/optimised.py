"""Oracle, inside: loads the files that an adapted program wrote and looks for the optimised model in them."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

Facts = dict[str, Any]
Predict = Callable[..., Any]

QUANTISER_OPERATORS = ("quantize", "quantise", "fakequant")
# Exported models may know one batch size only: these are tried, the largest that fits first.
BATCH_SIZES = (512, 256, 200, 128, 100, 80, 64, 50, 48, 40, 32, 30, 25, 24, 20, 16, 10, 8, 5, 4, 3, 2, 1)


def look_into(files: list[str], found: dict[str, Any], setup: str, expressions: dict[str, str]) -> Facts:
    """What each file holds; `found` are the variables of the untouched program.

    `expressions` name the original `model`, its `inputs` and, where there are any, `targets`, and the tensor
    of inputs that data for `calibration` should look like.
    """
    import torch

    # NNCF's own C++ code takes half a minute to compile; without a compiler PyTorch's operators do the same.
    os.environ |= {"CXX": "/bin/false", "TORCHDYNAMO_DISABLE": "1"}
    exec(setup, found)  # noqa: S102
    values = {name: eval(text, found) for name, text in expressions.items()}  # noqa: S307
    model = values["model"].eval()
    configurations = [item for path in files for item in _configurations(path)]
    facts = []
    for path in files:
        seen: Facts = {"file": path, "form": "", "error": ""}
        try:
            with torch.no_grad():
                seen |= _look_at(path, model, values, configurations)
        except Exception as error:  # noqa: BLE001
            seen["error"] = f"{type(error).__name__}: {error}"[:500]
        facts.append(seen)
    like = values.get("calibration")
    return {"files": facts, "calibration": None if like is None else described(like)}


def described(tensor: Any) -> Facts:
    """How many samples a tensor of inputs holds, and the mean and deviation of all its numbers."""
    numbers = tensor.double()
    return {"samples": len(tensor), "mean": float(numbers.mean()), "deviation": float(numbers.std())}


def _look_at(path: str, model: Any, values: dict[str, Any], configurations: list[Any]) -> Facts:
    form, loaded, held = _load(path, model, configurations)
    inputs = values["inputs"] if isinstance(values["inputs"], tuple) else (values["inputs"],)
    wanted = model(*inputs)
    predict: Predict = loaded if form != "onnx" else _onnx_session(loaded)
    outputs = _in_batches(predict, inputs)
    wanted = wanted[: len(outputs)]
    tensors = dict(held)
    return {
        "form": form,
        "quantised": any(
            mark in name.lower() for name in _operators(form, loaded) for mark in QUANTISER_OPERATORS
        ),
        "compressed": any(str(value.dtype).endswith("int8") for value in tensors.values() if value.ndim > 1),
        "zeros": _zeros(tensors),
        **_closeness(outputs, wanted, values.get("targets")),
    }


def _load(path: str, model: Any, configurations: list[Any]) -> tuple[str, Any, Iterator[tuple[str, Any]]]:
    """The form of a file, what can be called, and its tensors by name."""
    import torch

    if path.endswith(".onnx"):
        import onnx
        from onnx.numpy_helper import to_array

        graph = onnx.load(path)
        held = ((item.name, torch.from_numpy(to_array(item).copy())) for item in graph.graph.initializer)
        return "onnx", graph, held
    if (script := _attempt(lambda: torch.jit.load(path))) is not None:
        return "script", script.eval(), iter(script.state_dict().items())
    if (program := _attempt(lambda: torch.export.load(path))) is not None:
        tensors = {**program.state_dict, **program.constants}
        return "program", program.module(), ((k, v) for k, v in tensors.items() if torch.is_tensor(v))
    if path.endswith(".safetensors"):
        from safetensors.torch import load_file

        return _restored(load_file(path), model, configurations)
    return _restored(torch.load(path, weights_only=False, map_location="cpu"), model, configurations)


def _attempt(load: Callable[[], Any]) -> Any:
    try:
        return load()
    except Exception:  # noqa: BLE001
        return None


def _restored(held: Any, model: Any, configurations: list[Any]) -> tuple[str, Any, Iterator[tuple[str, Any]]]:
    """A module that was saved as a whole, or the model with a state that was saved."""
    import torch

    if isinstance(held, torch.nn.Module):
        return "module", held.eval(), iter(held.state_dict().items())
    states = list(_states(held))
    if not states:
        raise ValueError("neither a module nor a state of one")
    problems = []
    for state in states:
        for configuration in [None, *configurations]:
            try:
                module = _with_state(model, state, configuration)
            except Exception as error:  # noqa: BLE001
                problems.append(str(error).splitlines()[0][:200])
                continue
            return "state", module, iter(module.state_dict().items())
    raise ValueError(f"the state does not fit the model: {problems[-1]}")


def _with_state(model: Any, state: Any, configuration: Any) -> Any:
    module = _wrapped_as(copy.deepcopy(model), state)
    if configuration is not None:
        module = import_module("nncf.torch").load_from_config(module, configuration)
    module.load_state_dict(state)
    return module.eval()


def _wrapped_as(model: Any, state: dict[str, Any]) -> Any:
    """The model, inside another module where the names of a state say that it was.

    NNCF cannot put its operators into a bare `Sequential`, so programs wrap such a model.
    """
    import torch

    own = next(iter(model.state_dict()))
    attribute = next((key.removesuffix(f".{own}") for key in state if key.endswith(f".{own}")), "")
    if own in state or not attribute.isidentifier():
        return model

    class Wrapped(torch.nn.Module):
        def forward(self, *inputs: Any) -> Any:
            return getattr(self, attribute)(*inputs)

    wrapped = Wrapped()
    setattr(wrapped, attribute, model)
    return wrapped


def _states(held: Any) -> Iterator[dict[str, Any]]:
    """The dictionaries of tensors in what was loaded."""
    import torch

    if isinstance(held, dict):
        if held and all(torch.is_tensor(value) for value in held.values()):
            yield held
        for value in held.values():
            yield from _states(value)


def _configurations(path: str) -> list[Any]:
    """NNCF's own descriptions of where its operators are, in a checkpoint or in a file of their own."""
    import torch

    held = _attempt(lambda: torch.load(path, weights_only=False, map_location="cpu"))
    if not isinstance(held, dict):
        return []
    return [item for item in (held, *held.values()) if isinstance(item, dict) and "compression_state" in item]


def _operators(form: str, loaded: Any) -> Iterator[str]:
    if form == "onnx":
        yield from (node.op_type for node in loaded.graph.node)
    elif form == "script":
        yield str(loaded.inlined_graph)
    elif form == "program":
        yield str(loaded.graph)
    else:
        yield from (type(module).__name__ for module in loaded.modules())


def _zeros(tensors: dict[str, Any]) -> float:
    """The share of zeros in the masks, or in the matrices where there are no masks."""
    masks = [value for name, value in tensors.items() if "binary_mask" in name]
    matrices = [value for value in tensors.values() if value.ndim > 1 and value.is_floating_point()]
    counted = masks or matrices
    total = sum(value.numel() for value in counted)
    return sum(int((value == 0).sum()) for value in counted) / total if total else 0.0


def _in_batches(predict: Predict, inputs: tuple[Any, ...]) -> Any:
    """The outputs for the inputs, or for as many of them as fill batches of the one size that is known."""
    import torch

    problem: Exception | None = None
    number = len(inputs[0])
    for size in (number, *BATCH_SIZES):
        if size > number:
            continue
        parts = [
            part for part in zip(*(each.split(size) for each in inputs), strict=True) if len(part[0]) == size
        ]
        try:
            return torch.cat([torch.as_tensor(predict(*part)) for part in parts])
        except Exception as error:  # noqa: BLE001
            problem = problem or error
    raise problem or ValueError("there are no inputs")


def _onnx_session(graph: Any) -> Predict:
    """The graph, run by ONNX's reference implementation, which NNCF's own operator is taught to."""
    import numpy as np
    from onnx.reference import ReferenceEvaluator
    from onnx.reference.op_run import OpRun

    class FakeQuantize(OpRun):
        op_domain = "org.openvinotoolkit"

        def _run(
            self, x: Any, low: Any, high: Any, out_low: Any, out_high: Any, levels: int = 256, **_: object
        ) -> tuple[Any]:
            steps = np.round((np.clip(x, low, high) - low) / (high - low) * (levels - 1))
            return ((steps / (levels - 1) * (out_high - out_low) + out_low).astype(x.dtype),)

    session: Any = ReferenceEvaluator(graph, new_ops=[FakeQuantize])
    names = [item.name for item in graph.graph.input]
    return lambda *inputs: session.run(
        None, {name: each.numpy() for name, each in zip(names, inputs, strict=True)}
    )[0]


def _closeness(outputs: Any, wanted: Any, targets: Any) -> Facts:
    """How far outputs are from the original ones, and how both stand to the targets where there are any."""
    difference = float((outputs - wanted).abs().mean()) / max(float(wanted.abs().mean()), 1e-9)
    facts: Facts = {"difference": difference, "agreement": None, "score": None, "original_score": None}
    if targets is None or not targets.is_floating_point():
        same = outputs.argmax(-1) == wanted.argmax(-1)
        facts["agreement"] = float(same.float().mean())
    if targets is not None:
        targets = targets[: len(outputs)]
        facts["score"], facts["original_score"] = _score(outputs, targets), _score(wanted, targets)
    return facts


def _score(outputs: Any, targets: Any) -> float:
    """The share of right classes, or for numbers the share of variance that is explained."""
    if not targets.is_floating_point():
        return float((outputs.argmax(-1) == targets).float().mean())
    spread = (targets - targets.mean(0)).square().sum()
    return 1.0 - float((outputs - targets).square().sum() / spread)
