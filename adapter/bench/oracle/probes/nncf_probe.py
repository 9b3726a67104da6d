"""Probes: notes every model that NNCF optimised: its operators, its sparsity, its outputs before and after.

The samples are the first item of the calibration data or the example inputs. Modes of modules and states of
random generators are put back, so that the program goes on as if nobody had looked.
"""

import atexit
import contextlib
import copy
import functools
import random

import probe_notes

FUNCTIONS = ("quantize", "quantize_with_accuracy_control", "compress_weights", "prune")
DATASETS = ("calibration_dataset", "dataset")
NUMBERS_KEPT = 2000
CALLS = []


def watch(nncf):
    """Put the probe on the library."""
    for name in FUNCTIONS:
        real = getattr(nncf, name)
        setattr(nncf, name, noted(name, real))
        if getattr(nncf.quantization, name, None) is real:
            setattr(nncf.quantization, name, getattr(nncf, name))
    atexit.register(note_at_exit)


def noted(name, real):
    """The function itself, with a note of what it was given and what it returned."""

    @functools.wraps(real)
    def call(model, *args, **kwargs):
        sample = sample_of(args, kwargs)
        before = outputs(model, sample)
        optimised = real(model, *args, **kwargs)
        simple = {key: value for key, value in kwargs.items() if isinstance(value, int | float | str)}
        simple |= {
            f"argument {i}": value for i, value in enumerate(args) if isinstance(value, int | float | str)
        }
        CALLS.append(
            (name, simple, optimised, sample, before, outputs(optimised, sample), weights(optimised))
        )
        note()
        return optimised

    return call


def note_at_exit():
    """Note the models once more, as they are at the end of the program."""
    with contextlib.suppress(Exception):  # the program is over: nothing to tell it
        note()


def note():
    """Write down all calls."""
    if CALLS:
        probe_notes.write("nncf", {"calls": [call_notes(*call) for call in CALLS]})


def call_notes(name, arguments, model, sample, before, after, weights_after):
    """A call in words that JSON can hold; `trained` is whether weights changed after it."""
    modules = list(model.modules()) if hasattr(model, "modules") else []
    now = weights(model)
    return {
        "function": name,
        "arguments": arguments,
        "model": type(model).__name__,
        "operators": [type(module).__name__ for module in modules],
        "masks": [zeros(module.binary_mask) for module in modules if hasattr(module, "binary_mask")],
        "weights": {key: zeros(value) for key, value in now.items() if value.ndim > 1},
        "dtypes": {key: str(value.dtype) for key, value in now.items()},
        "before": before,
        "after": after,
        "in_the_end": outputs(model, sample),
        "trained": any(not same(now.get(key), value) for key, value in weights_after.items()),
    }


def sample_of(args, kwargs):
    """One input of the model, as the library would be given it; None when there is none."""
    if "examples_inputs" in kwargs:
        return kwargs["examples_inputs"]
    candidates = [kwargs[key] for key in DATASETS if kwargs.get(key) is not None] + list(args)
    for dataset in candidates:
        if hasattr(dataset, "get_inference_data"):
            with undisturbed():
                return next(iter(dataset.get_inference_data([0])), None)
    return None


def outputs(model, sample):
    """The outputs on the sample as a flat list of numbers; None when they cannot be had."""
    if sample is None or not hasattr(model, "modules"):
        return None
    import torch

    modes = [(module, module.training) for module in model.modules()]
    try:
        with undisturbed(), torch.no_grad():
            model.eval()
            given = copy.deepcopy(sample)
            if isinstance(given, dict):
                result = model(**given)
            elif isinstance(given, tuple):
                result = model(*given)
            else:
                result = model(given)
        return numbers(result)[:NUMBERS_KEPT]
    finally:
        for module, training in modes:
            module.training = training


def numbers(result):
    """The numbers of the tensors in a nested result."""
    if hasattr(result, "detach"):
        return [float(value) for value in result.detach().flatten()]
    if isinstance(result, dict):
        return [number for value in result.values() for number in numbers(value)]
    if isinstance(result, list | tuple):
        return [number for value in result for number in numbers(value)]
    return []


def weights(model):
    """Copies of the weights by name, without the library's own tensors."""
    if not hasattr(model, "state_dict"):
        return {}
    return {
        key: value.detach().clone()
        for key, value in model.state_dict().items()
        if hasattr(value, "detach") and "nncf" not in key
    }


def zeros(tensor):
    """The share of zeros."""
    return float((tensor == 0).float().mean())


def same(left, right):
    """Whether two tensors are equal; a tensor that is gone is not."""
    import torch

    return left is not None and left.shape == right.shape and torch.equal(left, right)


@contextlib.contextmanager
def undisturbed():
    """Put the states of the random generators back afterwards."""
    import numpy
    import torch

    states = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(states[0])
        numpy.random.set_state(states[1])
        torch.set_rng_state(states[2])
