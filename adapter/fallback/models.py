"""fallback: known models, for the command line: a row for each, and pulling one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from adapter.fallback.session import SetupError
from llm_backends.models import find_model, known_models
from llm_backends.models import pull as _pull
from llm_backends.protocol import BackendError


def model_rows() -> Iterator[tuple[str, ...]]:
    """Name, backend, size, licence, checksum and state of every known model."""
    for model in known_models():
        size = f"{model.size / 1e9:.2f} GB" if model.size else "-"
        state = "pulled" if model.path.is_file() else "-"
        yield model.name, model.backend, size, model.licence, model.sha256[:12] or "-", state


def pull(name: str, sha256: str, source: str, progress: Callable[[int, int], None]) -> Path:
    """The verified file of a known model.

    Raises:
        SetupError: an unknown model, or it cannot be had.
    """
    try:
        return _pull(find_model(name), sha256=sha256, source=source, progress=progress)
    except BackendError as error:
        raise SetupError(str(error)) from error
