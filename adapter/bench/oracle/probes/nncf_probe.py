"""Probes: notes what NNCF was asked to do, with what calibration data, and whether training went on after it.

Nothing is run that the program does not run: calibration data are described while the library reads them.
"""

import atexit
import contextlib
import functools
import os

import probe_notes

FUNCTIONS = ("quantize", "quantize_with_accuracy_control", "compress_weights", "prune")
CALLS = []


def watch(nncf):
    """Put the probe on the library."""
    # Its own C++ code takes half a minute to compile; without a compiler it uses PyTorch's operators.
    os.environ.setdefault("CXX", "/bin/false")
    os.environ.setdefault("TORCHDYNAMO_DISABLE", "1")
    for name in FUNCTIONS:
        real = getattr(nncf, name)
        setattr(nncf, name, noted(name, real))
        if getattr(nncf.quantization, name, None) is real:
            setattr(nncf.quantization, name, getattr(nncf, name))
    nncf.Dataset.get_inference_data = described(nncf.Dataset.get_inference_data)
    atexit.register(note_at_exit)


def noted(name, real):
    """The function itself, with a note of what it was given and what it returned."""

    @functools.wraps(real)
    def call(*args, **kwargs):
        Reading.largest = None
        optimised = real(*args, **kwargs)
        given = {**{f"argument {i}": value for i, value in enumerate(args)}, **kwargs}
        simple = {key: value for key, value in given.items() if isinstance(value, int | float | str)}
        CALLS.append((name, simple, optimised, Reading.largest, weights(optimised)))
        note()
        return optimised

    return call


def described(real):
    """The method itself; what it gives is described as it is read."""

    @functools.wraps(real)
    def get_inference_data(self, indices=None):
        return Reading(real(self, indices))

    return get_inference_data


class Reading:
    """Items of calibration data on their way; `largest` describes the pass that read the most of them."""

    largest = None

    def __init__(self, items):
        self._items = items

    def __iter__(self):
        samples, count, total, squares = 0, 0, 0.0, 0.0
        for item in self._items:
            for tensor in tensors(item):
                values = tensor.detach().double()
                samples += len(values) if values.ndim else 1
                count += values.numel()
                total += float(values.sum())
                squares += float(values.square().sum())
            if count and (Reading.largest is None or samples >= Reading.largest["samples"]):
                mean = total / count
                deviation = max(squares / count - mean * mean, 0.0) ** 0.5
                Reading.largest = {"samples": samples, "mean": mean, "deviation": deviation}
            yield item


def tensors(item):
    """The tensors in an item."""
    if hasattr(item, "detach"):
        yield item
    elif isinstance(item, dict):
        for value in item.values():
            yield from tensors(value)
    elif isinstance(item, list | tuple):
        for value in item:
            yield from tensors(value)


def note_at_exit():
    """Note the models once more, as they are at the end of the program."""
    with contextlib.suppress(Exception):  # the program is over: nothing to tell it
        note()


def note():
    """Write down all calls."""
    if CALLS:
        probe_notes.write("nncf", {"calls": [call_notes(*call) for call in CALLS]})


def call_notes(name, arguments, model, calibration, weights_after):
    """A call in words that JSON can hold; `trained` is whether weights changed after it."""
    modules = list(model.modules()) if hasattr(model, "modules") else []
    now = weights(model)
    return {
        "function": name,
        "arguments": arguments,
        "operators": [type(module).__name__ for module in modules],
        "calibration": calibration,
        "trained": any(moved(now.get(key), value) for key, value in weights_after.items()),
    }


def weights(model):
    """Copies of the trained parameters by name, without the library's own."""
    if not hasattr(model, "named_parameters"):
        return {}
    return {
        key: value.detach().clone()
        for key, value in model.named_parameters()
        if "nncf" not in key and value.is_floating_point()
    }


def moved(now, then):
    """Whether a parameter has new values; zeros that a mask puts into a weight do not count."""
    if now is None or now.shape != then.shape:
        return False
    return bool(((now != then) & (now != 0)).any())
