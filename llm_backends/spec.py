"""From a spec to a backend: `gguf:model.gguf`, `openai:MODEL@http://127.0.0.1:8080/v1`, `replay:FILE`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from llm_backends.protocol import Backend, BackendError

ENTRY_POINTS = "mlops_adapter.llm_backends"
"""The group in which other packages announce backends: the name of the kind, and a function of a `Spec`."""

Make = Callable[["Spec"], Backend]

# the module is imported only when a spec names its kind
_KINDS = {
    "gguf": "llm_backends.gguf:make",
    "openai": "llm_backends.openai_server:make",
    "replay": "llm_backends.replay:make",
    "wizardcoder-cpu": "llm_backends.wizardcoder_cpu:make",
    "wizardcoder-gpu": "llm_backends.wizardcoder_gpu:make",
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A kind of backend, the model that it shall run, where, and further settings.

    Written `KIND:MODEL`, `KIND:MODEL@URL`, each with `?name=value&name=value` behind.
    """

    kind: str
    model: str
    url: str
    options: Mapping[str, str]

    def number(self, name: str, default: int) -> int:
        """A setting as a whole number.

        Raises:
            BackendError: it is none.
        """
        try:
            return int(self.options.get(name, default))
        except ValueError as error:
            raise BackendError(f"{name}={self.options[name]} is no whole number") from error


def read_spec(text: str) -> Spec:
    """Reads a spec.

    Raises:
        BackendError: it names no kind or no model.
    """
    from urllib.parse import parse_qsl

    kind, colon, rest = text.partition(":")
    rest, _, query = rest.partition("?")
    model, at, url = rest.rpartition("@")
    if not at or "://" not in url:
        model, url = rest, ""
    if not colon or not kind or not model:
        raise BackendError(
            f"cannot read the model {text!r}; write for example gguf:model.gguf or "
            "openai:MODEL@http://127.0.0.1:8080/v1"
        )
    return Spec(kind, model, url, dict(parse_qsl(query)))


def kinds() -> list[str]:
    """The kinds of backends that there are, those of other packages included."""
    return sorted({*_KINDS, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def open_backend(text: str) -> Backend:
    """The backend that a spec names, ready to be asked.

    Raises:
        BackendError: an unknown kind, a package that is missing, or a model that cannot be loaded.
    """
    spec = read_spec(text)
    if spec.kind in _KINDS:
        module, _, name = _KINDS[spec.kind].partition(":")
        make = cast("Make", getattr(import_module(module), name))
        return make(spec)
    for point in entry_points(group=ENTRY_POINTS):
        if point.name == spec.kind:
            return cast("Make", point.load())(spec)
    raise BackendError(f"there is no kind of model {spec.kind!r}; there is: {', '.join(kinds())}")


def missing(package: str, extra: str) -> BackendError:
    """The error for a package that an optional group brings."""
    return BackendError(f"{package} is not installed; pip install 'mlops-adapter[{extra}]'")
